"""What can be wrong with a request, in the domain's words; the web turns each into an HTTP status in one place."""


class DomainError(Exception):
    """Something that cannot be done. `message` is one sentence for people, translated where it is shown."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """There is no such thing, or it is not this person's to see (404)."""


class Conflict(DomainError):
    """It was possible once, but things have moved on: already answered, finished, changed elsewhere (409)."""


class Invalid(DomainError):
    """What was sent cannot be accepted as it is (422)."""


class TooMany(DomainError):
    """Too often in a short time (429); `retry_after` seconds later it may be tried again."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """It would be possible, but not now: nothing published yet, a service away (503)."""
