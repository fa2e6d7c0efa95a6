"""The time axis, and what is measured along it: milestones, people and money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.plan_view import PlanView
from consolidate.inventory import Milestone, Pot, Role
from consolidate.language import Language
from consolidate.language import language as speaking
from consolidate.quarters import Calendar
from consolidate.vocabulary import short_money

YEARS, QUARTERS = 17.0, 24.0
"""Heights of the two bands of the header."""
_METER, _GAP = 16.0, 2.5
_TIER = 13.0
_MOST_ROLES, _MOST_POTS = 8, 6


@dataclass(frozen=True)
class Axis:
    """Quarter q of T stands from ``x(q)`` to ``x(q + 1)``."""

    left: float
    step: float
    quarters: int
    calendar: Calendar
    language: Language = field(default_factory=lambda: speaking("en"))

    @classmethod
    def fitting(cls, left: float, quarters: int, calendar: Calendar, language: Language | None = None) -> Axis:
        """As wide as a board paper likes it, however long the horizon is. English unless said otherwise."""
        step = max(28.0, min(1070.0, 480.0 + 80 * quarters) / quarters)
        return cls(left, step, quarters, calendar, language or speaking("en"))

    @property
    def right(self) -> float:
        return self.x(self.quarters)

    def x(self, quarter: int) -> float:
        """Where a quarter begins; what lies outside the horizon is put on its edge."""
        return self.left + min(max(quarter, 0), self.quarters) * self.step

    def years(self) -> Iterator[tuple[str, range]]:
        """The financial years and their quarters inside the horizon."""
        start = 0
        while start < self.quarters:
            end = min(start + 4 - self.calendar.index_in_year(start), self.quarters)
            yield self.calendar.year_label(start), range(start, end)
            start = end

    def months(self, quarter: int) -> str:
        """``Apr–Jun``."""
        last = self.calendar.last_month(quarter) % 12
        return f"{self.language.month((last - 2) % 12 + 1)}–{self.language.month(last + 1)}"

    def header(self, canvas: Canvas, y: float) -> None:
        """Financial years above quarters, from ``y`` downwards."""
        for index, (label, quarters) in enumerate(self.years()):
            x, w = self.x(quarters.start), len(quarters) * self.step
            canvas.rect(x, y, w, YEARS, themes.BAND if index % 2 else themes.BLACK)
            size = 10.0 if width(label, 10, True) < w - 2 else 6.5
            canvas.text(x + w / 2, y + 12, fit(label, w, size, True), size, bold=True, colour=themes.PAPER, to="c")
            for quarter in quarters:
                self._quarter(canvas, quarter, y + YEARS)

    def _quarter(self, canvas: Canvas, quarter: int, y: float) -> None:
        x = self.x(quarter)
        canvas.rect(x, y, self.step, QUARTERS, themes.HEAD, themes.FAINT, 0.6)
        label = self.language.quarter(f"Q{self.calendar.index_in_year(quarter) + 1}")
        roomy = max(width("May–May", 7), width(self.months(quarter), 7)) < self.step
        canvas.text(x + self.step / 2, y + (10.5 if roomy else 15), label, 9, bold=True, to="c")
        if roomy:
            canvas.text(x + self.step / 2, y + 20, self.months(quarter), 7, colour=themes.GREY, to="c")

    def ground(self, canvas: Canvas, y: float, h: float) -> None:
        """Every other year shaded, a line at each quarter; a heavier one at each year."""
        for index, (_, quarters) in enumerate(self.years()):
            if index % 2:
                canvas.rect(self.x(quarters.start), y, len(quarters) * self.step, h, themes.YEAR)
            for quarter in quarters:
                first = quarter == quarters.start
                colour = themes.FAINT if first else themes.HAIR
                canvas.line([(self.x(quarter), y), (self.x(quarter), y + h)], colour, 1.0 if first else 0.7)
        canvas.line([(self.right, y), (self.right, y + h)], themes.FAINT)


@dataclass(frozen=True)
class _Flag:
    """A milestone's diamond at ``x``, in tier ``tier``, its label right or left of it."""

    x: float
    tier: int
    label: str
    rightwards: bool
    sentence: str


