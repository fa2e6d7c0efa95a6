"""People and money used, in rows under the time axis."""

from __future__ import annotations

from typing import Literal

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit
from consolidate.diagrams.plan_view import PlanView
from consolidate.inventory import Pot, Role
from consolidate.vocabulary import short_money

_HEIGHT = 16.0
_GAP = 2.5
_MOST_ROLES = 8
_MOST_POTS = 6
"""With more roles or pots than these one row stands for all."""


class ResourceUse:
    """People and money used: a row for each role by quarter, and for each pot by year."""

    def __init__(self, view: PlanView, axis: Axis) -> None:
        self.view, self.axis, self.language = view, axis, view.language
        inventory = view.inventory
        self.roles = tuple(inventory.roles.values())
        self.pots = tuple(inventory.pots.values())
        self.rows = self._rows()
        self.height = len(self.rows) * (_HEIGHT + _GAP) + (10 if self.rows else 0)

    def _rows(self) -> list[tuple[str, Role | Pot | str]]:
        rows: list[tuple[str, Role | Pot | str]] = []
        if len(self.roles) <= _MOST_ROLES:
            rows += [(self.language.text("Staff: {role}", role=self._name(role)), role) for role in self.roles]
        else:
            rows += [
                (self.language.text("Busiest role, % of limit"), "busiest"),
                (self.language.text("which role"), "which"),
            ]
        if len(self.pots) <= _MOST_POTS:
            rows += [(self.language.text("Capital: {pot}", pot=self._name(pot)), pot) for pot in self.pots]
        else:
            rows.append((self.language.text("Capital: all {count} pots", count=len(self.pots)), "pots"))
        if any(pot is None and 0 <= quarter < self.axis.quarters for pot, quarter in self.view.ledger.capital):
            rows.append((self.language.text("Capital, no pot"), "none"))
        return rows

    def _name(self, what: Role | Pot) -> str:
        kind: Literal["role", "pot"] = "role" if isinstance(what, Role) else "pot"
        return self.language.name(self.view.inventory.name_of(kind, what.id))[0]

    def draw(self, canvas: Canvas, y: float, left: float) -> None:
        """Draw all rows from ``y`` downwards; their names begin at ``left``."""
        y += 10
        for label, what in self.rows:
            room = self.axis.left - left - 8
            canvas.text(self.axis.left - 6, y + 11, fit(label, room, 8.5, True), 8.5, bold=True, align="r")
            if isinstance(what, Role):
                self._draw_role(canvas, y, what)
            elif what in ("busiest", "which"):
                self._draw_busiest(canvas, y, what == "which")
            else:
                self._draw_capital(canvas, y, what)
            y += _HEIGHT + _GAP

    def _draw_cell(self, canvas: Canvas, y: float, quarter: int, share: float | None, text: str) -> None:
        fill = themes.WATER
        if share is not None and share >= 0.9:
            fill = themes.TINT["R"] if share > 1.0005 else themes.TINT["A"]
        x = self.axis.x(quarter)
        canvas.rect(x, y, self.axis.step, _HEIGHT, fill, Stroke(themes.FAINT, 0.6))
        size = 8.5 if self.axis.step > 36 else 7.0
        bold = fill != themes.WATER
        text = fit(text, self.axis.step - 3, size, bold)
        canvas.text(x + self.axis.step / 2, y + 11, text, size, bold=bold, align="c")

    def _percent(self, share: float) -> str:
        if share > 1.0005:
            return self.language.text("{amount} over", amount=f"{max(share, 1.01):.0%}")
        return f"{share:.0%}" if share else "–"

    def _share(self, role: Role, quarter: int) -> float | None:
        """The share used of own and agency days; None when the role is not limited."""
        used = self.view.ledger.staff.get((role.id, quarter), 0.0)
        if role.days is None:
            return None
        limit = role.days[quarter] + role.agency_days[quarter]
        return used / limit if limit > 0 else float(used > 0) * 9.99

    def _draw_role(self, canvas: Canvas, y: float, role: Role) -> None:
        for quarter in range(self.axis.quarters):
            used = self.view.ledger.staff.get((role.id, quarter), 0.0)
            share = self._share(role, quarter)
            limit = self.language.text("not limited")
            if role.days is not None:
                limit = f"{role.days[quarter] + role.agency_days[quarter]:,.10g}"
            sentence = self.language.text(
                "{role}, {quarter}: {used} person-days of {limit}.",
                role=self._name(role),
                quarter=self.view.words.quarter(quarter),
                used=f"{used:,.10g}",
                limit=limit,
            )
            days = self.language.text("{days} d", days=f"{used:,.0f}")
            with canvas.group(sentence):
                self._draw_cell(canvas, y, quarter, share, days if share is None else self._percent(share))

    def _draw_busiest(self, canvas: Canvas, y: float, which: bool) -> None:
        for quarter in range(self.axis.quarters):
            shares = [(self._share(role, quarter) or 0.0, self._name(role)) for role in self.roles]
            share, role = max(shares, key=lambda item: item[0])
            self._draw_cell(
                canvas,
                y,
                quarter,
                None if which else share,
                (role if share else "–") if which else self._percent(share),
            )

    def _draw_capital(self, canvas: Canvas, y: float, what: Pot | str) -> None:
        pots = (what,) if isinstance(what, Pot) else self.pots if what == "pots" else ()
        carried = {pot.id: 0.0 for pot in pots}
        for label, quarters in self.axis.years():
            amount = used = 0.0
            for pot in pots:
                given = sum(period.amount for period in pot.periods if period.quarters.start in quarters)
                spent = self._spent(pot.id, quarters)
                amount, used = amount + given + carried[pot.id], used + spent
                carried[pot.id] = carried[pot.id] + given - spent if pot.carry_forward else 0.0
            if not pots:
                used = self._spent(None, quarters)
            self._draw_year(canvas, y, label, quarters, used, amount if pots else None)

    def _spent(self, pot: str | None, quarters: range) -> float:
        return sum(self.view.ledger.capital.get((pot, quarter), 0.0) for quarter in quarters)

    def _draw_year(
        self, canvas: Canvas, y: float, label: str, quarters: range, used: float, amount: float | None
    ) -> None:
        """A bar for the share used of a year's capital; ``amount`` is None where there is no pot."""
        x, w = self.axis.x(quarters.start), len(quarters) * self.axis.step
        money = self.view.inventory.currency
        text = short_money(used, money)
        over = amount is not None and used > amount * 1.0005 + 0.005
        sentence = self.language.text("Capital in {year}: {amount}.", year=label, amount=text)
        if amount is not None:
            text = self.language.text("{spent} of {limit}", spent=text, limit=short_money(amount, money))
            text = self.language.text("{amount} over", amount=text) if over else text
            sentence = self.language.text(
                "Capital in {year}: {amount}, what was carried forward included.", year=label, amount=text
            )
        with canvas.group(sentence):
            canvas.rect(x, y, w, _HEIGHT, themes.PAPER, Stroke(themes.FAINT, 0.6))
            share = min(used / amount, 1.0) if amount else float(used > 0)
            if share:
                canvas.rect(x + 0.5, y + 0.5, (w - 1) * share, _HEIGHT - 1, themes.TINT["R"] if over else themes.USED)
            canvas.text(x + w / 2, y + 11, fit(text, w - 4, 8.5), 8.5, align="c")
