"""Quantiles of the beta and Student's t distribution, in floating point."""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Final

LARGE: Final = 100
_STEPS: Final = 200
_CLOSE: Final = 1e-10
_TINY: Final = 1e-300


def beta_cdf(x: float, a: float, b: float) -> float:
    """The probability that a beta variable with shapes a, b > 0 is at most x.

    The continued fraction of DLMF 8.17.22, on the side where it converges quickly.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    front = math.exp(log_front)
    if x * (a + b + 2) <= a + 1:
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction by the method of Lentz."""
    c, d = 1.0, 1 / _nonzero(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 100 * _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _nonzero(1 + term * d)
            c = _nonzero(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return found


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(16384)  # a page asks for the same bounds several times
def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with beta_cdf(x, a, b) = p, for 0 < p < 1.

    Halley's method from a normal approximation, halving where a step would leave the bounds. With
    both shapes above LARGE the approximation is closer than 0.00002 and is the answer.
    """
    if min(a, b) >= LARGE:
        return _near(p, a, b)
    low, high, x = 0.0, 1.0, _near(p, a, b)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    for _ in range(_STEPS):
        error = beta_cdf(x, a, b) - p
        low, high = (x, high) if error < 0 else (low, x)
        log_density = (a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - log_beta
        step = error * math.exp(-log_density) if log_density > -700 else math.inf
        bend = step * ((a - 1) / x - (b - 1) / (1 - x))
        further = x - step / (1 - max(-0.5, min(0.5, bend / 2)))
        if not low < further < high:
            further = (low + high) / 2
        change, x = abs(further - x), further
        if change <= _CLOSE * x or not 0 < x < 1:
            break
    return x


def _near(p: float, a: float, b: float) -> float:
    """A first guess within 0 and 1 (Abramowitz & Stegun 26.5.22)."""
    if min(a, b) < 1:
        return a / (a + b)
    z = -NormalDist().inv_cdf(p)
    curve = (z * z - 3) / 6
    one, other = 1 / (2 * a - 1), 1 / (2 * b - 1)
    harmonic = 2 / (one + other)
    w = z * math.sqrt(max(harmonic + curve, 0)) / harmonic
    w -= (other - one) * (curve + 5 / 6 - 2 / (3 * harmonic))
    return min(max(a / (a + b * math.exp(min(2 * w, 600))), 1e-12), 1 - 1e-12)


@lru_cache(4096)
def t_quantile(p: float, df: float) -> float:
    """The p quantile of Student's t with df > 0 degrees of freedom, for 0.5 < p < 1."""
    x = beta_quantile(2 * (1 - p), df / 2, 0.5)
    return math.sqrt(df * (1 - x) / x)


def t_tail(t: float, df: float) -> float:
    """The probability that Student's t exceeds |t| on either side: the two-sided p value."""
    return beta_cdf(df / (df + t * t), df / 2, 0.5)


def f_quantile(p: float, above: float, below: float) -> float:
    """The p quantile of the F distribution with these degrees of freedom."""
    x = beta_quantile(p, above / 2, below / 2)
    return below * x / (above * (1 - x))
