"""Cases, and what came of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from public.formats import KINDS

NEAR = Decimal("0.01")
"""How near a value has to be to the best one known to be the same."""


@dataclass(frozen=True)
class Case:
    """One run of the planner.

    Attributes:
        group: the class under which it is counted.
        best: the best value there is; None when there is no plan at all.
        horizon: quarters to plan in; None for the usual.
        pots: whether a knapsack's limits are pots.
        impossible: whether no plan can exist in that horizon.
    """

    group: str
    instance: str
    file: Path
    kind: str
    best: Decimal | None
    horizon: int | None = None
    pots: bool = False
    impossible: bool = False

    @property
    def name(self) -> str:
        form = " (pots)" if self.pots else ""
        end = f" in {self.horizon}" if self.horizon else ""
        return f"{self.group} {self.instance}{form}{end}"

    @property
    def sense(self) -> int:
        """1 where less is better, -1 where more is."""
        return -1 if self.kind == "mknap" else 1


def read_cases(folder: Path) -> list[Case]:
    """The cases of a folder's optima.csv; knapsacks twice, with roles and with pots.

    Raises:
        ValueError: when the table is missing or cannot be read, with what is wrong.
    """
    path = folder / "optima.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [case for row in rows for case in _cases(folder, row)]
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror}); name a folder with an optima.csv") from None
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{path}: columns class, instance, file, kind, best_known are needed ({error})") from None


def _cases(folder: Path, row: dict[str, str]) -> list[Case]:
    if row["kind"] not in KINDS:
        raise ValueError(f"{folder / 'optima.csv'}: no kind {row['kind']!r}; there are {', '.join(KINDS)}")
    impossible = row["best_known"] == "infeasible"
    best = None if impossible else Decimal(row["best_known"])
    forms = (False, True) if row["kind"] == "mknap" else (False,)
    file = folder / row["file"]
    return [
        Case(row["class"], row["instance"], file, row["kind"], best, pots=pots, impossible=impossible) for pots in forms
    ]


def two_sided(cases: Sequence[Case], groups: Sequence[str]) -> list[Case]:
    """Each project with the horizon that the best plan needs, and with a quarter less."""
    found = []
    for case in cases:
        if case.best is not None and case.kind in ("rcpsp-mm", "rcpsp"):
            long = int(case.best)
            base = (case.instance, case.file, case.kind, case.best)
            found.append(Case(groups[0], *base, horizon=long))
            if long > 1:
                found.append(Case(groups[1], *base, horizon=long - 1, impossible=True))
    return found


@dataclass
class Result:
    """What came of a case, by one solver.

    Attributes:
        seconds: of wall time until the plan was written (or the process ended).
        value: of the plan, recomputed, in the instance's units; None without one.
        bound: what the solver claims that no plan is better than.
        claims_best: it says that its plan is optimal, or that there is none.
        faults: rules of the instance that its plan breaks.
        false: claims that are wrong.
        names_pot: it says which pot lacks money.
        cheapest: its way out of lacking money is the cheapest that there is.
        said: what else is to be known.
    """

    case: Case
    seconds: float = 0.0
    drawing: float = 0.0
    cpu: float = 0.0
    code: int | None = None
    value: Decimal | None = None
    bound: Decimal | None = None
    claims_best: bool = False
    names_pot: bool = False
    cheapest: bool = False
    faults: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    said: str = ""

    @property
    def found(self) -> bool:
        """There is a plan, and it keeps the rules."""
        return self.value is not None and not self.faults

    @property
    def reached(self) -> bool:
        """The best value; or, where there is no plan, that it says so (and, for lack of money, which pot)."""
        if self.case.impossible:
            return self.claims_best and not self.found and (self.names_pot or self.case.best is not None)
        return self.found and self.gap is not None and abs(self.gap_amount) <= NEAR

    @property
    def proved(self) -> bool:
        return self.reached and self.claims_best

    @property
    def gap_amount(self) -> Decimal:
        """How much worse than the best value, in the instance's units."""
        assert self.value is not None
        assert self.case.best is not None
        return (self.value - self.case.best) * self.case.sense

    @property
    def gap(self) -> Decimal | None:
        """How much worse than the best value, as a share of it."""
        if not self.found or self.case.best is None:
            return None
        return self.gap_amount / abs(self.case.best) if self.case.best else Decimal(0)

    def hold_against_the_table(self) -> None:
        """Notes the claims that the best value known shows to be false."""
        case = self.case
        if case.impossible:
            if self.found:
                self.false.append(f"a plan of {self.value} where there can be none")
            return
        if self.claims_best and not self.reached:
            wrong = "no plan" if self.value is None else f"{self.value} the best"
            self.false.append(f"says {wrong}; the best is {case.best}")
        if case.best is None:
            return
        if self.found and self.gap_amount < -NEAR:
            self.false.append(f"{self.value} is better than the proven best {case.best}")
        if self.bound is not None and (self.bound - case.best) * case.sense > NEAR:
            self.false.append(f"bound {self.bound} beyond the best, {case.best}")
