"""The teams of tests/teams."""

from tests.teams.conftest import north, south

__all__ = ["north", "south"]