class Milestones:
    """The milestones' row: as many tiers as it takes for labels not to touch. ``own``: see :class:`.sheet.Sheet`."""

    def __init__(self, view: PlanView, axis: Axis, own: frozenset[str] | None = None) -> None:
        self.axis = axis
        taken: list[list[tuple[float, float]]] = []
        self.flags = [
            self._flag(view, milestone, taken)
            for milestone in sorted(view.inventory.milestones, key=lambda milestone: milestone.by)
            if 0 <= milestone.by < axis.quarters and (own is None or not own.isdisjoint(milestone.who.systems))
        ]
        self.height = len(taken) * _TIER + (8 if taken else 0)

    def _flag(self, view: PlanView, milestone: Milestone, taken: list[list[tuple[float, float]]]) -> _Flag:
        x = self.axis.x(milestone.by + 1)
        live = view.rows.live_by(milestone)
        share, count = view.language.percent(float(milestone.share), 0), len(milestone.who.systems)
        label = view.language.text(
            "target {share} live, plan {live} of {count}", share=share, live=f"{live:,}", count=f"{count:,}"
        )
        label += f": {milestone.why}" if milestone.why else f": {milestone.who.text}" if milestone.who.text else ""
        label = fit(label, min(300.0, self.axis.right - self.axis.left - 20), 8.5)
        w = width(label, 8.5) + 14
        rightwards = x + w <= self.axis.right + 8
        span = (x - 7, x + w) if rightwards else (x - w, x + 7)
        tier = next((n for n, row in enumerate(taken) if all(a >= span[1] or b <= span[0] for a, b in row)), len(taken))
        if tier == len(taken):
            taken.append([])
        taken[tier].append(span)
        sentence = view.language.plural(
            "Milestone: at least {needed} of {n} system live by the end of {quarter}; the plan has {live}.",
            "Milestone: at least {needed} of {n} systems live by the end of {quarter}; the plan has {live}.",
            count,
            needed=f"{milestone.needed:,}",
            quarter=view.words.quarter(milestone.by),
            live=f"{live:,}",
        )
        return _Flag(x, tier, label, rightwards, f"{sentence} {milestone.why}".strip())

    def lines(self, canvas: Canvas, y: float, bottom: float) -> None:
        """Dashed lines from the diamonds down through everything."""
        for x, tier in sorted({(flag.x, flag.tier) for flag in self.flags}):
            canvas.line([(x, y + tier * _TIER + 10), (x, bottom)], themes.BLUE, 1.0, "dashed")

    def paint(self, canvas: Canvas, y: float) -> None:
        if self.flags:
            canvas.text(self.axis.left - 6, y + 12, self.axis.language.text("Milestones"), 9, bold=True, to="r")
        for flag in self.flags:
            base = y + flag.tier * _TIER + 12
            with canvas.group(flag.sentence):
                canvas.shape("diamond", flag.x, base - 3, 11, themes.BLUE)
                side = 8 if flag.rightwards else -8
                w = width(flag.label, 8.5) + 4
                canvas.rect(flag.x + side - (2 if flag.rightwards else w - 2), base - 8, w, 10.5, themes.PAPER)
                canvas.text(
                    flag.x + side, base, flag.label, 8.5, colour=themes.NAVY, to="l" if flag.rightwards else "r"
                )


