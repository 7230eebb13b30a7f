"""How sure a figure is: intervals of shares, of differences and of means, and the quantiles they need."""

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt
from statistics import fmean, variance

Z95 = 1.959964
"""The 97.5th percentile of the normal distribution."""

Interval = tuple[float, float]


def wilson(right: float, n: float) -> Interval:
    """The 95 % interval of a share of `right` in `n` (Wilson 1927): sensible for few answers and near 0 and 1.

    `right` may be a sum of part marks: these vary no more than right and wrong of the same mean do, so the interval is,
    if anything, too wide. Without answers it is everything, (0, 1).
    """
    if n == 0:
        return (0.0, 1.0)
    share, z2 = right / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))


def difference(before: tuple[float, float], after: tuple[float, float]) -> Interval:
    """The 95 % interval of how much one share is above another, from (right, n) of each, to different questions.

    Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10: the two Wilson
    intervals put together. It keeps within −1 to 1 and holds for as few as five questions.
    """
    p1, p2 = (right / n if n else 0.5 for right, n in (before, after))
    (low1, high1), (low2, high2) = wilson(*before), wilson(*after)
    apart = p2 - p1
    low, high = apart - sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2), apart + sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return (max(-1.0, low), min(1.0, high))


def mean_of(values: Sequence[float], noise: float = 0.0) -> Interval:
    """The 95 % interval of the mean of several people's values (Student's t).

    `noise` is the variance that the questions alone bring into each value: the people's spread is never taken for less,
    so that a few people who happen to agree do not look like certainty. One person alone has no interval: (−inf, inf).
    """
    n = len(values)
    if n < 2:
        return (float("-inf"), float("inf"))
    reach = student(0.975, n - 1) * sqrt(max(variance(values), noise) / n)
    return (fmean(values) - reach, fmean(values) + reach)


def student(chance: float, freedom: int) -> float:
    """Below which Student's t lies with the given chance, 0.5 < chance < 1."""
    x = beta_quantile(2 * (1 - chance), freedom / 2, 0.5, to=1e-12)
    return sqrt(freedom * (1 - x) / x)


def beta_quantile(chance: float, a: float, b: float, to: float = 1e-4) -> float:
    """Below which a beta(a, b) variable lies with the given chance, up to an error of `to`."""
    low, high = 0.0, 1.0
    while high - low > to:
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, a, b) < chance else (low, middle)
    return (low + high) / 2


def _below(x: float, a: float, b: float) -> float:
    """The chance that a beta(a, b) variable lies below x, 0 < x < 1 (the regularised incomplete beta function)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _below(1 - x, b, a)
    front: float = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Its continued fraction by Lentz's method (Press et al., Numerical Recipes, 3rd ed. 2007, 6.4)."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value, m, change = d, 0, 0.0
    while abs(change - 1) > 1e-7:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + even * d), 1 + even / c
        value *= d * c
        d, c = 1 / (1 + odd * d), 1 + odd / c
        change = d * c
        value *= change
    return value
