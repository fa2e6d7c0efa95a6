"""A plan on one screen.

Nothing is printed here; :mod:`consolidate.cli.plan` does. The summary reads well without colour, and
without any character but ASCII where the terminal has no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from consolidate.accounts.courses import Outcome
from consolidate.accounts.ledger import NOT_CASH, Ledger, years_of
from consolidate.accounts.rules import TENTH_OF_A_PENNY, over
from consolidate.cli.ink import Ink, beside, figure_table, percent
from consolidate.cli.resource_tables import ResourceTables
from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.quarters import year_label
from consolidate.vocabulary import COST_WORDS, at_most, counted

_ROWS = (6, 5, 4, 3, 2, 1, 0)
"""How many pots, or roles, have a row each: the most that fits the screen. With one at the most
(a terminal of 24 lines) the kinds of cost are few and the lines at the foot short."""
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
    return PlanSummary(inventory, plan, ledger, baseline, tuple(files), method)


@dataclass(frozen=True)
class PlanSummary:
    """The summary of a plan, as rich lays it out; made by :func:`summary`."""

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
        resources = ResourceTables(self.inventory, self.ledger)
        wide = resources.capital(ink, by_year=True)
        free = options.update(width=10_000)
        fits = wide is None or (not ink.brief and Measurement.get(console, free, wide).maximum <= options.max_width)
        below = [
            table for table in (resources.staff(ink), wide if fits else resources.capital(ink, by_year=False)) if table
        ]
        yield from [*gap, beside(console, options, gap, *below)] if below else []
        yield from gap
        yield from filter(
            None, (self.systems(ink), self.unsupported(ink), self.services(ink), self.budgets(ink), self.written(ink))
        )

    # ---- how good it is ---------------------------------------------------------------------

    def headline(self, ink: Ink) -> Iterable[Text]:
        """What is planned, what it costs, and how good that is."""
        inv, new, old = self.inventory, self.ledger, self.baseline
        span = f"{inv.label(0)} to {inv.label(inv.plan_quarters - 1)}"
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
            against += f", {paid} in cash{' and own people' if new.costs.staff else ''}"
        yield ink.line("Costs ", (ink.money(new.total), "bold"), f"{apart}: {against}.")
        yield ink.line(*self.proof(ink), f" Found by {self.method}." if self.method else "")

    def proof(self, ink: Ink) -> Iterable[str | tuple[str, str]]:
        """What is proven of the plan, in plain words."""
        plan = self.plan
        if self.inventory.minimise == "finish":
            yield from self.finish()
            return
        if plan.status == "optimal":
            yield ("Proven to be the cheapest plan possible.", "bold")
            return
        less = ink.money(at_most(plan.objective - plan.bound))
        yield (f"No plan can cost over {less} ({percent(plan.gap)}) less", "bold")
        if plan.savings_gap is not None:
            yield f": at most {percent(plan.savings_gap)} of the possible savings is missed."
        else:
            yield "."

    def finish(self) -> Iterable[str | tuple[str, str]]:
        """When the last cutover is, and what is proven of that."""
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
        table = figure_table(ink, f"COST{ink.of(scale)} discounted", "plan", "as it is")

        def row(what: str, plan: float, before: float, style: str = "") -> None:
            table.add_row(ink.text(what), ink.figure(plan / scale), ink.figure(before / scale), style=style)

        figures = {kind: (getattr(new.costs, kind), getattr(old.costs, kind)) for kind in COST_WORDS}
        cash = [kind for kind in COST_WORDS if kind not in NOT_CASH and any(figures[kind])]
        shown = list(ink.kinds(sorted(cash, key=lambda kind: -max(map(abs, figures[kind])))))
        if shown and "capital" in cash and "capital" not in shown:
            shown[-1] = "capital"  # it is never added up with revenue
        revenue = [kind for kind in cash if kind != "capital"]
        rest = [figures[kind] for kind in revenue if kind not in shown]
        for kind in revenue:
            if kind in shown:
                row(COST_WORDS[kind], *figures[kind])
        if rest and shown:
            row(f"{len(rest)} other kinds", *_sums(rest))
        if not ink.brief and len(revenue) > 1 and "capital" in shown:
            row("Revenue", *_sums([figures[kind] for kind in revenue]))
        if "capital" in shown:
            row(COST_WORDS["capital"], *figures["capital"])
        row("Cash and own time" if any(figures["staff"]) else "Cash", new.paid, old.paid, "bold")
        for kind in NOT_CASH:
            if any(figures[kind]):
                row(COST_WORDS[kind], *figures[kind])
        if new.paid != new.total or old.paid != old.total:
            row("Cash and judged", new.total, old.total, "bold")
        return table

    def moves(self, ink: Ink) -> Table:
        """Cutovers by quarter, a row for each financial year (or several) with a bar as long as they are
        many, and the share of all systems that is live at its end."""
        inv, courses = self.inventory, self.ledger.courses.values()
        cutovers = Counter(work.cutover for course in courses for work in course.works)
        table = figure_table(ink, "CUTOVERS", "Q1", "Q2", "Q3", "Q4", "in year", "live", padding=1)
        table.columns[5].justify = "left"  # a bar
        years = years_of(inv.calendar, inv.plan_quarters)
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
        """How many move, are retired, renewed or stay, and where it is more than move, how many cutovers that makes."""
        courses = self.ledger.courses.values()
        outcomes = Counter(course.outcome for course in courses)
        twice = Counter(course.outcome for course in courses if len(course.works) > 1)
        changed: tuple[tuple[Outcome, str], ...] = (("moves", "move"), ("retires", "retired"), ("renewed", "renewed"))
        said = [
            f"{outcomes[outcome]}{'' if number else f' of {outcomes.total():,}'} {word}"
            + (f" ({twice[outcome]} twice)" if twice[outcome] else "")
            for number, (outcome, word) in enumerate(changed)
            if outcomes[outcome] or not number
        ]
        steps, stays = sum(len(course.works) for course in courses), outcomes["stays"]
        cutovers = f": {counted(steps, 'cutover')};" if steps != outcomes["moves"] else ","
        stay = f"{stays} {'stays' if stays == 1 else 'stay'}."
        return ink.line(("SYSTEMS  ", "bold"), f"{', '.join(said)}{cutovers} {stay}")

    # ---- lines ------------------------------------------------------------------------------

    def unsupported(self, ink: Ink) -> Text:
        """How many systems run past their end of life, and for how long."""
        exposed, T = self.ledger.exposed, self.inventory.plan_quarters
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
        """Which services are built, and which are not; None where none can be."""
        made = {build.service for build in self.plan.builds}
        offered = [service.id for service in self.inventory.services.values() if service.build is not None]
        if not offered:
            return None
        ready = sorted((self.ledger.ready[id], id) for id in made if id in self.ledger.ready)
        given = len(self.inventory.services) - len(offered)
        text = f"{given + len(ready)} in use: {given} {'needs' if given == 1 else 'need'} no build, " if given else ""
        text += f"{len(ready)} of {len(offered)} built"
        if ink.brief:
            return ink.line(("SERVICES  ", "bold"), f"{text}.")
        built = ink.some([f"{id} {self.inventory.label(q)}" for q, id in ready], ink.rows)
        text += f" (ready from): {built}." if ready else "."
        missing = [id for id in offered if id not in made]
        if missing:
            text += f" Not built: {ink.some(missing, ink.rows + 2)}."
        return ink.line(("SERVICES  ", "bold"), text)

    def budgets(self, ink: Ink) -> Text | None:
        """Which revenue budgets are kept, and which of them is the tightest; None where there are none."""
        pairs = zip(self.inventory.budgets, self.ledger.revenue, strict=True)
        left = [(rule.at_most - spent, rule) for rule, spent in pairs]
        if not left:
            return None
        kept = sum(not over(rule.at_most - amount, rule.at_most, TENTH_OF_A_PENNY) for amount, rule in left)
        amount, rule = min(left, key=lambda one: one[0])
        whose = f" ({', '.join(rule.partners)})" if rule.partners is not None else ""
        tightest = f"least left {ink.money(amount)}" if kept == len(left) else f"exceeded by {ink.money(-amount)}"
        return ink.line(
            ("REVENUE BUDGETS  ", "bold"), f"{kept} of {len(left)} kept; {tightest} in {rule.label}{whose}."
        )

    def written(self, ink: Ink) -> Text | None:
        """The files written, by folder, what people open first at the front; None where there are none."""
        if not self.files:
            return None
        folders: dict[Path, list[str]] = {}
        for path in self.files:
            if path.suffix != ".gv":
                folders.setdefault(path.parent, []).append(path.name)
        for names in folders.values():
            # What people open first stands first.
            names.sort(key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
        whole = " (they have all of what is cut short here)" if ink.cut else ""
        said = (
            f"{folder.as_posix().rstrip('/')}/ {ink.some(names, 2 * ink.rows + 1)}" for folder, names in folders.items()
        )
        return ink.line(("FILES  ", "bold"), f"{'; '.join(said)}{whole}")


FIRST = ("roadmap.svg", "map.svg", "moves.csv", "plan.json")


def _sums(figures: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Sums for the plan, and for leaving everything as it is."""
    return sum(plan for plan, _ in figures), sum(before for _, before in figures)


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole}%" if whole else "-"


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
