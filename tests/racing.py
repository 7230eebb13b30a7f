"""Many who do something at the same moment, each in a thread."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment; what each returned, in their order."""
    start = Barrier(len(deeds))

    def go(deed: Callable[[], Any]) -> Any:
        start.wait(timeout=60)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(go, deeds))


def many_at_once(many: int, work: Callable[[int], Any]) -> Counter[Any]:
    """Do the same `many` times at the same moment, with a number from 0 each; how often each result came."""
    return Counter(at_once(*[partial(work, number) for number in range(many)]))
