"""The people and the capital that a plan takes, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table

from consolidate.accounts.ledger import Ledger, years_of
from consolidate.cli.ink import Ink, figure_table, rest_label
from consolidate.inventory import Inventory, Pot, Role
from consolidate.quarters import year_label


@dataclass(frozen=True)
class RoleUse:
    """A role's use: person-days, the highest share of a quarter's days and when, and quarters that are full."""

    id: str
    used: float
    days: float | None
    peak: float
    when: int
    full: int
    agency: float


@dataclass(frozen=True)
class ResourceTables:
    """The tables for one plan."""

    inventory: Inventory
    ledger: Ledger

    def staff(self, ink: Ink) -> Table | None:
        """Person-days used of those there are, agency staff among both, by role, the fullest first."""
        if not self.inventory.roles:
            return None
        table = figure_table(ink, "STAFF days with agency", "used", "of", "peak", "in", "full", "agency")
        lines = [self._use(role) for role in self.inventory.roles.values()]
        lines.sort(key=lambda line: (-line.peak, line.id))
        for line in lines[: ink.shown(len(lines))]:
            share = f"{line.peak:.0%}" if line.days is not None else ""
            when = self.inventory.label(line.when) if line.days is not None and line.peak else ""
            full = f"{line.full} of {self.inventory.plan_quarters}" if line.days is not None else ""
            there = f"{line.days:,.0f}" if line.days is not None else "no limit"
            agency = f"{line.agency:,.0f}" if line.agency else "-"
            table.add_row(*map(ink.text, (line.id, f"{line.used:,.0f}", there, share, when, full, agency)))
        rest = lines[ink.shown(len(lines)) :]
        if rest:
            used, bought = sum(line.used for line in rest), sum(line.agency for line in rest)
            share = f"{max(line.peak for line in rest):.0%}"
            cells = (
                rest_label(len(rest), "role", lines),
                f"{used:,.0f}",
                "",
                share,
                "",
                "",
                f"{bought:,.0f}" if bought else "-",
            )
            table.add_row(*map(ink.text, cells))
        return table

    def _use(self, role: Role) -> RoleUse:
        """How much of a role the plan takes."""
        used = [self.ledger.staff.get((role.id, q), 0.0) for q in range(self.inventory.plan_quarters)]
        agency = sum(self.ledger.agency.get((role.id, q), 0.0) for q in range(self.inventory.plan_quarters))
        if role.days is None:
            return RoleUse(role.id, sum(used), None, 0.0, 0, 0, agency)
        there = [own + more for own, more in zip(role.days, role.agency_days, strict=True)]
        shares = [_share_used(u, d) for u, d in zip(used, there, strict=True)]
        peak = max(shares, default=0.0)
        full = sum(share >= 0.99 for share in shares)
        return RoleUse(role.id, sum(used), sum(there), peak, shares.index(peak) if shares else 0, full, agency)

    def capital(self, ink: Ink, by_year: bool) -> Table | None:
        """Capital spent of what there is, by pot (and year), the fullest pots first."""
        pots = [pot for pot in self.inventory.pots.values() if pot.periods]
        if not pots:
            return None
        years = years_of(self.inventory.calendar, self.inventory.plan_quarters)
        most = max(sum(period.amount for period in pot.periods) for pot in pots)
        scale = 1_000 if most >= 100_000 else 1
        shown = years if by_year else []
        # Costs are discounted and what a pot has is not, so the two tables differ, and say so.
        years_shown = [year_label(year) for year, _ in shown]
        table = figure_table(ink, f"CAPITAL{ink.of(scale)} undiscounted", *years_shown, "in all/limit")
        pots.sort(
            key=lambda pot: (
                -_share_used(self._spent(pot, range(self.inventory.plan_quarters)), _amount(pot, None)),
                pot.id,
            )
        )
        for pot in pots[: ink.shown(len(pots))]:
            cells = [self._year(pot, quarters, scale) for _, quarters in shown]
            table.add_row(*map(ink.text, (pot.id, *cells, self._year(pot, None, scale))))
        rest = pots[ink.shown(len(pots)) :]
        if rest:
            spent = sum(self._spent(pot, range(self.inventory.plan_quarters)) for pot in rest)
            cells = [""] * len(shown) + [f"{spent / scale:,.0f}/{sum(_amount(pot, None) for pot in rest) / scale:,.0f}"]
            table.add_row(*map(ink.text, (rest_label(len(rest), "pot", pots), *cells)))
        return table

    def _spent(self, pot: Pot, quarters: Iterable[int]) -> float:
        return sum(self.ledger.capital.get((pot.id, q), 0.0) for q in quarters)

    def _year(self, pot: Pot, quarters: Sequence[int] | None, scale: int) -> str:
        """Spent and limit of a year, what was carried forward into it included; None: of the whole horizon."""
        amount = _amount(pot, quarters)
        if quarters is None:
            return f"{self._spent(pot, range(self.inventory.plan_quarters)) / scale:,.0f}/{amount / scale:,.0f}"
        if pot.carry_forward:
            before = range(quarters[0])
            amount += _amount(pot, before) - self._spent(pot, before)
        return f"{self._spent(pot, quarters) / scale:,.0f}/{amount / scale:,.0f}"


def _share_used(used: float, there: float) -> float:
    return used / there if there > 0 else (1.0 if used else 0.0)


def _amount(pot: Pot, quarters: Iterable[int] | None) -> float:
    """What a pot has in the periods that begin in ``quarters``, or in all."""
    wanted = None if quarters is None else set(quarters)
    return sum(period.amount for period in pot.periods if wanted is None or period.quarters[0] in wanted)