class Meters:
    """People and money used, under the axis."""

    def __init__(self, view: PlanView, axis: Axis) -> None:
        self.view, self.axis, self.language = view, axis, view.language
        inventory = view.inventory
        self.roles = tuple(inventory.roles.values())
        self.pots = tuple(inventory.pots.values())
        self.rows = self._rows()
        self.height = len(self.rows) * (_METER + _GAP) + (10 if self.rows else 0)

    def _rows(self) -> list[tuple[str, Role | Pot | str]]:
        rows: list[tuple[str, Role | Pot | str]] = []
        if len(self.roles) <= _MOST_ROLES:
            rows += [(self.language.text("Staff: {role}", role=self._said(role)), role) for role in self.roles]
        else:
            rows += [
                (self.language.text("Busiest role, % of limit"), "busiest"),
                (self.language.text("which role"), "which"),
            ]
        if len(self.pots) <= _MOST_POTS:
            rows += [(self.language.text("Capital: {pot}", pot=self._said(pot)), pot) for pot in self.pots]
        else:
            rows.append((self.language.text("Capital: all {count} pots", count=len(self.pots)), "pots"))
        if any(pot is None and 0 <= quarter < self.axis.quarters for pot, quarter in self.view.ledger.capital):
            rows.append((self.language.text("Capital, no pot"), "none"))
        return rows

    def _said(self, what: Role | Pot) -> str:
        kind: Literal["role", "pot"] = "role" if isinstance(what, Role) else "pot"
        return self.language.name(self.view.inventory.name_of(kind, what.id))[0]

    def paint(self, canvas: Canvas, y: float, left: float) -> None:
        y += 10
        for label, what in self.rows:
            room = self.axis.left - left - 8
            canvas.text(self.axis.left - 6, y + 11, fit(label, room, 8.5, True), 8.5, bold=True, to="r")
            if isinstance(what, Role):
                self._staff(canvas, y, what)
            elif what in ("busiest", "which"):
                self._busiest(canvas, y, what == "which")
            else:
                self._capital(canvas, y, what)
            y += _METER + _GAP

    def _cell(self, canvas: Canvas, y: float, quarter: int, share: float | None, text: str) -> None:
        fill = themes.WATER
        if share is not None and share >= 0.9:
            fill = themes.TINT["R"] if share > 1.0005 else themes.TINT["A"]
        x = self.axis.x(quarter)
        canvas.rect(x, y, self.axis.step, _METER, fill, themes.FAINT, 0.6)
        size = 8.5 if self.axis.step > 36 else 7.0
        bold = fill != themes.WATER
        text = fit(text, self.axis.step - 3, size, bold)
        canvas.text(x + self.axis.step / 2, y + 11, text, size, bold=bold, to="c")

    def _percent(self, share: float) -> str:
        if share > 1.0005:
            return self.language.text("{amount} over", amount=f"{max(share, 1.01):.0%}")
        return f"{share:.0%}" if share else "–"

    def _share(self, role: Role, quarter: int) -> float | None:
        """Used of own and agency days; None when the role is not limited."""
        used = self.view.ledger.staff.get((role.id, quarter), 0.0)
        if role.days is None:
            return None
        limit = role.days[quarter] + role.agency_days[quarter]
        return used / limit if limit > 0 else float(used > 0) * 9.99

    def _staff(self, canvas: Canvas, y: float, role: Role) -> None:
        for quarter in range(self.axis.quarters):
            used = self.view.ledger.staff.get((role.id, quarter), 0.0)
            share = self._share(role, quarter)
            limit = self.language.text("not limited")
            if role.days is not None:
                limit = f"{role.days[quarter] + role.agency_days[quarter]:,.10g}"
            said = self.language.text(
                "{role}, {quarter}: {used} person-days of {limit}.",
                role=self._said(role),
                quarter=self.view.words.quarter(quarter),
                used=f"{used:,.10g}",
                limit=limit,
            )
            days = self.language.text("{days} d", days=f"{used:,.0f}")
            with canvas.group(said):
                self._cell(canvas, y, quarter, share, days if share is None else self._percent(share))

    def _busiest(self, canvas: Canvas, y: float, which: bool) -> None:
        for quarter in range(self.axis.quarters):
            shares = [(self._share(role, quarter) or 0.0, self._said(role)) for role in self.roles]
            share, role = max(shares, key=lambda item: item[0])
            self._cell(
                canvas,
                y,
                quarter,
                None if which else share,
                (role if share else "–") if which else self._percent(share),
            )

    def _capital(self, canvas: Canvas, y: float, what: Pot | str) -> None:
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
            self._year(canvas, y, label, quarters, used, amount if pots else None)

    def _spent(self, pot: str | None, quarters: range) -> float:
        return sum(self.view.ledger.capital.get((pot, quarter), 0.0) for quarter in quarters)

    def _year(self, canvas: Canvas, y: float, label: str, quarters: range, used: float, amount: float | None) -> None:
        x, w = self.axis.x(quarters.start), len(quarters) * self.axis.step
        money = self.view.inventory.currency
        text = short_money(used, money)
        over = amount is not None and used > amount * 1.0005 + 0.005
        said = self.language.text("Capital in {year}: {amount}.", year=label, amount=text)
        if amount is not None:
            text = self.language.text("{spent} of {limit}", spent=text, limit=short_money(amount, money))
            text = self.language.text("{amount} over", amount=text) if over else text
            said = self.language.text(
                "Capital in {year}: {amount}, what was carried forward included.", year=label, amount=text
            )
        with canvas.group(said):
            canvas.rect(x, y, w, _METER, themes.PAPER, themes.FAINT, 0.6)
            share = min(used / amount, 1.0) if amount else float(used > 0)
            if share:
                canvas.rect(x + 0.5, y + 0.5, (w - 1) * share, _METER - 1, themes.TINT["R"] if over else themes.USED)
            canvas.text(x + w / 2, y + 11, fit(text, w - 4, 8.5), 8.5, to="c")
