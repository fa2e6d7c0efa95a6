"""Who pays: what each partner's own systems cost, and its part of what all share, by financial year.

From the ledger's books alone. **Direct** is what a partner's own systems cost: running, contracts,
support, one-off cost, interfaces, and the capital of their moves, whatever pot it comes from.
**Allocated** is its part, under the year's rule, of what no single system causes: builds of
services, their fixed running costs, agency staff, and what own people's days are worth. Judged exposure is no cash; it
stands apart.

Amounts are undiscounted and in whole pence. What costs.csv says to the penny is what is direct here and
what is shared out; a shared amount is divided by the largest remainder (Hamilton's method), so that the
parts add up to it exactly and none is negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, fsum

from consolidate.accounts.ledger import NOT_CASH, SHARED, Book, Ledger, years_of
from consolidate.accounts.partners_parts import parts_by_quarter
from consolidate.inventory import Inventory, require_inventory
from consolidate.plan import KINDS
from consolidate.quarters import year_label


@dataclass(frozen=True)
class Line:
    """What a partner pays in a financial year (its first calendar year) for one kind of cost, in pence."""

    partner: str
    year: int
    kind: str
    direct: int
    allocated: int

    @property
    def cash(self) -> bool:
        """False for judged exposure and for the price put on changing an approved plan, which are not paid."""
        return self.kind not in NOT_CASH

    @property
    def total(self) -> int:
        """Direct and allocated, in pence."""
        return self.direct + self.allocated


@dataclass(frozen=True)
class Amount:
    """Cash in pence, direct and allocated; and judged exposure in pence, which is no cash."""

    direct: int
    allocated: int
    exposure: int

    @property
    def total(self) -> int:
        """Cash alone."""
        return self.direct + self.allocated


@dataclass(frozen=True, repr=False)
class Apportioned:
    """The books of a plan, shared out.

    Attributes:
        partners: their ids, in the order of the inventory.
        years: the financial years appraised, each as its first calendar year.
        parts: each partner's exact part of what is shared, by (year, kind, partner): what the year's amount comes
            to under the rule of each quarter.
        rules: each year's rule in words.
        lines: by partner, year and kind; those that are 0 left out.
    """

    partners: tuple[str, ...]
    years: tuple[int, ...]
    parts: Mapping[tuple[int, str, str], Fraction]
    rules: Mapping[int, str]
    lines: tuple[Line, ...]

    def __repr__(self) -> str:
        span = f"{year_label(self.years[0])} to {year_label(self.years[-1])}" if self.years else "no year"
        return f"<Apportioned among {len(self.partners):,} partners, {span}: {self.amount().total / 100:,.2f} in cash>"

    def amount(self, partner: str | None = None, year: int | None = None) -> Amount:
        """What a partner pays in a year; None: all partners, all years."""
        found = [line for line in self.lines if partner in (None, line.partner) and year in (None, line.year)]
        cash = [line for line in found if line.cash]
        return Amount(
            direct=sum(line.direct for line in cash),
            allocated=sum(line.allocated for line in cash),
            exposure=sum(line.total for line in found if line.kind == "exposure"),
        )


def apportion(inventory: Inventory, ledger: Ledger) -> Apportioned:
    """Divide the costs of a plan among the partners by financial year, under each year's rule, to the penny.

    Parameters
    ----------
    inventory
        The inventory, with the rules (``apportion`` in programme.yaml).
    ledger
        The books of a plan of it, from :func:`consolidate.ledger`.

    Returns
    -------
    Apportioned
        Undiscounted amounts in pence. All lines together are the ledger's ``cash``, and so is each kind in each year.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none.
    """
    require_inventory(inventory)
    years = tuple(year for year, _ in years_of(inventory.calendar, inventory.appraisal_quarters))
    parts = dict(_parts(inventory, ledger))
    lines = {(line.partner, line.year, line.kind): line for line in _lines(inventory, ledger, parts)}
    wanted = ((partner, year, kind) for partner in inventory.partners for year in years for kind in KINDS)
    return Apportioned(
        partners=tuple(inventory.partners),
        years=years,
        parts=parts,
        rules=rules_by_year(inventory),
        lines=tuple(lines[key] for key in wanted if key in lines),
    )


def _parts(inventory: Inventory, ledger: Ledger) -> Iterator[tuple[tuple[int, str, str], Fraction]]:
    """Each partner's part of each kind of shared cost in each year, by (year, kind, partner)."""
    parts = parts_by_quarter(inventory)
    for year, quarters in years_of(inventory.calendar, inventory.appraisal_quarters):
        for kind in KINDS:
            flow = ledger.flows.get((SHARED, kind))
            amounts = {quarter: 0.0 if flow is None else flow[quarter] for quarter in quarters}
            yield from (((year, kind, one), part) for one, part in _weighted(parts, amounts).items())


def _lines(inventory: Inventory, ledger: Ledger, parts: Mapping[tuple[int, str, str], Fraction]) -> Iterator[Line]:
    amounts = pence(inventory, ledger.cash)
    allocated: dict[tuple[str, int, str], int] = {}
    for (partner, year, kind), amount in amounts.items():
        if partner is SHARED:
            divided = divide(amount, [parts[year, kind, one] for one in inventory.partners])
            allocated.update({(one, year, kind): part for one, part in zip(inventory.partners, divided, strict=True)})
    direct = {(partner, year, kind): n for (partner, year, kind), n in amounts.items() if partner is not None}
    for key in {**direct, **allocated}:
        if direct.get(key) or allocated.get(key):
            yield Line(*key, direct.get(key, 0), allocated.get(key, 0))


