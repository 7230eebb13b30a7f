"""A damaged database is found before it is served, and every night."""

import logging
from pathlib import Path

import click
import pytest

from tests.factories import NOW, settings_for
from trainer import sqlite
from trainer.db import damage, make_engine, upgrade
from trainer.serving import look_for_damage, make_ready
from trainer.settings import Settings


@pytest.fixture
def sound(tmp_path: Path) -> Settings:
    """A migrated SQLite database, whatever the rest of the suite runs on."""
    settings = settings_for(f"sqlite:///{tmp_path / 'trainer.sqlite3'}", tmp_path)
    upgrade(settings)
    return settings


@pytest.fixture
def damaged(sound: Settings, tmp_path: Path) -> Settings:
    """The same with zeros over all pages but the first."""
    file = tmp_path / "trainer.sqlite3"
    with sqlite._opened(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    content = bytearray(file.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    file.write_bytes(content)
    return sound


@pytest.mark.parametrize("thorough", [True, False])
def test_sound_database_has_no_damage(sound: Settings, *, thorough: bool) -> None:
    assert damage(sound, thorough=thorough) == []


@pytest.mark.parametrize("thorough", [True, False])
def test_damage_is_found(damaged: Settings, *, thorough: bool) -> None:
    assert damage(damaged, thorough=thorough)


def test_database_that_is_not_there_yet_has_no_damage(tmp_path: Path) -> None:
    assert damage(settings_for(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path)) == []
    assert damage(settings_for("postgresql+psycopg://nobody@localhost/none", tmp_path)) == []


def test_damaged_database_is_not_served(damaged: Settings) -> None:
    with pytest.raises(click.ClickException, match="The database is damaged"):
        make_ready(damaged, "trainer")


def test_damage_is_said_in_the_log_every_night(damaged: Settings, caplog: pytest.LogCaptureFixture) -> None:
    engine = make_engine("sqlite://")
    with caplog.at_level(logging.CRITICAL):
        look_for_damage(engine, damaged, NOW)
    engine.dispose()
    assert "Restore a backup" in caplog.text
