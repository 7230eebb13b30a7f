"""What can be wrong with a request, in the domain's words; the web turns each into an HTTP status in one place."""


def N_(text: str) -> str:  # noqa: N802 - the name by which texts to be translated are found
    """Mark `text` for translation; it is translated where it is shown."""
    return text


class DomainError(Exception):
    """Something that cannot be done. `message` is one sentence for people, marked with N_ where it is raised and
    translated where it is shown; the `values` take the places of its %(name)s only then."""

    def __init__(self, message: str = "", **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class NotFound(DomainError):
    """There is no such thing, or it is not this person's to see (404)."""


class Conflict(DomainError):
    """It was possible once, but things have moved on: already answered, finished, changed elsewhere (409)."""


class Invalid(DomainError):
    """What was sent cannot be accepted as it is (422)."""


class TooMany(DomainError):
    """Too often in a short time (429); `retry_after` seconds later it may be tried again."""

    def __init__(self, message: str, *, retry_after: int, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """It would be possible, but not now: nothing published yet, a service away (503)."""