def shared_out(inventory: Inventory, ledger: Ledger) -> dict[tuple[int, str], int]:
    """Each partner's part of all that is shared in a financial year, kinds together, in pence, by (year, partner).

    Rounded from the year's amount alone, so that no penny tells what the amount is made of, or what anybody's own
    systems cost; the lines of :func:`apportion`, rounded kind by kind, add up to it within a few pence.
    """
    found: dict[tuple[int, str], int] = {}
    by_quarter = parts_by_quarter(inventory)
    years = years_of(inventory.calendar, inventory.appraisal_quarters)
    cash = {key: amount for key, amount in ledger.cash.items() if key[0] is SHARED and key[2] not in NOT_CASH}
    amounts = in_pence(fsum(amount for key, amount in cash.items() if key[1] == year) for year, _ in years)
    flows = [flow for (partner, kind), flow in ledger.flows.items() if partner is SHARED and kind not in NOT_CASH]
    for (year, quarters), amount in zip(years, amounts, strict=True):
        parts = _weighted(by_quarter, {quarter: fsum(flow[quarter] for flow in flows) for quarter in quarters})
        found |= {(year, one): pence for one, pence in zip(parts, divide(amount, list(parts.values())), strict=True)}
    return found


# -- the rule -------------------------------------------------------------------------------------


def parts_by_year(inventory: Inventory) -> dict[int, dict[str, Fraction]]:
    """By financial year appraised each partner's exact part of what is shared evenly over it; a year's add up to 1.

    Where partners join during the year, it is the mean of its quarters' parts.
    """
    parts, years = parts_by_quarter(inventory), years_of(inventory.calendar, inventory.appraisal_quarters)
    return {year: _weighted(parts, dict.fromkeys(quarters, 1.0)) for year, quarters in years}


def _weighted(parts: Sequence[Mapping[str, Fraction]], amounts: Mapping[int, float]) -> dict[str, Fraction]:
    """Each partner's exact part of amounts by quarter; the first quarter's where they come to nothing."""
    by_quarter = [parts[quarter] for quarter in amounts]
    total = sum(map(Fraction, amounts.values()), Fraction(0))
    if not total or all(one is by_quarter[0] for one in by_quarter):
        return dict(by_quarter[0])
    return {
        partner: sum((parts[quarter][partner] * Fraction(amount) for quarter, amount in amounts.items()), Fraction(0))
        / total
        for partner in by_quarter[0]
    }


def rule_of(inventory: Inventory, year: int) -> str:
    """A year's rule in words."""
    rule = inventory.apportion.years.get(year, inventory.apportion.default)
    if isinstance(rule, str):
        return {"users": "by users", "systems": "by number of systems", "equal": "equally"}[rule]
    return "by agreed percentages"


def rules_by_year(inventory: Inventory) -> dict[int, str]:
    """The rule of each financial year appraised, in words."""
    return {year: rule_of(inventory, year) for year, _ in years_of(inventory.calendar, inventory.appraisal_quarters)}


def rules_in_words(inventory: Inventory) -> str:
    """All the rules: ``by users``, or ``by users; 2017/18 equally``."""
    default = rule_of(inventory, min(inventory.apportion.years, default=0) - 1)
    years = sorted(
        year
        for year, _ in years_of(inventory.calendar, inventory.appraisal_quarters)
        if year in inventory.apportion.years
    )
    return "; ".join([default, *(f"{year_label(year)} {rule_of(inventory, year)}" for year in years)])


# -- pennies --------------------------------------------------------------------------------------


def pence(inventory: Inventory, book: Book) -> dict[tuple[str | None, int, str], int]:
    """A book in whole pence, each rounded so that each kind, and the whole, is right to the penny."""
    partners = [*inventory.partners, SHARED]
    keys = sorted(book, key=lambda key: (KINDS.index(key[2]), key[1], partners.index(key[0])))
    return dict(zip(keys, in_pence(book[key] for key in keys), strict=True))


def in_pence(amounts: Iterable[float]) -> list[int]:
    """Amounts of pounds in pence, each rounded so that every running total is right to the penny.

    >>> in_pence([0.333, 0.333, 0.334]), sum(in_pence([0.004] * 10))
    ([33, 34, 33], 4)
    """
    rounded: list[int] = []
    total, before = 0.0, 0
    for amount in amounts:
        total += amount
        whole = round(total * 100)
        rounded.append(whole - before)
        before = whole
    return rounded


def divide(amount: int, parts: Sequence[Fraction]) -> list[int]:
    """Divides whole pence by parts that add up to 1: rounded down, then a penny each to the largest remainders.

    Each gets its exact part rounded up or down, never less than nothing; of equal remainders the first
    in the list goes first. (Hamilton's method, as for seats in parliaments.)

    >>> divide(100, [Fraction(1, 3)] * 3), divide(1, [Fraction(0), Fraction(1, 2), Fraction(1, 2)])
    ([34, 33, 33], [0, 1, 0])
    """
    exact = [amount * part for part in parts]
    whole = [floor(part) for part in exact]
    left = amount - sum(whole)
    first = sorted(range(len(parts)), key=lambda n: (whole[n] - exact[n], n))
    for n in first[:left]:
        whole[n] += 1
    return whole
