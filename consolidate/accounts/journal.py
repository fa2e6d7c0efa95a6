"""The journal: what a plan costs and uses, posted quarter by quarter; :mod:`consolidate.accounts.ledger` adds it up.

Cash and judged amounts are posted by partner and kind of cost, and to the system they are for; people by role, capital
by pot. Quarters outside the appraisal (or, for people, outside the horizon) do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from consolidate.inventory import Inventory

SAVED_KINDS = ("run", "contract", "support")
"""Kinds of cost in which savings are counted, for targets too."""

REVENUE_KINDS = ("run", "contract", "support", "one_off", "agency", "staff", "interface")
"""Kinds of cost that are revenue, which budgets limit."""

Posting = tuple[str | None, str, float]
"""Partner (None: shared), kind of cost, and amount."""


class Journal:
    """The postings of one plan.

    Attributes:
        factors: what an amount of each quarter appraised is multiplied with to discount it.
        flows: undiscounted amounts of each quarter appraised, by (partner, kind); partner None: shared.
        areas: the same of systems alone, by (partner, area, kind); the area None: without one. Empty where no system
            has an area.
        per_system: discounted amounts by system and kind.
        stability: the price of changes against the approved plan, by (partner, financial year), undiscounted.
        staff, committed_staff: person-days by (role, quarter); and of them, those of work that was reported.
        effort: the same as ``staff``, of all quarters appraised.
        capital, committed_capital: capital by (pot, quarter), None being no pot; and what of it was reported.
        compared: all postings of cash and judged amounts, by quarter of a target's or a budget's year.

    People, capital and ``compared`` are kept amount by amount: they are compared with limits, and only a sum that is
    rounded once is exact to the penny whatever its size.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.appraisal_quarters, self.plan_quarters = inventory.appraisal_quarters, inventory.plan_quarters
        self.factors = [inventory.discount(q) for q in range(inventory.appraisal_quarters)]
        self.flows: dict[tuple[str | None, str], list[float]] = {}
        self.areas: dict[tuple[str | None, str | None, str], list[float]] = {}
        self.per_system: dict[str, dict[str, float]] = {}
        self.stability: dict[tuple[str | None, int], float] = defaultdict(float)
        self.staff: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.committed_staff: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.effort: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.capital: dict[tuple[str | None, int], list[float]] = defaultdict(list)
        self.committed_capital: dict[tuple[str | None, int], list[float]] = defaultdict(list)
        areas = {id: system.area for id, system in inventory.systems.items()}
        self._area_of: dict[str, str | None] = areas if any(areas.values()) else {}
        years = (*(rule.quarters for rule in inventory.targets), *(rule.quarters for rule in inventory.budgets))
        self.compared: dict[int, list[Posting]] = {q: [] for quarters in years for q in quarters}

    def post(self, partner: str | None, kind: str, amounts: Iterable[tuple[int, float]], system: str = "") -> None:
        """Post undiscounted (quarter, amount) of a kind of cost."""
        row = self.flows.get((partner, kind))
        in_area = self._row_of_area(partner, kind, system) if system in self._area_of else None
        value = 0.0
        end, factors, compared = self.appraisal_quarters, self.factors, self.compared
        for q, amount in amounts:
            if amount and 0 <= q < end:
                if row is None:
                    row = self.flows[partner, kind] = [0.0] * end
                row[q] += amount
                if in_area is not None:
                    in_area[q] += amount
                value += amount * factors[q]
                if compared and q in compared:
                    compared[q].append((partner, kind, amount))
        if value:
            self._post_to_system(system, kind, value)

    def _row_of_area(self, partner: str | None, kind: str, system: str) -> list[float]:
        key = (partner, self._area_of[system], kind)
        return self.areas.setdefault(key, [0.0] * self.appraisal_quarters)

    def post_stability(self, partner: str | None, year: int, price: float, system: str) -> None:
        """Post the price of a change against the approved plan, which is not discounted."""
        self.stability[partner, year] += price
        self._post_to_system(system, "stability", price)

    def _post_to_system(self, system: str, kind: str, value: float) -> None:
        if system:
            kinds = self.per_system.setdefault(system, {})
            kinds[kind] = kinds.get(kind, 0.0) + value

    def post_staff(self, effort: Mapping[str, tuple[float, ...]], start: int) -> None:
        """Post the person-days of planned work, by role, one figure for each quarter from its start."""
        for role, days in effort.items():
            for q, used in enumerate(days, start=start):
                self._post_effort(role, q, used)

    def post_capital(
        self, capital: Mapping[str | None, float], start: int, quarters: int, partner: str | None, system: str = ""
    ) -> None:
        """Post the capital of planned work, by pot, spread evenly over its quarters."""
        for pot, total in capital.items():
            amounts = evenly(total, start, quarters)
            self.post(partner, "capital", amounts, system)
            for q, amount in amounts:
                if 0 <= q < self.appraisal_quarters:
                    self.capital[pot, q].append(amount)

    def post_reported_staff(self, used: Iterable[tuple[str | None, int, float]]) -> None:
        """Post the (role, quarter, person-days) of work that was reported."""
        for role, q, days in used:
            if role is not None:
                self._post_effort(role, q, days)
                if 0 <= q < self.plan_quarters:
                    self.committed_staff[role, q].append(days)

    def _post_effort(self, role: str, q: int, days: float) -> None:
        if 0 <= q < self.appraisal_quarters:
            self.effort[role, q].append(days)
            if q < self.plan_quarters:
                self.staff[role, q].append(days)

    def post_reported_capital(
        self, spent: Iterable[tuple[str | None, int, float]], partner: str | None, system: str = ""
    ) -> None:
        """Post the (pot, quarter, capital) of work that was reported."""
        for pot, q, amount in spent:
            self.post(partner, "capital", [(q, amount)], system)
            if 0 <= q < self.appraisal_quarters:
                self.capital[pot, q].append(amount)
                self.committed_capital[pot, q].append(amount)


def evenly(amount: float, start: int, quarters: int) -> Sequence[tuple[int, float]]:
    """An amount in equal parts over ``quarters`` from ``start``, as (quarter, part); nothing of nothing.

    >>> evenly(100.0, 3, 2), evenly(0.0, 3, 2)
    ([(3, 50.0), (4, 50.0)], [])
    """
    return [(q, amount / quarters) for q in range(start, start + quarters)] if amount else []
