"""The pass marks, and what is measured against them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from public.results import Result

AT_LEAST, AT_MOST = "at least", "at most"


def found(results: Sequence[Result]) -> float:
    """Share of the cases for which there is a plan (or, where there can be none, that are recognised)."""
    return _share(results, lambda r: r.found or (r.case.impossible and r.reached))


def reached(results: Sequence[Result]) -> float:
    """Share of the cases with the best value that there is, by the judge's computation."""
    return _share(results, lambda r: r.reached)


def proved(results: Sequence[Result]) -> float:
    """Share of the cases with the best value, and said to be."""
    return _share(results, lambda r: r.proved)


def quick(results: Sequence[Result]) -> float:
    """Share of the cases with the best value within 10 seconds."""
    return _share(results, lambda r: r.reached and r.seconds <= 10)


def gap(results: Sequence[Result]) -> float:
    """Mean distance from the best value, over the cases with a plan."""
    gaps = [float(r.gap) for r in results if r.gap is not None]
    return sum(gaps) / len(gaps) if gaps else 0.0


def _share(results: Sequence[Result], test: Callable[[Result], bool]) -> float:
    return sum(map(test, results)) / len(results)


@dataclass(frozen=True)
class Mark:
    """What the cases of some classes are to reach together, as a share."""

    classes: tuple[str, ...]
    what: str
    measure: Callable[[Sequence[Result]], float]
    limit: float
    sense: str = AT_LEAST

    def reading(self, results: Sequence[Result]) -> float | None:
        """The measure over the cases that belong to it; None when there are none."""
        own = [r for r in results if r.case.group in self.classes]
        return self.measure(own) if own else None

    def met(self, reading: float) -> bool:
        slack = 1e-9
        return reading >= self.limit - slack if self.sense == AT_LEAST else reading <= self.limit + slack


TWO_SIDED = ("at the optimum", "a quarter less")

MARKS = (
    Mark(("j10", "j14"), "reached", reached, 1.0),
    Mark(("j10", "j14"), "proved", proved, 0.98),
    Mark(("j18",), "reached", reached, 0.98),
    Mark(("j18",), "proved", proved, 0.94),
    Mark(("m2", "n0", "c21"), "reached", reached, 0.98),
    Mark(("mmlib50",), "a plan", found, 1.0),
    Mark(("mmlib50",), "reached", reached, 0.65),
    Mark(("mmlib50",), "mean gap", gap, 0.03, AT_MOST),
    Mark(("rcpsp-j30",), "reached", reached, 0.92),
    Mark(("rcpsp-j30",), "mean gap", gap, 0.003, AT_MOST),
    Mark(("j30-infeasible",), "exit 3, naming a pot", reached, 1.0),
    Mark((TWO_SIDED[0],), "a plan", found, 1.0),
    Mark((TWO_SIDED[1],), "exit 3", reached, 0.95),
    Mark(("ufl-or",), "reached within 10 s", quick, 1.0),
    Mark(("sscflp-or",), "reached", reached, 1.0),
    Mark(("sscflp-holmberg",), "reached", reached, 0.90),
    Mark(("sscflp-holmberg",), "mean gap", gap, 0.001, AT_MOST),
    Mark(("mknapcb1",), "reached", reached, 0.90),
    Mark(("own",), "reached", reached, 1.0),
    Mark(("own",), "proved", proved, 1.0),
)
"""For the families, under any relabelling; the last two for the project's own instances."""

GROUPS = tuple(dict.fromkeys(group for mark in MARKS for group in mark.classes))
