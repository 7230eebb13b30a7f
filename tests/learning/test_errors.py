"""What can be wrong with a request."""

import pytest

from trainer.learning.errors import Conflict, DomainError, Invalid, NotFound, TooMany, Unavailable


@pytest.mark.parametrize("error", [NotFound, Conflict, Invalid, Unavailable])
def test_domain_error_says_what_is_wrong(error: type[DomainError]) -> None:
    assert issubclass(error, DomainError)
    assert str(error("It was answered already.")) == "It was answered already."
    assert error("It was answered already.").message == "It was answered already."


def test_too_many_says_when_to_try_again() -> None:
    assert TooMany("Too often.", retry_after=60).retry_after == 60
