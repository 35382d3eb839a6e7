"""How rarely chance gives so many, or something so regular: tails of distributions of counts."""

import math
from typing import Final

_TERMS: Final = 60
_SMALL: Final = 1e-12


def poisson_tail(events: int, expected: float) -> float:
    """The probability of at least so many events where `expected` are expected (Poisson)."""
    if expected <= 0:
        return float(events <= 0)
    term, fewer = math.exp(-expected), 0.0
    for number in range(events):
        fewer += term
        term *= expected / (number + 1)
    if fewer < 0.999:
        return 1 - fewer
    tail = 0.0  # summed by itself, because 1 - fewer has lost its digits
    for number in range(events, events + _TERMS):
        tail += term
        term *= expected / (number + 1)
    return tail


def binomial_tail(events: int, among: int, share: float) -> float:
    """The probability of at least so many of `among`, each by the share 0 < share < 1."""
    if events <= 0:
        return 1.0
    first = (
        _choose(among, events) + events * math.log(share) + (among - events) * math.log1p(-share)
    )
    odds, term, tail = share / (1 - share), math.exp(first), 0.0
    for k in range(events, among + 1):
        tail += term
        term *= odds * (among - k) / (k + 1)
        if term < _SMALL * tail and k > share * among:
            break
    return min(tail, 1.0)


def beta_binomial_tail(events: int, among: int, share: float, icc: float) -> float:
    """As `binomial_tail`, where the share differs from group to group, so that two of a group are
    alike with the correlation `icc` > 0 (Skellam 1948, J. Royal Statistical Society B 10, 257–261).
    """
    a, b = share * (1 - icc) / icc, (1 - share) * (1 - icc) / icc
    whole = _log_beta(a, b)
    return sum(
        math.exp(_choose(among, k) + _log_beta(k + a, among - k + b) - whole)
        for k in range(events, among + 1)
    )


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
