"""What ``consolidate show`` shows of a system, a partner or a service: one screen, laid out for its width."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.accounts.ledger import NOT_CASH
from consolidate.cli.ink import Ink, beside, figure_table, some
from consolidate.explain.partner_entry import PartnerInPlan
from consolidate.explain.plan_reading import ApprovedDifference, MilestoneInPlan
from consolidate.explain.service_entry import ServiceInPlan
from consolidate.explain.system_entry import DependencyInPlan, StepInPlan, SystemInPlan
from consolidate.explain.values import CostLine, DatedQuarter, UseByQuarter, total
from consolidate.vocabulary import COST_WORDS, approach_text, counted, plural

Fact = tuple[str, str]
"""A heading in capitals, and what stands beside it; an empty heading goes on with the one above."""

_QUARTERS = 6
"""So many quarters have a column each; of more, the financial years have."""
_NAMES = 12
"""So many names are written out in a line."""


@dataclass(frozen=True)
class EntryPage:
    """The page of an answer of :func:`consolidate.describe_in_plan`; amounts are in ``currency``."""

    entry: SystemInPlan | PartnerInPlan | ServiceInPlan
    currency: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        ink, entry = Ink(self.currency, options.ascii_only, _NAMES), self.entry
        if isinstance(entry, SystemInPlan):
            heading, facts, compared = _system_heading(entry), _system_facts(ink, entry), True
        elif isinstance(entry, PartnerInPlan):
            heading, facts, compared = _partner_heading(entry), _partner_facts(ink, entry), True
        else:
            heading, facts, compared = _service_heading(entry), _service_facts(ink, entry), False
        yield ink.line((entry.id, "bold"), f"  {heading}")
        yield _grid(ink, facts)
        tables = [_costs(ink, entry.costs, compared)] if entry.costs else []
        tables += [table for table in (_uses(ink, "PEOPLE days", entry.people), _capital(ink, entry)) if table]
        if tables:
            yield Text()
            yield beside(console, options, [Text()], *tables)
        if entry.also:
            yield Text()
            yield ink.line(f"Of the same name: {some(entry.also, _NAMES)}.")


# -- a system -------------------------------------------------------------------------------------


def _system_heading(entry: SystemInPlan) -> str:
    tier = f", {entry.tier}" if entry.tier else ""
    return f"{entry.name}: {entry.capability}{tier}, {entry.users:,.0f} users; {entry.partner_name}"


def _system_facts(ink: Ink, entry: SystemInPlan) -> Iterator[Fact]:
    if not entry.steps:
        yield "PLAN", "it stays as it is."
    for step in entry.steps:
        yield "" if step.step > 1 else "PLAN", _step(entry, step)
    yield "UNSUPPORTED", _unsupported(entry.unsupported, entry.unsupported_as_it_is)
    if entry.support:
        yield "SUPPORT", f"{_support(entry)}."
    if entry.contract is not None:
        yield "CONTRACT", _contract(ink, entry)
    bounds = [f"work not before {entry.earliest.label}"] if entry.earliest else []
    bounds += [f"to cut over by {entry.latest.label}"] if entry.latest else []
    if bounds:
        yield "BOUNDS", f"{', '.join(bounds)}."
    yield from _dependencies("WAITS FOR", entry.waits_for)
    yield from _dependencies("HOLDS UP", entry.waited_for_by, starts=True)
    yield from _milestones(entry.milestones)
    yield from _approved(ink, entry.approved)


def _step(entry: SystemInPlan, step: StepInPlan) -> str:
    second = "then " if step.step > 1 else ""
    which = f" (option {entry.option})" if step.step == 1 else ""
    said = f"{second}{approach_text(step.approach, step.to)}{which}: work from {step.start.label}"
    said += f" ({step.start.begins}), cutover in {step.cutover.label} (by {step.cutover.ends})"
    if step.live is not None:
        said += f", live from {step.live.label}"
    if step.last.number > step.cutover.number:
        said += f"; what it replaces runs on to {step.last.label} ({step.last.ends})"
    if step.reported is not None:
        said += f". Reported: {step.reported}{f' ({step.note})' if step.note else ''}"
    return f"{said}."


def _unsupported(quarters: Sequence[DatedQuarter], as_it_is: int) -> str:
    before = f"as it is: {counted(as_it_is, 'quarter')}"
    if not quarters:
        return f"never ({before})." if as_it_is else "never."
    return f"{counted(len(quarters), 'quarter')}: {_spans(quarters)} ({before})."


def _spans(quarters: Sequence[DatedQuarter]) -> str:
    """Quarters that follow each other as one span."""
    spans: list[list[DatedQuarter]] = []
    for quarter in quarters:
        if spans and spans[-1][-1].number + 1 == quarter.number:
            spans[-1].append(quarter)
        else:
            spans.append([quarter])
    return ", ".join(one[0].label if len(one) == 1 else f"{one[0].label} to {one[-1].label}" for one in spans)


def _support(entry: SystemInPlan) -> str:
    said = []
    for one in entry.support:
        of = "" if one.step == 0 else " of what it becomes" if len(entry.steps) == 1 else f" after step {one.step}"
        when = f"on {one.day.isoformat()}" if one.day else f"with {one.quarter.label}"
        said.append(f"{one.what}{of} ends {when}")
    return "; ".join(said)


def _contract(ink: Ink, entry: SystemInPlan) -> str:
    contract = entry.contract
    assert contract is not None
    months = "notice not known" if contract.notice_months is None else f"{contract.notice_months} months' notice"
    said = f"{ink.money(contract.cost)} a year, the term ends on {contract.ends}, {months}. The plan "
    if contract.last_term_ends is None:
        return f"{said}lets it run on."
    if contract.bought_out:
        return f"{said}buys out the term that ends on {contract.last_term_ends}, for {ink.money(contract.exit or 0)}."
    by = f": notice by {contract.notice_by}" if contract.notice_by else ""
    return f"{said}ends it on {contract.last_term_ends}{by}."


# -- a partner ------------------------------------------------------------------------------------


def _partner_heading(entry: PartnerInPlan) -> str:
    joins = f", takes part from {entry.joins.label}" if entry.joins else ""
    contact = f"; {entry.contact}" if entry.contact else ""
    return f"{entry.name}: {counted(entry.systems, 'system')}, {entry.users:,.0f} users{joins}{contact}"


def _partner_facts(ink: Ink, entry: PartnerInPlan) -> Iterator[Fact]:
    by_quarter: dict[DatedQuarter, list[str]] = defaultdict(list)
    for one in entry.cutovers:
        short = one.system.partition("/")[2]
        by_quarter[one.cutover].append(short if one.step == 1 else f"{short} (second step)")
    if not by_quarter:
        yield "MOVES", "none."
    for number, (quarter, ids) in enumerate(by_quarter.items()):
        yield "" if number else "MOVES", f"{quarter.label}  {len(ids)}: {some(ids, _NAMES)}"
    stays = [id.partition("/")[2] for id in entry.stays]
    if stays:
        yield "STAY", f"{len(stays)}: {some(stays, _NAMES)}."
    moved = f"{entry.users_moved:,.0f} of {entry.users_of_systems:,.0f} are on what has moved in the end"
    yield "USERS", f"{moved}, a person counted once for each system."
    quarters = sum(map(len, entry.unsupported.values()))
    worst = sorted(entry.unsupported, key=lambda id: (-len(entry.unsupported[id]), id))
    longest = some([f"{id.partition('/')[2]} {len(entry.unsupported[id])}" for id in worst], 5)
    which = f", in {counted(len(worst), 'system')} ({longest})" if worst else ""
    yield "UNSUPPORTED", f"{counted(quarters, 'quarter')}{which}; as it is: {entry.unsupported_as_it_is:,}."
    bears = f"{ink.money(entry.direct)} for its own systems and {ink.money(entry.shared)} of what all share"
    yield "BEARS", f"{bears}, in cash, undiscounted."
    yield from _milestones(entry.milestones)
    yield from _approved(ink, entry.approved)


# -- a service ------------------------------------------------------------------------------------


def _service_heading(entry: ServiceInPlan) -> str:
    return f"{entry.name}: a service" + (f" that provides {entry.provides}" if entry.provides != entry.id else "")


def _service_facts(ink: Ink, entry: ServiceInPlan) -> Iterator[Fact]:
    yield "PLAN", _build(entry)
    bounds = [f"work not before {entry.earliest.label}"] if entry.earliest else []
    bounds += [f"to be ready by {entry.latest.label}"] if entry.latest else []
    bounds += ["must be built"] if entry.must_build else []
    if bounds:
        yield "BOUNDS", f"{', '.join(bounds)}."
    yield from _dependencies("WAITS FOR", entry.waits_for)
    yield from _dependencies("HOLDS UP", entry.waited_for_by, starts=True)
    room = "no limit" if entry.capacity is None else f"room for {entry.capacity:,.0f}"
    yield "USERS", f"{entry.users:,.0f} in the end; {room}."
    by_quarter: dict[DatedQuarter, list[str]] = defaultdict(list)
    for one in entry.used_by:
        by_quarter[one.live].append(f"{one.system} {one.users:,.0f}")
    for number, (quarter, said) in enumerate(by_quarter.items()):
        yield "" if number else "USED BY", f"from {quarter.label}: {some(said, _NAMES)}"
    if entry.run_cost_per_user or entry.run_cost_per_system:
        each = [(entry.run_cost_per_user, "user"), (entry.run_cost_per_system, "system")]
        said = [f"{ink.sign}{amount:,.2f} a {what}" for amount, what in each if amount]
        yield "CHARGES", f"{' and '.join(said)}, a year, in the costs of the systems that move in."
    yield from _approved(ink, entry.approved)


def _build(entry: ServiceInPlan) -> str:
    note = f" ({entry.note})" if entry.note else ""
    reported = f". Reported: {entry.reported}{note}" if entry.reported else ""
    if not entry.built:
        return f"it exists, and can be used from {entry.ready.label if entry.ready else 'no quarter on'}{reported}."
    if entry.start is None or entry.ready is None:
        return f"it is not built{reported}."
    if entry.start.number == entry.ready.number:
        return f"ready from {entry.ready.label} ({entry.ready.begins}), and takes no time to build{reported}."
    work = f"built from {entry.start.label} ({entry.start.begins})"
    return f"{work}, ready from {entry.ready.label} ({entry.ready.begins}){reported}."


# -- what they share ------------------------------------------------------------------------------


def _dependencies(heading: str, found: Iterable[DependencyInPlan], starts: bool = False) -> Iterator[Fact]:
    """What is waited for and when it is there, or what waits and when it ``starts``."""
    said = []
    for one in found:
        if one.kind == "together":
            when = "that stays" if one.quarter is None else one.quarter.label
            said.append(f"together with {one.id} ({when})")
            continue
        event = "starts" if starts else "ready" if one.kind == "service" else "live"
        never = "does not start" if starts else "is not built" if one.kind == "service" else "stays"
        when = never if one.quarter is None else f"{event} {one.quarter.label}"
        kind = "service " if one.kind == "service" or (starts and one.kind == "gate") else ""
        said.append(f"{kind}{one.id} ({when}{', no slack' if one.tight else ''})")
    if said:
        yield heading, f"{some(said, _NAMES)}."


def _milestones(found: Sequence[MilestoneInPlan]) -> Iterator[Fact]:
    for number, one in enumerate(found):
        count = f"{one.live} of {one.systems} live" if one.systems > 1 else "live" if one.live else "not live"
        asks = f"{one.asks} of {one.matching} must be"
        yield "" if number else "MILESTONES", f"{one.number}, {one.by.label}: {count} by then ({asks}; {one.text})"


_CHANGES = {"option": "with another option", "service": "into another service", "approach": "in another way"}


def _approved(ink: Ink, found: tuple[ApprovedDifference, ...] | None) -> Iterator[Fact]:
    if found is None:
        return
    if not found:
        yield "APPROVED", "as it was approved."
    for number, one in enumerate(found[:_NAMES]):
        was, now = (
            f"{way} {when.label}".strip() if when else "none"
            for way, when in ((one.approved_as, one.approved), (one.now_as, one.now))
        )
        which = "" if len(found) == 1 else f"{one.id}: "
        change = "new since then" if one.what == "new" else f"{_CHANGES.get(one.what, one.what)}, {was} -> {now}"
        dearer = f"{ink.money(abs(one.cost))} {'more' if one.cost >= 0 else 'less'}"
        how = "reported" if one.reported else "planned"
        yield "" if number else "APPROVED", f"{which}{change}, {how}; costs {dearer}."
    if len(found) > _NAMES:
        left = len(found) - _NAMES
        yield "", f"and {left} more {plural(left, 'change')}."


def _grid(ink: Ink, facts: Iterable[Fact]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for heading, text in facts:
        grid.add_row(ink.text(heading), ink.text(text))
    return grid


def _costs(ink: Ink, lines: Sequence[CostLine], compared: bool) -> Table:
    """By kind, under the plan and, where ``compared``, left as it is; what is judged and not paid comes last."""
    table = figure_table(ink, f"COST{ink.of(1)} discounted", "plan", *(["as it is", "more"] if compared else []))

    def row(what: str, line: CostLine, style: str = "") -> None:
        more = [line.as_it_is, line.more] if compared else []
        table.add_row(ink.text(what), *map(ink.figure, [line.plan, *more]), style=style)

    paid = [line for line in lines if line.kind not in NOT_CASH]
    judged = [line for line in lines if line.kind in NOT_CASH]
    for line in paid:
        row(COST_WORDS[line.kind], line)
    own_time = any(line.kind == "staff" for line in paid)
    row("Cash and own time" if own_time else "Cash", total(paid), "bold")
    for line in judged:
        row(COST_WORDS[line.kind], line)
    if judged:
        row("Cash and judged", total(lines), "bold")
    return table


def _capital(ink: Ink, entry: SystemInPlan | PartnerInPlan | ServiceInPlan) -> Table | None:
    return _uses(ink, f"CAPITAL{ink.of(1)}", entry.capital)


def _uses(ink: Ink, title: str, uses: Sequence[UseByQuarter]) -> Table | None:
    """By role or pot, a column for each quarter; for each financial year where there are many."""
    if not uses:
        return None
    quarters = sorted({quarter for use in uses for quarter, _ in use.by_quarter})
    yearly = len(quarters) > _QUARTERS
    labels = list(dict.fromkeys(_column(quarter, yearly) for quarter in quarters))
    table = figure_table(ink, title, *labels, "in all")
    for use in uses:
        amounts = dict.fromkeys(labels, 0.0)
        for quarter, amount in use.by_quarter:
            amounts[_column(quarter, yearly)] += amount
        table.add_row(ink.text(use.id or "no pot"), *map(ink.figure, amounts.values()), ink.figure(use.total))
    return table


def _column(quarter: DatedQuarter, yearly: bool) -> str:
    return quarter.label.split(" ")[0] if yearly else quarter.label[2:]
