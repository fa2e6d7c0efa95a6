"""What the command line shows: a plan on one screen, and problems in three formats.

Nothing is printed here; :mod:`consolidate.cli.app` does. The summary reads well without colour, and
without any character but ASCII where the terminal has no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor, log10
from pathlib import Path
from typing import Literal

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from consolidate.accounts.ledger import NOT_CASH, Ledger, years_of
from consolidate.errors import Problem
from consolidate.inventory import Inventory, Pot, Role
from consolidate.plan import Plan
from consolidate.quarters import year_label
from consolidate.vocabulary import counted, currency_sign

_KINDS = {
    "run": "Running",
    "contract": "Contracts",
    "support": "Extended support",
    "one_off": "One-off",
    "capital": "Capital",
    "agency": "Agency staff",
    "interface": "Interfaces",
    "exposure": "Exposure (judged)",
    "stability": "Changes (not cash)",
}
_ROWS = (6, 5, 4, 3, 2, 1, 0)
"""How many pots, or roles, have a row each: the most that fits the screen. With one at the most
(a terminal of 24 lines) the kinds of cost are few and the lines at the foot short."""
_FEW = 3
"""So many kinds of cost have a row each where there is little room (none where there is hardly any)."""
_YEARS = 7
"""So many financial years have a row each whatever the room: beside the costs they take none."""

_LINES = 40
"""The height to fit when there is no terminal to ask."""


def summary(
    inventory: Inventory, plan: Plan, ledger: Ledger, baseline: Ledger, files: Sequence[Path] = (), method: str = ""
) -> RenderableType:
    """A plan on one screen, laid out for the width of the console that shows it.

    Args:
        ledger: of the plan.
        baseline: of leaving everything as it is.
        files: what was written, to say where it is.
        method: how the plan was found.
    """
    return Summary(inventory, plan, ledger, baseline, tuple(files), method)


@dataclass(frozen=True)
class Summary:
    """See :func:`summary`."""

    inventory: Inventory
    plan: Plan
    ledger: Ledger
    baseline: Ledger
    files: tuple[Path, ...]
    method: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height = console.height - 1 if options.is_terminal else _LINES
        for rows in _ROWS:
            ink = Ink(self.inventory.currency, options.ascii_only, rows)
            page = Group(*self.page(console, options, ink))
            if len(console.render_lines(page, options.update(height=None), pad=False)) <= height:
                break
        yield page

    def page(self, console: Console, options: ConsoleOptions, ink: Ink) -> Iterator[RenderableType]:
        """The whole summary, with as much in it as the ink says; blank lines only where there is room."""
        gap = [Text()] if ink.rows > 3 else []
        yield from self.headline(ink)
        yield from gap
        yield beside(console, options, gap, self.costs(ink), self.moves(ink))
        wide = self.capital(ink, by_year=True)
        free = options.update(width=10_000)
        fits = wide is None or (not ink.brief and Measurement.get(console, free, wide).maximum <= options.max_width)
        below = [table for table in (self.staff(ink), wide if fits else self.capital(ink, by_year=False)) if table]
        yield from [*gap, beside(console, options, gap, *below)] if below else []
        yield from gap
        yield from filter(None, (self.systems(ink), self.unsupported(ink), self.services(ink), self.written(ink)))

    # ---- how good it is ---------------------------------------------------------------------

    def headline(self, ink: Ink) -> Iterable[Text]:
        inv, new, old = self.inventory, self.ledger, self.baseline
        span = f"{inv.label(0)} to {inv.label(inv.T - 1)}"
        yield ink.line(
            (str(inv.programme), "bold"), f"  {span}" + (f"  scenario {inv.scenario}" if inv.scenario else "")
        )
        saved = old.total - new.total
        share = f" ({abs(saved) / old.total:.1%})" if old.total > 0 else ""
        against = f"{ink.money(abs(saved))}{share} {'less' if saved >= 0 else 'more'} than leaving everything as it is"
        judged = new.total - new.paid
        apart = f", {ink.money(judged)} of it judged and not cash" if judged >= 0.5 else ""
        cash = old.paid - new.paid
        if saved > 0 and abs(saved - cash) >= 0.5:
            paid = f"{ink.money(cash)} of that" if cash > 0 else f"though {ink.money(-cash)} more"
            against += f", {paid} in cash"
        yield ink.line("Costs ", (ink.money(new.total), "bold"), f"{apart}: {against}.")
        yield ink.line(*self.proof(ink), f" Found by {self.method}." if self.method else "")
        if self.plan.status == "feasible":
            yield ink.line(("The search ended before the gap asked for was proven: a better plan may exist.", "bold"))

    def proof(self, ink: Ink) -> Iterable[str | tuple[str, str]]:
        """What is proven of the plan, in plain words."""
        plan = self.plan
        if self.inventory.minimise == "finish":
            yield from self.finish()
            return
        if plan.status == "optimal":
            yield ("Proven to be the cheapest plan possible.", "bold")
            return
        yield (f"Proven to be within {percent(plan.gap)} of the cheapest possible", "bold")
        if plan.savings_gap is not None:
            yield f": at most {percent(plan.savings_gap)} of the possible savings is missed."
        else:
            yield "."

    def finish(self) -> Iterable[str | tuple[str, str]]:
        quarters, label = self.ledger.finish, self.inventory.label
        if not quarters:
            yield ("Nothing moves.", "bold")
            return
        yield f"The last cutover is in {label(quarters - 1)} (quarter {quarters}), "
        least = ceil(self.plan.bound - 1e-6)
        if least >= quarters:
            yield ("proven to be the earliest possible.", "bold")
        else:
            yield (f"proven to be at most {counted(quarters - least, 'quarter')} later than possible.", "bold")

    # ---- tables -----------------------------------------------------------------------------

    def costs(self, ink: Ink) -> Table:
        """By kind, the plan beside leaving everything as it is, cash and judgement apart."""
        new, old = self.ledger, self.baseline
        scale = 1_000 if max(new.total, old.total) >= 1_000_000 else 1
        table = _table(ink, f"COST{ink.of(scale)} discounted", "plan", "as it is")

        def row(what: str, plan: float, before: float, style: str = "") -> None:
            table.add_row(ink.text(what), ink.figure(plan / scale), ink.figure(before / scale), style=style)

        figures = {kind: (getattr(new.costs, kind), getattr(old.costs, kind)) for kind in _KINDS}
        cash = [kind for kind in _KINDS if kind not in NOT_CASH and any(figures[kind])]
        shown = ink.kinds(sorted(cash, key=lambda kind: -max(map(abs, figures[kind]))))
        for kind in cash:
            if kind in shown:
                row(_KINDS[kind], *figures[kind])
        rest = [figures[kind] for kind in cash if kind not in shown]
        if rest and shown:
            row(f"{len(rest)} other kinds", sum(plan for plan, _ in rest), sum(before for _, before in rest))
        row("Cash", new.paid, old.paid, "bold")
        for kind in NOT_CASH:
            if any(figures[kind]):
                row(_KINDS[kind], *figures[kind])
        if new.paid != new.total or old.paid != old.total:
            row("Cash and judged", new.total, old.total, "bold")
        return table

    def moves(self, ink: Ink) -> Table:
        """Cutovers by quarter, a row for each financial year (or several) with a bar as long as they are
        many, and the share of all systems that is live at its end."""
        inv, courses = self.inventory, self.ledger.courses.values()
        cutovers = [0] * inv.T
        for course in courses:
            for work in course.works:
                if 0 <= work.cutover < inv.T:
                    cutovers[work.cutover] += 1
        table = _table(ink, "CUTOVERS", "Q1", "Q2", "Q3", "Q4", "in year", "live", padding=1)
        table.columns[5].justify = "left"  # a bar
        years = years_of(inv.calendar, inv.T)
        rows = _rows(years, max(ink.rows + 2, len(years) if len(years) <= _YEARS else 0))
        most = max((sum(cutovers[q] for q in quarters) for _, quarters in rows), default=0)
        for label, quarters in rows:
            by_quarter = [0] * 4
            for q in quarters:
                by_quarter[inv.calendar.index_in_year(q)] += cutovers[q]
            live = sum(course.cutover is not None and course.cutover <= quarters[-1] for course in courses)
            cells = [ink.text(str(n) if n else "-") for n in by_quarter]
            bar = ink.bar(sum(by_quarter), most, 7)
            table.add_row(ink.text(label), *cells, bar, ink.text(f"{_share(live, len(courses))}"))
        return table

    def systems(self, ink: Ink) -> Text:
        """How many move, stay, are renewed or retired, by the last step of each."""
        courses = self.ledger.courses.values()
        stays = sum(not course.works for course in courses)
        renewed = sum(bool(course.works) and course.cutover is None for course in courses)
        retired = sum(course.retired is not None for course in courses)
        moved = len(courses) - stays - renewed - retired
        said = [f"{moved} of {len(courses):,} move", f"{stays} {'stays' if stays == 1 else 'stay'}"]
        said += [f"{renewed} renewed"] if renewed else []
        said += [f"{retired} retired"] if retired else []
        return ink.line(("SYSTEMS  ", "bold"), f"{', '.join(said)}.")

    def staff(self, ink: Ink) -> Table | None:
        """Person-days used of those there are, agency staff among both, by role, the fullest first."""
        if not self.inventory.roles:
            return None
        table = _table(ink, "STAFF days with agency", "used", "of", "peak", "in", "full", "agency")
        lines = [self.role(role) for role in self.inventory.roles.values()]
        lines.sort(key=lambda line: (-line.peak, line.id))
        for line in lines[: ink.shown(len(lines))]:
            share = f"{line.peak:.0%}" if line.days is not None else ""
            when = self.inventory.label(line.when) if line.days is not None and line.peak else ""
            full = f"{line.full} of {self.inventory.T}" if line.days is not None else ""
            there = f"{line.days:,.0f}" if line.days is not None else "no limit"
            agency = f"{line.agency:,.0f}" if line.agency else "-"
            table.add_row(*map(ink.text, (line.id, f"{line.used:,.0f}", there, share, when, full, agency)))
        rest = lines[ink.shown(len(lines)) :]
        if rest:
            used, bought = sum(line.used for line in rest), sum(line.agency for line in rest)
            share = f"{max(line.peak for line in rest):.0%}"
            cells = (
                _rest(len(rest), "role", lines),
                f"{used:,.0f}",
                "",
                share,
                "",
                "",
                f"{bought:,.0f}" if bought else "-",
            )
            table.add_row(*map(ink.text, cells))
        return table

    def role(self, role: Role) -> Line:
        used = [self.ledger.staff.get((role.id, q), 0.0) for q in range(self.inventory.T)]
        agency = sum(self.ledger.agency.get((role.id, q), 0.0) for q in range(self.inventory.T))
        if role.days is None:
            return Line(role.id, sum(used), None, 0.0, 0, 0, agency)
        there = [own + more for own, more in zip(role.days, role.agency_days, strict=True)]
        shares = [_full(u, d) for u, d in zip(used, there, strict=True)]
        peak = max(shares, default=0.0)
        full = sum(share >= 0.99 for share in shares)
        return Line(role.id, sum(used), sum(there), peak, shares.index(peak) if shares else 0, full, agency)

    def capital(self, ink: Ink, by_year: bool) -> Table | None:
        """Capital spent of what there is, by pot (and year), the fullest pots first."""
        pots = [pot for pot in self.inventory.pots.values() if pot.periods]
        if not pots:
            return None
        years = years_of(self.inventory.calendar, self.inventory.T)
        most = max(sum(period.amount for period in pot.periods) for pot in pots)
        scale = 1_000 if most >= 100_000 else 1
        shown = years if by_year else []
        # Costs are discounted and what a pot has is not, so the two tables differ, and say so.
        years_shown = [year_label(year) for year, _ in shown]
        table = _table(ink, f"CAPITAL{ink.of(scale)} undiscounted", *years_shown, "in all/limit")
        pots.sort(key=lambda pot: (-_full(self.spent(pot, range(self.inventory.T)), _amount(pot, None)), pot.id))
        for pot in pots[: ink.shown(len(pots))]:
            cells = [self.year(pot, quarters, scale) for _, quarters in shown]
            table.add_row(*map(ink.text, (pot.id, *cells, self.year(pot, None, scale))))
        rest = pots[ink.shown(len(pots)) :]
        if rest:
            spent = sum(self.spent(pot, range(self.inventory.T)) for pot in rest)
            cells = [""] * len(shown) + [f"{spent / scale:,.0f}/{sum(_amount(pot, None) for pot in rest) / scale:,.0f}"]
            table.add_row(*map(ink.text, (_rest(len(rest), "pot", pots), *cells)))
        return table

    def spent(self, pot: Pot, quarters: Iterable[int]) -> float:
        return sum(self.ledger.capital.get((pot.id, q), 0.0) for q in quarters)

    def year(self, pot: Pot, quarters: Sequence[int] | None, scale: int) -> str:
        """Spent and limit of a year, what was carried forward into it included; None: of the whole horizon."""
        amount = _amount(pot, quarters)
        if quarters is None:
            return f"{self.spent(pot, range(self.inventory.T)) / scale:,.0f}/{amount / scale:,.0f}"
        if pot.carry_forward:
            before = range(quarters[0])
            amount += _amount(pot, before) - self.spent(pot, before)
        return f"{self.spent(pot, quarters) / scale:,.0f}/{amount / scale:,.0f}"

    # ---- lines ------------------------------------------------------------------------------

    def unsupported(self, ink: Ink) -> Text:
        exposed, T = self.ledger.exposed, self.inventory.T
        if not exposed:
            return ink.line(("UNSUPPORTED  ", "bold"), "no system runs past its end of life.")
        quarters = sum(map(len, exposed.values()))
        before = sum(map(len, self.baseline.exposed.values()))
        now = sum(0 in when for when in exposed.values())
        end = sum(T - 1 in when for when in exposed.values())
        text = f"{counted(len(exposed), 'system')} for {counted(quarters, 'quarter')} in all (as it is: "
        text += f"{len(self.baseline.exposed):,} for {before:,}); {now} already in {self.inventory.label(0)}, "
        text += f"{end} still in {self.inventory.label(T - 1)}"
        if ink.brief:
            return ink.line(("UNSUPPORTED  ", "bold"), f"{text}.")
        text += ". Longest, in quarters: "
        worst = sorted(exposed, key=lambda id: (-len(exposed[id]), -self.inventory.systems[id].exposure, id))[
            : ceil(ink.rows / 2)
        ]
        text += ", ".join(f"{id} {len(exposed[id])}" for id in worst)
        return ink.line(("UNSUPPORTED  ", "bold"), f"{text}.")

    def services(self, ink: Ink) -> Text | None:
        made = {build.service: build.start for build in self.plan.builds}
        offered = [service.id for service in self.inventory.services.values() if service.build is not None]
        if not offered:
            return None
        ready = sorted((self.ledger.ready[id], id) for id in made if id in self.ledger.ready)
        given = len(self.inventory.services) - len(offered)
        text = f"{given + len(ready)} in all: {given} {'needs' if given == 1 else 'need'} no build, " if given else ""
        text += f"{len(ready)} of {len(offered)} built"
        if ink.brief:
            return ink.line(("SERVICES  ", "bold"), f"{text}.")
        built = _some([f"{id} {self.inventory.label(q)}" for q, id in ready], ink.rows)
        text += f" (ready from): {built}." if ready else "."
        missing = [id for id in offered if id not in made]
        if missing:
            text += f" Not built: {_some(missing, ink.rows + 2)}."
        return ink.line(("SERVICES  ", "bold"), text)

    def written(self, ink: Ink) -> Text | None:
        if not self.files:
            return None
        folders: dict[Path, list[str]] = {}
        for path in self.files:
            if path.suffix != ".gv":
                folders.setdefault(path.parent, []).append(path.name)
        for names in folders.values():
            # What people open first stands first.
            names.sort(key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
        said = (
            f"{folder.as_posix().rstrip('/')}/ {_some(names, 2 * ink.rows + 1)}" for folder, names in folders.items()
        )
        return ink.line(("FILES  ", "bold"), "; ".join(said))


FIRST = ("roadmap.svg", "map.svg", "moves.csv", "plan.json")


@dataclass(frozen=True)
class Line:
    """A role's use: person-days, the highest share of a quarter's days and when, and quarters that are full."""

    id: str
    used: float
    days: float | None
    peak: float
    when: int
    full: int
    agency: float


@dataclass(frozen=True)
class Ink:
    """Writes figures and text for one terminal: ``plain`` where it has ASCII alone, ``rows`` as there is room."""

    currency: str
    plain: bool
    rows: int

    @property
    def brief(self) -> bool:
        """Whether there is room for the least alone."""
        return self.rows < 2

    def kinds(self, kinds: Sequence[str]) -> Sequence[str]:
        """Which kinds of cost, the largest first, have a row of their own."""
        if not self.rows:
            return ()
        return kinds[:_FEW] if self.brief and len(kinds) > _FEW + 1 else kinds

    def shown(self, count: int) -> int:
        """How many of ``count`` things have a row of their own, one row being for all the others."""
        return count if count <= self.rows else max(self.rows - 1, 0)

    def text(self, text: str, style: str = "") -> Text:
        shown = "".join(c if c.isprintable() else " " for c in text)
        if self.plain:
            shown = shown.encode("ascii", "replace").decode()
        return Text(shown, style=style)

    def line(self, *parts: str | tuple[str, str]) -> Text:
        return Text.assemble(*(self.text(*((part,) if isinstance(part, str) else part)) for part in parts))

    @property
    def sign(self) -> str:
        sign = currency_sign(self.currency)
        return f"{self.currency} " if self.plain and not sign.isascii() else sign

    def money(self, amount: float) -> str:
        return f"{'-' if amount < -0.5 else ''}{self.sign}{abs(amount):,.0f}"

    def of(self, scale: int) -> str:
        return f" {self.sign}000" if scale > 1 else f" {self.sign.strip()}"

    def figure(self, amount: float) -> Text:
        return self.text(f"{amount:,.0f}" if abs(amount) >= 0.5 else "-" if not amount else "<1")

    def bar(self, amount: float, most: float, width: int) -> Text:
        return self.text(("#" if self.plain else "█") * ceil(width * amount / most) if most else "")


def _table(ink: Ink, title: str, *columns: str, padding: int = 2) -> Table:
    """A table without rules: a heading, then a column of labels and columns of figures."""
    table = Table(box=None, pad_edge=False, padding=(0, padding, 0, 0), show_edge=False, header_style="bold")
    overflow: Literal["crop", "ellipsis"] = "crop" if ink.plain else "ellipsis"
    table.add_column(ink.text(title), no_wrap=True, overflow=overflow)
    for name in columns:
        table.add_column(ink.text(name), justify="right" if name else "left", no_wrap=True, overflow=overflow)
    return table


def beside(
    console: Console, options: ConsoleOptions, gap: Sequence[RenderableType], *parts: RenderableType
) -> RenderableType:
    """Parts side by side where the console is wide enough, else one below the other with ``gap`` between."""
    widths = [Measurement.get(console, options.update(width=10_000), part).maximum for part in parts]
    if len(parts) < 2 or sum(widths) + 3 * (len(parts) - 1) > options.max_width:
        return Group(*[item for part in parts for item in (*gap, part)][len(gap) :])
    grid = Table.grid(padding=(0, 3, 0, 0))
    for width in widths:
        grid.add_column(width=width)
    grid.add_row(*parts)
    return grid


def percent(share: float) -> str:
    """A share as a percentage of two figures, never rounded down: it bounds something.

    >>> percent(0.00301), percent(0.1234), percent(0.00000012), percent(0.0)
    ('0.31%', '13%', '0.000012%', '0%')
    """
    if share <= 0:
        return "0%"
    places = 1 - floor(log10(share * 100))
    rounded = ceil(share * 100 * 10**places - 1e-9) / 10**places
    return f"{rounded:.{max(places, 0)}f}%"


def _full(used: float, there: float) -> float:
    return used / there if there > 0 else (1.0 if used else 0.0)


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole}%" if whole else "-"


def _rest(n: int, what: str, every: Sequence[object]) -> str:
    """What has no row of its own: 3 more roles, or where none has one, 8 roles."""
    return counted(n, f"more {what}" if n < len(every) else what)


def _some(items: Sequence[str], most: int) -> str:
    if len(items) <= most:
        return ", ".join(items)
    if most < 2:
        return f"{items[0]} and {len(items) - 1} more"
    return f"{', '.join(items[: most - 1])} and {len(items) - most + 1} more"


def _amount(pot: Pot, quarters: Iterable[int] | None) -> float:
    """What a pot has in the periods that begin in ``quarters``, or in all."""
    wanted = None if quarters is None else set(quarters)
    return sum(period.amount for period in pot.periods if wanted is None or period.quarters[0] in wanted)


def _rows(years: list[tuple[int, list[int]]], most: int) -> list[tuple[str, list[int]]]:
    """Financial years with their quarters; several to a row where there are more than ``most``."""
    size = ceil(len(years) / most)
    groups = [years[n : n + size] for n in range(0, len(years), size)]
    return [
        (
            " to ".join(dict.fromkeys(year_label(year) for year, _ in (group[0], group[-1]))),
            [q for _, qs in group for q in qs],
        )
        for group in groups
    ]


# ---- problems -----------------------------------------------------------------------------------

Format = Literal["text", "json", "github"]


def problems_text(problems: Sequence[Problem], format: Format = "text") -> str:
    """Problems, one a line (``text``), as a list of objects (``json``), or as annotations (``github``).

    There is no newline at the end.
    """
    if format == "json":
        return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1)
    write: Callable[[Problem], str] = _annotation if format == "github" else _line
    return "\n".join(map(write, problems))


def _line(problem: Problem) -> str:
    return " ".join(str(problem).splitlines())


def _annotation(problem: Problem) -> str:
    """A workflow command, by GitHub's escapes for messages and for properties."""
    place = f"file={_property(problem.path)},line={problem.line},col={problem.column}"
    return f"::{problem.severity} {place}::{_data(problem.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
