"""Arithmetic: percentiles, paired ratios, and when a ratio says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

AA_TOLERANCE = 0.07
"""How far the median of identical pairs may stand from 1 before timed figures count for nothing."""

Figures = dict[str, object]
"""What a suite hands back: JSON."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie; there has to be one."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def spread(values: Sequence[float], digits: int = 2) -> Figures:
    """min, med, p95, p99 and n."""
    if not values:
        return {"n": 0}
    return {
        "n": len(values),
        "min": round(min(values), digits),
        "med": round(median(values), digits),
        "p95": round(percentile(values, 0.95), digits),
        "p99": round(percentile(values, 0.99), digits),
    }


def paired(subject: Sequence[float], baseline: Sequence[float]) -> Figures:
    """The median of the ratios round by round, with quartiles. Raises ValueError for unequal lengths."""
    ratios = [one / other for one, other in zip(subject, baseline, strict=True) if other]
    if not ratios:
        return {"n": 0}
    return {
        "n": len(ratios),
        "med": round(median(ratios), 3),
        "q1": round(percentile(ratios, 0.25), 3),
        "q3": round(percentile(ratios, 0.75), 3),
    }


def pooled(subject: Sequence[float], baseline: Sequence[float], share: float) -> float | None:
    """One percentile of all of one over the same percentile of all of the other; None where one is empty."""
    if not subject or not baseline:
        return None
    below = percentile(baseline, share)
    return round(percentile(subject, share) / below, 3) if below else None


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """By how much y grows with each x, by least squares; 0 for fewer than two moments."""
    middle_x, middle_y = sum(xs) / max(1, len(xs)), sum(ys) / max(1, len(ys))
    spread_x = sum((x - middle_x) ** 2 for x in xs)
    if not spread_x:
        return 0.0
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread_x


def steady(aa_ratio: object) -> bool:
    """Whether the control pair, two runs of the same program, came out alike."""
    return isinstance(aa_ratio, int | float) and abs(aa_ratio - 1) <= AA_TOLERANCE + 1e-9
