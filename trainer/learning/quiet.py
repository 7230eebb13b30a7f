"""The hours of the day in which nobody is written to, by the clock where she is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

STEP = timedelta(minutes=15)
"""All clocks of the world differ by whole quarters of an hour."""


@dataclass(frozen=True)
class QuietHours:
    """From the beginning of one hour (0–23) to the beginning of another, over midnight where that is the smaller one.
    Equal hours: none are quiet. Raises ValueError."""

    starts: int
    ends: int

    def __post_init__(self) -> None:
        if not {self.starts, self.ends} <= set(range(24)):
            raise ValueError(f"A day has no hours {self.starts} and {self.ends}.")

    def hold(self, now: datetime, zone: tzinfo) -> bool:
        """Whether it is quiet now for somebody in this zone."""
        hour = now.astimezone(zone).hour
        return (hour - self.starts) % 24 < (self.ends - self.starts) % 24

    def over(self, now: datetime, zone: tzinfo) -> datetime:
        """The first time from now on at which it is not quiet in this zone, in UTC."""
        at = now.astimezone(UTC)
        while self.hold(at, zone):
            # In UTC, where no hour is missing and none comes twice.
            at = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + STEP
        return at
