"""What ``consolidate shares`` shows: who pays, what each group would do alone, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum, inf, isfinite
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.console import Group as Page
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.cost_sharing.apportionment import rules_in_words
from consolidate.cost_sharing.coalitions import EVERY, CostShares, StandAlone
from consolidate.cost_sharing.cooperative_game import Core, Group, Interval
from consolidate.inventory import Inventory

SHOWN = 12
"""Groups that have a row: each partner alone, then those with most to gain; the others are in groups.csv."""

_MEANS = {
    "*": "No plan keeps the rules with its part of the people and money, so it cannot leave. The cost and the answer "
    "are what they would be if people (free of charge) and capital were without limit.",
    "+": "No plan keeps the rules whatever people and money it had, so it cannot leave. The cost shown is that of "
    "leaving everything as it is, which the rules forbid.",
}


@dataclass(frozen=True)
class SharesSummary:
    """The summary, laid out for the width of the console that shows it."""

    inventory: Inventory
    shares: CostShares
    files: tuple[Path, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        ink = Ink(self.inventory.currency, options.ascii_only, 6)
        for number, piece in enumerate(self.pieces(ink)):
            if number:
                yield Text()
            yield piece

    def pieces(self, ink: Ink) -> Iterator[RenderableType]:
        """The parts of the summary, between which there is a blank line."""
        yield Page(*self.headline(ink))
        yield self.bills(ink)
        if len(self.shares.alone) > 1:
            yield self.groups(ink)
        yield Page(*(ink.line((f"{title}  ", "bold"), *said) for title, said in self.conclusion(ink)))
        yield ink.line(("FILES  ", "bold"), ", ".join(path.as_posix() for path in self.files))

    @property
    def scale(self) -> int:
        """By how much amounts are divided: thousands where there are millions."""
        return 1_000 if self.shares.whole.cost.high >= 1_000_000 else 1

    def headline(self, ink: Ink) -> Iterator[Text]:
        """What all is about, and how much of it was planned."""
        inv, shares = self.inventory, self.shares
        cost, cash = shares.whole.cost, shares.whole.stand_in.cash
        scenario = f"  scenario {inv.scenario}" if inv.scenario else ""
        yield ink.line(
            (str(inv.programme), "bold"), f"  {inv.label(0)} to {inv.label(inv.plan_quarters - 1)}{scenario}"
        )
        apart = f", {ink.money(cost.high - cash)} of it judged and not cash" if cost.high - cash >= 0.5 else ""
        yield ink.line(
            "The best plan found for all costs ",
            (ink.money(cost.high), "bold"),
            f"{apart}, discounted; none costs less than {ink.money(cost.low)}.",
        )
        done, every = len(shares.alone), len(shares.alone) + len(shares.missing)
        planned = f"{done:,} of {every:,} groups of partners were planned for"
        planned += "" if shares.all_groups else f", most drawn at random (every group only up to {EVERY} partners)"
        yield ink.line(f"What all share is apportioned {rules_in_words(inv)}. {planned}.")
        if inv.progress is not None or inv.approved is not None:
            yield ink.line("All is reckoned from the start, as if nothing were approved or reported yet.")

    # ---- tables -----------------------------------------------------------------------------

    def bills(self, ink: Ink) -> RenderableType:
        """What each partner bears under the stated rule, and what it adds to the cost: its Shapley share."""
        fair = "adds" if self.shares.all_groups else "adds, about"
        table = _table(ink, f"PAYS{ink.of(self.scale)}", "own", "shared", "judged", "in all", fair, "over", wrapped=2)
        for partner in self.shares.partners:
            bill = self.shares.bills[partner]
            fair_share = self.shares.fair(partner)
            over = None if fair_share is None else Interval(bill.total, bill.total) - fair_share
            amounts = (bill.direct, bill.allocated, bill.exposure, bill.total)
            cells = [ink.figure(amount / self.scale) for amount in amounts]
            table.add_row(ink.name(partner), *cells, self.span(ink, fair_share), self.span(ink, over))
        bills = [self.shares.bills[partner] for partner in self.shares.partners]
        sums = [fsum(getattr(bill, what) for bill in bills) for what in ("direct", "allocated", "exposure", "total")]
        table.add_row(ink.text("All"), *(ink.figure(amount / self.scale) for amount in sums), style="bold")
        return table

    def groups(self, ink: Ink) -> RenderableType:
        """What groups would pay alone and pay inside."""
        table = _table(ink, f"ALONE{ink.of(self.scale)}", "alone", "inside", "saves by\nbeing inside", "better\nalone")
        rows = self.rows()
        for group in rows[:SHOWN]:
            known = self.shares.alone[group]
            table.add_row(
                ink.name(self.name(group)),
                ink.text(f"{self.span(ink, known.stand_in.cost)}{_mark(known) or ' '}"),
                ink.figure(self.shares.pays(group) / self.scale),
                self.span(ink, self.shares.saves(group)),
                ink.text(_BETTER[self.shares.better_alone(group)]),
            )
        marks = {_mark(self.shares.alone[group]) for group in rows[:SHOWN]}
        said = [f"{mark} {means}" for mark, means in _MEANS.items() if mark in marks]
        if len(rows) > SHOWN:
            said.insert(0, f"{len(rows) - SHOWN:,} more groups, with less to gain, are in groups.csv.")
        return Page(table, *map(ink.line, said))

    def rows(self) -> list[Group]:
        """Groups but for the whole: single partners, then those that save least by being inside, then those that
        could not leave even with people and money without limit."""
        others = [group for group in self.shares.alone if len(group) < len(self.shares.partners)]
        order = {group: number for number, group in enumerate(others)}
        return sorted(others, key=lambda group: (len(group) > 1, self.least(group), order[group]))

    def least(self, group: Group) -> float:
        """By what groups are sorted: what one is known to save by being inside; single partners first."""
        if len(group) == 1:
            return 0.0
        return self.shares.saves(group).low if isfinite(self.shares.alone[group].cost_freed.low) else inf

    def name(self, group: Group) -> str:
        """The members of a group, in the order of the inventory."""
        return " + ".join(partner for partner in self.shares.partners if partner in group)

    def span(self, ink: Ink, interval: Interval | None) -> Text:
        """``14,436 to 14,539``, or one figure where both ends are the same."""
        if interval is None:
            return ink.text("not known")
        low, high = (_whole(end / self.scale) for end in (interval.low, interval.high))
        return ink.text(low if low == high else f"{low} to {high}")

    # ---- what follows -----------------------------------------------------------------------

    def conclusion(self, ink: Ink) -> Iterator[tuple[str, Iterable[str | tuple[str, str]]]]:
        """In plain words, under headings: does the stated rule hold, does any, how far is it from Shapley."""
        shares, inside = self.shares, "IS EACH BETTER OFF INSIDE?"
        proper = [group for group in shares.alone if len(group) < len(shares.partners)]
        able = [group for group in proper if shares.alone[group].how != "no plan"]
        if len(shares.partners) == 1:
            yield inside, ["There is one partner alone."]
        elif not proper:
            yield inside, ["Not known: no other group was planned for."]
        else:
            yield inside, self.verdicts(ink, able, shares.core)
            freed = [group for group in proper if isfinite(shares.alone[group].cost_freed.high)]
            if len(able) < len(freed):
                yield "IF PEOPLE AND MONEY WERE NO LIMIT", self.verdicts(ink, freed, shares.core_freed)
            worse = list(self.more_inside(ink))
            if worse:
                yield "WHO PAYS MORE INSIDE THAN ALONE", worse
            far = list(self.distance(ink))
            if far:
                yield "AGAINST WHAT EACH ADDS TO THE COST", far
        if shares.missing:
            names = [self.name(group) for group in shares.missing]
            more = f" and {len(names) - 3:,} more, which shares.json names" if len(names) > 3 else ""
            yield "NOT PLANNED FOR", [f"{'; '.join(names[:3])}{more}. What needs them is not known."]

    def verdicts(self, ink: Ink, able: Sequence[Group], core: Core) -> Iterator[str | tuple[str, str]]:
        """Whether any group does better alone, and whether any division of the cost avoids that."""
        if not able:
            planned = "No group" if core.known else "No group that was planned for"
            yield f"{planned} has a plan of its own with its part of the people and money, so none can leave."
            return
        better = [group for group in able if self.shares.better_alone(group) == "yes"]
        unsure = [group for group in able if self.shares.better_alone(group) == "open"]
        if better:
            worst = min(better, key=lambda group: self.shares.saves(group).low)
            saved = self.shares.saves(worst)
            count = f"{len(better):,} groups" if len(better) > 1 else "one group"
            yield (f"Under the stated rule {count} would do better alone", "bold")
            yield f": {'above all ' * (len(better) > 1)}{self.name(worst)}, by {self.words(ink, saved)}. "
        elif unsure:
            yield "Under the stated rule no group is known to do better alone; "
            yield f"{self.undecided(unsure)}. "
        else:
            yield ("Nobody can leave to gain", "bold")
            yield f": under the stated rule {self.none_of(able, core)} would do better alone. "
        yield _CORE[core.verdict]
        if isfinite(core.excess.high) and core.excess.high < 0 and core.verdict == "yes":
            every = "every group" if len(able) == len(self.shares.alone) - 1 else "every group that can leave"
            yield f" One of them saves {every} at least {ink.money(-core.excess.high)}."
        elif core.verdict == "no":
            yield f" Some group is asked for at least {ink.money(core.excess.low)} more than it costs alone."

    def none_of(self, able: Sequence[Group], core: Core) -> str:
        """No group, and of which groups that is said."""
        every = len(able) == len(self.shares.alone) - 1
        if not core.known:
            return "no group that was planned for" if every else "no group that was planned for and can leave"
        return "no group" if every else "no group that can leave"

    def undecided(self, unsure: Sequence[Group]) -> str:
        """How many groups are not decided, and what would decide them."""
        late = sum(self.shares.cut_short(group) for group in unsure)
        wide = len(unsure) - late
        said = [f"{wide:,} {'is' if wide == 1 else 'are'} not decided at this gap"] if wide else []
        if late:
            said.append(
                f"{late:,} {'is' if late == 1 else 'are'} not decided in the time (a longer --time-limit helps)"
            )
        return " and ".join(said)

    def more_inside(self, ink: Ink) -> Iterator[str]:
        """The partners that pay more than alone, and which of them cannot leave."""
        for number, (partner, more) in enumerate(self.shares.pays_more_inside().items()):
            alone = self.shares.alone[frozenset({partner})]
            low, high = ink.money(more.low), ink.money(more.high)
            yield f"{'; ' if number else ''}{partner}, by {low if low == high else f'{low} to {high}'}"
            if alone.means is None:
                against = (
                    "its cost with people and money without limit" if alone.freed else "leaving everything as it is"
                )
                yield f" against {against} (it has no plan of its own, so it cannot leave)"
        if self.shares.pays_more_inside():
            yield "."

    def words(self, ink: Ink, saved: Interval) -> str:
        """An amount, or the range in which it lies."""
        low, high = ink.money(max(-saved.high, 0.0)), ink.money(-saved.low)
        return low if low == high else f"{low} to {high}"

    def distance(self, ink: Ink) -> Iterator[str | tuple[str, str]]:
        """What would change hands if the stated rule gave way to the Shapley shares."""
        points = {partner: self.shares.point(partner) for partner in self.shares.partners}
        over = [self.shares.bills[partner].total - point for partner, point in points.items() if point is not None]
        if len(over) < len(points) or len(points) < 2:
            return
        moved = fsum(abs(amount) for amount in over) / 2
        yield "What a partner adds to the cost, on average over all orders of joining, is its Shapley share. The "
        yield f"stated rule asks some for {ink.money(moved)} more than that, and the others for so much less."
        if any(point < 0 for point in points.values() if point is not None):
            yield " A share below 0 means that the others save more by a partner than it costs: they would pay it."
        if not self.shares.all_groups:
            yield f" The shares are estimates from {len(self.shares.alone):,} groups; in 95 of 100 such cases all the "
            yield "ranges shown hold the exact shares at once."


_BETTER = {"yes": "yes", "no": "no", "open": "not decided"}
_CORE = {
    "yes": "There are divisions of the cost that leave no group better off alone (the core is not empty).",
    "no": "No division of the cost leaves every group content (the core is empty).",
    "open": "Whether any division leaves every group content (the core) is not decided.",
}


def _mark(alone: StandAlone) -> str:
    """What stands beside a cost that is not that of the group's own plan."""
    return "" if alone.means else "*" if alone.freed else "+"


def _whole(amount: float) -> str:
    text = f"{amount:,.0f}"
    return "0" if text == "-0" else text


def _table(ink: Ink, title: str, *columns: str, wrapped: int = 0) -> Table:
    """A heading, then a column of labels and columns of figures; labels and the last few may go over several lines."""
    apart = (0, 1 if wrapped else 2, 0, 0)
    table = Table(box=None, pad_edge=False, padding=apart, show_edge=False, header_style="bold")
    table.add_column(ink.text(title))
    for number, name in enumerate(columns):
        heading = Text("\n").join(map(ink.text, name.split("\n")))
        table.add_column(heading, justify="right", no_wrap=number < len(columns) - wrapped)
    return table
