"""What is proven of the objective, held against every plan known.

A bound says that no plan costs less. It comes from the decomposition, a relaxation, a solver's tree; each is a claim,
and one plan that costs less refutes it. Then nothing that the same source says counts any more, and it is a fault: of a
solver, or of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field

INFINITY = float("inf")
CLOSE = 1e-6
"""By how much a bound may be above a plan's cost, as a share of it: what solvers' tolerances amount to."""


@dataclass(frozen=True)
class FalseBound:
    """A bound that a plan refutes: ``source`` claimed that no plan costs less than ``bound``; one costs ``cost``."""

    source: str
    bound: float
    cost: float

    def __str__(self) -> str:
        if self.bound == INFINITY:
            return f"{self.source} claims that there is no plan, and there is one"
        return f"{self.source} claims that {self.bound:,.2f} is the least possible, and a plan has {self.cost:,.2f}"


@dataclass
class ProvenBound:
    """The highest bound that no known plan refutes.

    Attributes:
        least: the objective of the best plan known.
        claims: by source, the highest bound that it claims.
    """

    least: float = INFINITY
    claims: dict[str, float] = field(default_factory=dict)

    def known(self, objective: float) -> None:
        """A plan that keeps every rule has this objective."""
        self.least = min(self.least, objective)

    def claim(self, source: str, bound: float) -> bool:
        """A source claims a bound. False where a known plan refutes it."""
        self.claims[source] = max(bound, self.claims.get(source, -INFINITY))
        return self._holds(bound)

    def add(self, other: ProvenBound) -> None:
        """What another search has claimed and found counts here, too."""
        self.known(other.least)
        for source, bound in other.claims.items():
            self.claim(source, bound)

    def _holds(self, bound: float) -> bool:
        return bound <= self.least + CLOSE * max(abs(self.least), 1.0) or self.least == INFINITY

    @property
    def value(self) -> float:
        """The highest bound of those not refuted, never above the best plan known; minus infinity without any."""
        return min(max(filter(self._holds, self.claims.values()), default=-INFINITY), self.least)

    @property
    def refuted(self) -> tuple[FalseBound, ...]:
        """What known plans refute."""
        return tuple(
            FalseBound(source, bound, self.least) for source, bound in self.claims.items() if not self._holds(bound)
        )
