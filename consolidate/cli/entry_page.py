"""What ``consolidate show`` shows of a system, a partner or a service: one screen, laid out for its width."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.accounts.ledger import NOT_CASH
from consolidate.cli.ink import Ink, beside, figure_table
from consolidate.explain.answer_words import difference_words
from consolidate.explain.diff_words import CHANGE_WORDS
from consolidate.explain.partner_entry import PartnerInPlan
from consolidate.explain.plan_reading import ApprovedDifference, MilestoneInPlan
from consolidate.explain.service_entry import ServiceInPlan
from consolidate.explain.step_words import way_of_step
from consolidate.explain.system_entry import ContractInPlan, DependencyInPlan, StepInPlan, SystemInPlan
from consolidate.explain.values import CostLine, DatedQuarter, UseByQuarter, total
from consolidate.language import Language
from consolidate.vocabulary import COST_WORDS, translatable

Fact = tuple[str, str]
"""A heading, and what stands beside it; an empty heading goes on with the one above."""

_QUARTERS = 6
"""So many quarters have a column each; of more, the financial years have."""
_NAMES = 12
"""So many names are written out in a line."""
_WORST = 5
"""So many of the systems that run unsupported the longest are named."""
_STATUS = {
    "started": translatable("started"),
    "live": translatable("live"),
    "off": translatable("off"),
    "stopped": translatable("stopped"),
    "cancelled": translatable("cancelled"),
    "ready": translatable("ready"),
}
"""What was reported of a step or a build."""
_SUPPORTED = {"software": translatable("software"), "hardware": translatable("hardware")}


@dataclass(frozen=True)
class EntryPage:
    """The page of an answer of :func:`consolidate.describe_in_plan`, in the reader's language; amounts are in
    ``currency``."""

    entry: SystemInPlan | PartnerInPlan | ServiceInPlan
    currency: str
    own: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        ink, own, entry = Ink(self.currency, options.ascii_only, _NAMES), self.own, self.entry
        if isinstance(entry, SystemInPlan):
            heading, facts, compared = _system_heading(own, entry), _system_facts(ink, own, entry), True
        elif isinstance(entry, PartnerInPlan):
            heading, facts, compared = _partner_heading(own, entry), _partner_facts(ink, own, entry), True
        else:
            heading, facts, compared = _service_heading(own, entry), _service_facts(ink, own, entry), False
        yield ink.line((entry.id, "bold"), f"  {heading}")
        yield _grid(ink, facts)
        tables = [_costs(ink, own, entry.costs, compared)] if entry.costs else []
        uses = (
            _uses(ink, own, own.text("PEOPLE days"), entry.people),
            _uses(ink, own, own.text("CAPITAL{unit}", unit=ink.of(1)), entry.capital),
        )
        tables += [_bill(ink, own, entry)] if isinstance(entry, PartnerInPlan) and entry.bill else []
        tables += [table for table in uses if table]
        if tables:
            yield Text()
            yield beside(console, options, [Text()], *tables)
        if entry.also:
            yield Text()
            yield ink.line(own.text("Of the same name: {names}.", names=_some(own, entry.also)))


# -- a system -------------------------------------------------------------------------------------


def _system_heading(own: Language, entry: SystemInPlan) -> str:
    tier = f", {entry.tier}" if entry.tier else ""
    return (
        f"{own.said(entry.name)}: {entry.capability}{tier}, {_users(own, entry.users)}; {own.said(entry.partner_name)}"
    )


def _users(own: Language, number: float) -> str:
    return own.plural("{n} user", "{n} users", round(number))


def _system_facts(ink: Ink, own: Language, entry: SystemInPlan) -> Iterator[Fact]:
    if not entry.steps:
        yield own.text("Plan"), f"{own.text('it stays as it is')}."
    for step in entry.steps:
        yield "" if step.step > 1 else own.text("Plan"), _step(own, entry, step)
    yield own.text("unsupported"), _unsupported(own, entry.unsupported, entry.unsupported_as_it_is)
    if entry.support:
        yield own.text("Support"), f"{_support(own, entry)}."
    if entry.contract is not None:
        yield own.text("Contract"), _contract(ink, own, entry.contract)
    bounds = [own.text("work not before {quarter}", quarter=_label(own, entry.earliest))] if entry.earliest else []
    bounds += [own.text("to cut over by {quarter}", quarter=_label(own, entry.latest))] if entry.latest else []
    if bounds:
        yield own.text("Bounds"), f"{', '.join(bounds)}."
    yield from _dependencies(own, own.text("Waits for"), entry.waits_for)
    yield from _dependencies(own, own.text("Holds up"), entry.waited_for_by, starts=True)
    yield from _milestones(own, entry.milestones)
    yield from _approved(ink, own, entry.approved)


def _step(own: Language, entry: SystemInPlan, step: StepInPlan) -> str:
    how = own.said(way_of_step(step.approach, step.to))
    if step.step == 1:
        how = own.text("{how} (option {number})", how=how, number=entry.option)
    else:
        how = own.text("then {how}", how=how)
    said = own.text(
        "{how}: work from {start} ({begins}), cutover in {cutover} (by {ends})",
        how=how,
        start=_label(own, step.start),
        begins=step.start.begins,
        cutover=_label(own, step.cutover),
        ends=step.cutover.ends,
    )
    if step.live is not None:
        said = own.text("{said}, live from {quarter}", said=said, quarter=_label(own, step.live))
    if step.last.number > step.cutover.number:
        said = own.text(
            "{said}; what it replaces runs on to {quarter} ({day})",
            said=said,
            quarter=_label(own, step.last),
            day=step.last.ends,
        )
    return f"{_with_report(own, said, step.reported, step.note)}."


def _with_report(own: Language, said: str, reported: str | None, note: str) -> str:
    """What is said of a step or a build, and what was reported of it."""
    if reported is None:
        return said
    noted = f" ({note})" if note else ""
    return own.text("{said}. Reported: {status}", said=said, status=own.text(_STATUS[reported])) + noted


def _unsupported(own: Language, quarters: Sequence[DatedQuarter], as_it_is: int) -> str:
    before = own.text("as it is: {quarters}", quarters=_quarters(own, as_it_is))
    if not quarters:
        return f"{own.text('never')} ({before})." if as_it_is else f"{own.text('never')}."
    return f"{_quarters(own, len(quarters))}: {_spans(own, quarters)} ({before})."


def _quarters(own: Language, number: int) -> str:
    return own.plural("{n} quarter", "{n} quarters", number)


def _spans(own: Language, quarters: Sequence[DatedQuarter]) -> str:
    """Quarters that follow each other as one span."""
    spans: list[list[DatedQuarter]] = []
    for quarter in quarters:
        if spans and spans[-1][-1].number + 1 == quarter.number:
            spans[-1].append(quarter)
        else:
            spans.append([quarter])
    return ", ".join(
        _label(own, one[0])
        if len(one) == 1
        else own.text("{first} to {last}", first=_label(own, one[0]), last=_label(own, one[-1]))
        for one in spans
    )


def _support(own: Language, entry: SystemInPlan) -> str:
    said = []
    for one in entry.support:
        what = own.text(_SUPPORTED[one.what])
        if one.step and len(entry.steps) == 1:
            what = own.text("{what} of what it becomes", what=what)
        elif one.step:
            what = own.text("{what} after step {n}", what=what, n=one.step)
        if one.day:
            said.append(own.text("{what} ends on {day}", what=what, day=one.day.isoformat()))
        else:
            said.append(own.text("{what} ends with {quarter}", what=what, quarter=_label(own, one.quarter)))
    return "; ".join(said)


def _contract(ink: Ink, own: Language, contract: ContractInPlan) -> str:
    months = contract.notice_months
    said = own.text(
        "{cost} a year, the term ends on {day}, {notice}.",
        cost=ink.money(contract.cost),
        day=contract.ends,
        notice=own.text("notice not known")
        if months is None
        else own.plural("{n} month's notice", "{n} months' notice", months),
    )
    return f"{said} {_leaving(ink, own, contract)}"


def _leaving(ink: Ink, own: Language, contract: ContractInPlan) -> str:
    """How the plan leaves a contract."""
    day = contract.last_term_ends
    if day is None:
        return own.text("The plan lets it run on.")
    if contract.bought_out:
        price = ink.money(contract.exit or 0)
        return own.text("The plan buys out the term that ends on {day}, for {price}.", day=day, price=price)
    if contract.notice_by:
        return own.text("The plan ends it on {day}: notice by {notice}.", day=day, notice=contract.notice_by)
    return own.text("The plan ends it on {day}.", day=day)


# -- a partner ------------------------------------------------------------------------------------


def _partner_heading(own: Language, entry: PartnerInPlan) -> str:
    systems = own.plural("{n} system", "{n} systems", entry.systems)
    joins = own.text("takes part from {quarter}", quarter=_label(own, entry.joins)) if entry.joins else ""
    said = ", ".join(one for one in (systems, _users(own, entry.users), joins) if one)
    return f"{own.said(entry.name)}: {said}{f'; {entry.contact}' if entry.contact else ''}"


def _partner_facts(ink: Ink, own: Language, entry: PartnerInPlan) -> Iterator[Fact]:
    by_quarter: dict[DatedQuarter, list[str]] = defaultdict(list)
    for one in entry.cutovers:
        short = one.system.partition("/")[2]
        if one.step == 2:
            short = own.text("{system} (second step)", system=short)
        elif one.approach == "refresh":
            short = own.text("{system} (renewed)", system=short)
        by_quarter[one.cutover].append(short)
    if not by_quarter:
        yield own.text("Moves"), f"{own.text('none')}."
    for number, (quarter, ids) in enumerate(by_quarter.items()):
        yield "" if number else own.text("Moves"), f"{_label(own, quarter)}  {len(ids)}: {_some(own, ids)}"
    stays = [id.partition("/")[2] for id in entry.stays]
    if stays:
        yield own.text("Stay"), f"{len(stays)}: {_some(own, stays)}."
    yield (
        own.text("Users"),
        own.text(
            "{moved} of {all} are on what has moved in the end, a person counted once for each system.",
            moved=own.number(entry.users_moved),
            all=own.number(entry.users_of_systems),
        ),
    )
    yield own.text("unsupported"), _unsupported_systems(own, entry)
    yield (
        own.text("Bears"),
        own.text(
            "{direct} for its own systems and {shared} of what all share, in cash, undiscounted.",
            direct=ink.money(entry.direct),
            shared=ink.money(entry.shared),
        ),
    )
    yield from _milestones(own, entry.milestones)
    yield from _approved(ink, own, entry.approved)


def _bill(ink: Ink, own: Language, entry: PartnerInPlan) -> Table:
    """What it pays in each financial year, in cash and to the penny, as apportioned.csv has it."""
    title = own.text("BILL{unit} undiscounted", unit=ink.of(1))
    columns = (own.text("own systems"), own.text("part of shared"), own.text("in all"), own.text("of it capital"))
    table = figure_table(ink, title, *columns)
    paid = [line for line in entry.bill if line.cash]
    for year in (*dict.fromkeys(line.year for line in paid), ""):
        lines = [line for line in paid if year in ("", line.year)]
        direct, shared = (fsum(getattr(line, what) for line in lines) for what in ("direct", "shared"))
        capital = fsum(line.direct + line.shared for line in lines if line.kind == "capital")
        cells = (own.number(amount, 2) for amount in (direct, shared, direct + shared, capital))
        heading, style = (year, "") if year else (own.text("In all"), "bold")
        table.add_row(ink.text(heading), *map(ink.text, cells), style=style)
    return table


def _unsupported_systems(own: Language, entry: PartnerInPlan) -> str:
    """For how many quarters systems run unsupported, and which of them the longest."""
    quarters = _quarters(own, sum(map(len, entry.unsupported.values())))
    before = own.number(entry.unsupported_as_it_is)
    worst = sorted(entry.unsupported, key=lambda id: (-len(entry.unsupported[id]), id))
    if not worst:
        return own.text("{quarters}; as it is: {number}.", quarters=quarters, number=before)
    return own.text(
        "{quarters}, in {systems} ({names}); as it is: {number}.",
        quarters=quarters,
        systems=own.plural("{n} system", "{n} systems", len(worst)),
        names=_some(own, [f"{id.partition('/')[2]} {len(entry.unsupported[id])}" for id in worst], _WORST),
        number=before,
    )


# -- a service ------------------------------------------------------------------------------------


def _service_heading(own: Language, entry: ServiceInPlan) -> str:
    name = own.said(entry.name)
    if entry.provides == entry.id:
        return own.text("{name}: a service", name=name)
    return own.text("{name}: a service that provides {what}", name=name, what=entry.provides)


def _service_facts(ink: Ink, own: Language, entry: ServiceInPlan) -> Iterator[Fact]:
    yield own.text("Plan"), f"{_with_report(own, _build(own, entry), entry.reported, entry.note)}."
    bounds = [own.text("work not before {quarter}", quarter=_label(own, entry.earliest))] if entry.earliest else []
    bounds += [own.text("to be ready by {quarter}", quarter=_label(own, entry.latest))] if entry.latest else []
    bounds += [own.text("must be built")] if entry.must_build else []
    if bounds:
        yield own.text("Bounds"), f"{', '.join(bounds)}."
    yield from _dependencies(own, own.text("Waits for"), entry.waits_for)
    yield from _dependencies(own, own.text("Holds up"), entry.waited_for_by, starts=True)
    users = own.number(entry.users)
    if entry.capacity is None:
        yield own.text("Users"), own.text("{users} in the end; no limit.", users=users)
    else:
        room = own.number(entry.capacity)
        yield own.text("Users"), own.text("{users} in the end; room for {room}.", users=users, room=room)
    by_quarter: dict[DatedQuarter, list[str]] = defaultdict(list)
    for one in entry.used_by:
        by_quarter[one.live].append(f"{one.system} {own.number(one.users)}")
    for number, (quarter, said) in enumerate(by_quarter.items()):
        since = own.text("from {quarter}", quarter=_label(own, quarter))
        yield "" if number else own.text("Used by"), f"{since}: {_some(own, said)}"
    yield from _charges(ink, own, entry)
    yield from _approved(ink, own, entry.approved)


def _charges(ink: Ink, own: Language, entry: ServiceInPlan) -> Iterator[Fact]:
    """What users and systems pay for a service."""
    user = own.text("{amount} a user", amount=f"{ink.sign}{entry.run_cost_per_user:,.2f}")
    system = own.text("{amount} a system", amount=f"{ink.sign}{entry.run_cost_per_system:,.2f}")
    said = user if entry.run_cost_per_user else system
    if entry.run_cost_per_user and entry.run_cost_per_system:
        said = own.text("{one} and {other}", one=user, other=system)
    if entry.run_cost_per_user or entry.run_cost_per_system:
        charged = own.text("{charges}, a year, in the costs of the systems that move in.", charges=said)
        yield own.text("Charges"), charged


def _build(own: Language, entry: ServiceInPlan) -> str:
    start, ready = entry.start, entry.ready
    if not entry.built and ready:
        return own.text("it exists, and can be used from {quarter}", quarter=_label(own, ready))
    if not entry.built:
        return own.text("it exists, and can be used from no quarter on")
    if start is None or ready is None:
        return own.text("it is not built")
    if start.number == ready.number:
        return own.text(
            "ready from {quarter} ({day}), and takes no time to build", quarter=_label(own, ready), day=ready.begins
        )
    return own.text(
        "built from {start} ({begins}), ready from {quarter} ({day})",
        start=_label(own, start),
        begins=start.begins,
        quarter=_label(own, ready),
        day=ready.begins,
    )


# -- what they share ------------------------------------------------------------------------------


def _label(own: Language, quarter: DatedQuarter) -> str:
    return own.quarter(quarter.label)


def _some(own: Language, items: Sequence[str], most: int = _NAMES) -> str:
    """The first of several items, and how many more there are: so many at most, that among them."""
    return own.listed(items, most if len(items) <= most else most - 1)


def _dependencies(
    own: Language, heading: str, found: Iterable[DependencyInPlan], starts: bool = False
) -> Iterator[Fact]:
    """What is waited for and when it is there, or what waits and when it ``starts``."""
    said = []
    for one in found:
        if one.kind == "together":
            when = own.text("that stays") if one.quarter is None else _label(own, one.quarter)
            said.append(own.text("together with {name} ({when})", name=one.id, when=when))
            continue
        service = one.kind == "service" or (starts and one.kind == "gate")
        name = own.text("service {name}", name=one.id) if service else one.id
        tight = f", {own.text('no slack')}" if one.tight else ""
        said.append(f"{name} ({_event(own, one, starts)}{tight})")
    if said:
        yield heading, f"{_some(own, said)}."


def _event(own: Language, one: DependencyInPlan, starts: bool) -> str:
    """When something is there, or ``starts``; or that it never does."""
    if one.quarter is None:
        if starts:
            return own.text("does not start")
        return own.text("is not built") if one.kind == "service" else own.text("stays")
    quarter = _label(own, one.quarter)
    if starts:
        return own.text("starts {quarter}", quarter=quarter)
    if one.kind == "service":
        return own.text("ready from {quarter}", quarter=quarter)
    return own.text("live from {quarter}", quarter=quarter)


def _milestones(own: Language, found: Sequence[MilestoneInPlan]) -> Iterator[Fact]:
    for number, one in enumerate(found):
        if one.systems > 1:
            count = own.text("{live} of {systems} cut over", live=one.live, systems=one.systems)
        else:
            count = own.text("cut over") if one.live else own.text("not cut over")
        said = own.text(
            "{number}, {quarter}: {count} by then ({asks} of {matching} must be; {what})",
            number=one.number,
            quarter=_label(own, one.by),
            count=count,
            asks=one.asks,
            matching=one.matching,
            what=own.said(one.text),
        )
        yield "" if number else own.text("Milestones"), said


def _approved(ink: Ink, own: Language, found: tuple[ApprovedDifference, ...] | None) -> Iterator[Fact]:
    if found is None:
        return
    if not found:
        yield own.text("Approved"), f"{own.text('as it was approved')}."
    for number, one in enumerate(found[:_NAMES]):
        change = own.text(
            "{change}, {how}; costs {more}.",
            change=_change(own, one),
            how=own.text("reported") if one.reported else own.text("planned"),
            more=difference_words(own, one.cost, ink.money),
        )
        which = "" if len(found) == 1 else f"{one.id}: "
        yield "" if number else own.text("Approved"), f"{which}{change}"
    if len(found) > _NAMES:
        yield "", f"{own.and_more(len(found) - _NAMES)}."


def _change(own: Language, one: ApprovedDifference) -> str:
    """What of a step or a build is not as it was approved."""
    if one.what == "new":
        return own.text("new since then")
    was, now = (
        f"{own.said(way)} {_label(own, when)}".strip() if when else own.text("none")
        for way, when in ((one.approved_as, one.approved), (one.now_as, one.now))
    )
    return f"{own.text(CHANGE_WORDS[one.what])}, {was} -> {now}"


def _grid(ink: Ink, facts: Iterable[Fact]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for heading, text in facts:
        grid.add_row(ink.text(heading.upper()), ink.text(text))
    return grid


def _costs(ink: Ink, own: Language, lines: Sequence[CostLine], compared: bool) -> Table:
    """By kind, under the plan and, where ``compared``, left as it is; what is judged and not paid comes last."""
    columns = [own.text("plan"), *([own.text("as it is"), own.text("more")] if compared else [])]
    table = figure_table(ink, own.text("COST{unit} discounted", unit=ink.of(1)), *columns)

    def row(what: str, line: CostLine, style: str = "") -> None:
        more = [line.as_it_is, line.more] if compared else []
        table.add_row(ink.text(what), *map(ink.figure, [line.plan, *more]), style=style)

    paid = [line for line in lines if line.kind not in NOT_CASH]
    judged = [line for line in lines if line.kind in NOT_CASH]
    for line in paid:
        row(own.text(COST_WORDS[line.kind]), line)
    own_time = any(line.kind == "staff" for line in paid)
    row(own.text("Cash and own time") if own_time else own.text("Cash"), total(paid), "bold")
    for line in judged:
        row(own.text(COST_WORDS[line.kind]), line)
    if judged:
        row(own.text("Cash and judged"), total(lines), "bold")
    return table


def _uses(ink: Ink, own: Language, title: str, uses: Sequence[UseByQuarter]) -> Table | None:
    """By role or pot, a column for each quarter; for each financial year where there are many."""
    if not uses:
        return None
    quarters = sorted({quarter for use in uses for quarter, _ in use.by_quarter})
    yearly = len(quarters) > _QUARTERS
    labels = list(dict.fromkeys(_column(own, quarter, yearly) for quarter in quarters))
    table = figure_table(ink, title, *labels, own.text("in all"))
    for use in uses:
        amounts = dict.fromkeys(labels, 0.0)
        for quarter, amount in use.by_quarter:
            amounts[_column(own, quarter, yearly)] += amount
        name = use.id or own.text("no pot")
        table.add_row(ink.text(name), *map(ink.figure, amounts.values()), ink.figure(use.total))
    return table


def _column(own: Language, quarter: DatedQuarter, yearly: bool) -> str:
    return quarter.label.split(" ")[0] if yearly else own.quarter(quarter.label[2:])
