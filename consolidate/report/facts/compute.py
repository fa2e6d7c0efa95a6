"""What a Board pack says, as numbers and ids: everything is computed here, and nothing is put into words.

From the inventory with what was reported, the current plan, the approved one, and both as they stood a quarter
before. Each figure is the ledger's, or counted from its courses. ``now`` is the quarter that the pack is about,
and -1 before anything has happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import fsum

from consolidate.accounts.contract_notices import ContractNotice, contract_notices
from consolidate.accounts.differences import as_approved, build_changes, changes, known_systems, new_systems
from consolidate.accounts.verdict import MissedGoal, missed_goals
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience, NameGuard, open_risks, restricted_to
from consolidate.cost_sharing.apportionment import rules_by_year
from consolidate.inventory import Delivery, Inventory
from consolidate.plan import Move, Plan, move_order
from consolidate.report.facts import money
from consolidate.report.facts.exposure import exposure_facts
from consolidate.report.facts.programme import programme_facts
from consolidate.report.facts.records import (
    AHEAD,
    BurnUp,
    HeadlineFigures,
    LateService,
    NextQuarter,
    PackFacts,
    PlanChanges,
    Slip,
)
from consolidate.report.facts.revenue import revenue_facts
from consolidate.variants import with_systems


def pack_facts(situation: Basis, audience: Audience) -> PackFacts:
    """Everything a pack for that audience says.

    A partner's pack is computed from its own systems alone, and from its part of what all share; a public one from
    those of the lowest classification alone, without what all share: a reader who knows a partner's part of that could
    subtract it from what is published, and would be left with the rest. A sum that also holds others tells of one of
    them as soon as that one is all that has changed in it since the quarter before, however many others are in it.
    """
    whole, now = situation.now, situation.quarter
    names = audience.shown(whole.inventory)

    def of(books: PlanBooks) -> PlanBooks:
        if audience.sees_all:
            return books
        return restricted_to(books, names & system_ids(books), audience.partner, bare=audience.public)

    shown = of(whole)
    approved = _approved(shown)
    before = None if situation.before is None else of(situation.before)
    # A partner's own reports are its own words; a public pack names no hidden system in anybody's words.
    guard = NameGuard(whole.inventory if audience.public else shown.inventory, names)
    delivery, texts_withheld = _delivery(whole.inventory, now, audience, names, guard)
    saved = tuple(money.saving_years(shown, approved, now))
    spent = tuple(money.pot_years(shown, approved, now))
    against = None if approved is None else _changed(shown.inventory, approved, shown)
    coming = _notices(shown, now, AHEAD)
    pay = tuple(money.partner_years(shown, None if audience.public else whole))
    return PackFacts(
        audience=audience,
        quarter=now,
        shown=shown,
        approved=approved,
        holds=situation.holds if audience.partner is None else None,
        dropped=situation.dropped if audience.sees_all else (),
        extra_cost=None if against is None or audience.public else fsum(against.cost.values()) - against.exposure,
        delivery=delivery,
        texts_withheld=texts_withheld + _risks_withheld(whole.inventory, shown.inventory, audience),
        systems_withheld=len(audience.base(whole.inventory) - names),
        burn_up=_burn_up(shown, approved, now),
        missed_goals=_missed(shown),
        pots=spent,
        revenue=revenue_facts(shown, approved, now, pay, audience.public),
        programme=programme_facts(shown),
        people=tuple(money.role_quarters(shown)),
        exposure=None if audience.public else exposure_facts(shown, approved, now),
        notices=coming,
        slips=tuple(_slips(shown, now, guard)),
        late=tuple(_late(shown, now, guard)),
        savings=saved,
        measures=money.board_measures(shown, spent, saved, now),
        next_quarter=_next(shown, now, coming),
        headline=_headline(shown, now),
        headline_before=None if before is None else _headline(before, now - 1),
        since=None if before is None else _changed(shown.inventory, before, shown),
        against=against,
        pay=pay,
        rules=rules_by_year(whole.inventory),
        guard=guard,
    )


def system_ids(books: PlanBooks) -> frozenset[str]:
    """The systems of a plan's inventory."""
    return frozenset(books.inventory.systems)


def _missed(books: PlanBooks) -> tuple[MissedGoal, ...]:
    """What was missed. Of a plan that is cut down no budget, for what counts against one is not all in it."""
    found = missed_goals(books.inventory, books.ledger)
    return found if books.whole else tuple(one for one in found if one.rule != "budget")


def _approved(books: PlanBooks) -> PlanBooks | None:
    """The approved plan, as if nothing had happened since."""
    return None if books.inventory.approved is None else PlanBooks(*as_approved(books.inventory), books.whole)


def _delivery(
    inventory: Inventory, now: int, audience: Audience, names: frozenset[str], guard: NameGuard
) -> tuple[Delivery | None, int]:
    """What people entered for the quarter, and how many of their texts are left out.

    It is unknown what a text on the whole programme reveals of others: a partner's pack has none of them.
    """
    entered = inventory.progress.delivery.get(now) if inventory.progress else None
    if entered is None or audience.partner is not None:
        return None, 0
    why = entered.why if entered.why is None or guard.open(entered.why) else None
    decisions = tuple(text for text in entered.decisions if guard.open(text))
    risks = open_risks(entered.risks, names, guard, None)
    texts_withheld = (
        (why is not entered.why) + len(entered.decisions) - len(decisions) + len(entered.risks) - len(risks)
    )
    return Delivery(entered.rag, why, decisions, risks), texts_withheld


def _risks_withheld(whole: Inventory, shown: Inventory, audience: Audience) -> int:
    """How many risks of the register are left out; a partner's pack does not say."""
    return len(whole.risks) - len(shown.risks) if audience == Audience(public=True) else 0


# ---- moves --------------------------------------------------------------------------------------


def _cutovers(plan: Plan, inventory: Inventory) -> Iterator[int]:
    """When each system of the approved plan moves; what is renewed in place, or not there any more, does not."""
    return (
        move.cutover
        for move in plan.moves
        if move.step == 1 and move.approach != "refresh" and move.system in inventory.systems
    )


def _burn_up(books: PlanBooks, approved: PlanBooks | None, now: int) -> BurnUp:
    T, courses = books.inventory.plan_quarters, books.ledger.courses.values()
    planned = [one.cutover for one in courses if one.cutover is not None]
    first = books.inventory.calendar.first_of_year(books.inventory.calendar.year(T - 1))
    by = [sum(cutover <= q for cutover in planned) for q in range(T)]
    wanted = None if approved is None else list(_cutovers(approved.plan, books.inventory))
    then = None if wanted is None else tuple(sum(cutover <= q for cutover in wanted) for q in range(T))
    return BurnUp(
        approved=then,
        actual=tuple(count if q <= now else None for q, count in enumerate(by)),
        forecast=tuple(count if q >= now else None for q, count in enumerate(by)),
        total=len(planned),
        total_approved=None if wanted is None else len(wanted),
        moved=by[now] if 0 <= now < T else 0,
        due=None if then is None else then[now] if 0 <= now < T else 0,
        first_of_last_year=max(first, 0),
        last_year=sum(cutover >= first for cutover in planned),
        renewals=sum(one.cutover is None and bool(one.works) for one in courses),
        second_steps=sum(len(one.works) > 1 for one in courses),
        new=sum(
            id not in approved.inventory.systems and one.cutover is not None for id, one in books.ledger.courses.items()
        )
        if approved is not None
        else 0,
        last_year_approved=None if wanted is None else sum(cutover >= first for cutover in wanted),
    )


def _moved(inventory: Inventory, now: int) -> int:
    """Systems that are reported to have moved; what a plan has that was not made with the reports does not count."""
    first = (reports[0] for reports in (inventory.progress.systems if inventory.progress else {}).values())
    return sum(
        one.stands and one.step == 1 and one.cutover is not None and one.cutover <= now
        for one in first
        if one.option is not None and one.option.goes_live
    )


def _headline(books: PlanBooks, now: int) -> HeadlineFigures:
    q = max(now, 0)
    return HeadlineFigures(
        moved=_moved(books.inventory, now),
        unsupported=sum(q in quarters for quarters in books.ledger.exposed.values()),
        capital=fsum(books.ledger.capital.values()),
        finish=books.ledger.finish,
    )


def _slips(books: PlanBooks, now: int, guard: NameGuard) -> Iterator[Slip]:
    """Reported cutovers, or expected ones, later than approved; and what should have begun by now."""
    if books.inventory.approved is None:
        return
    for move in sorted(books.inventory.approved.moves, key=move_order):
        if move.system not in books.inventory.systems:
            continue
        report = books.inventory.progress.step(move.system, move.step) if books.inventory.progress else None
        works = books.ledger.courses[move.system].works
        cutover = works[move.step - 1].cutover if move.step <= len(works) else None
        if report is None:
            if move.start <= now:
                yield Slip(move.system, move.step, move.cutover, cutover, "waiting", "")
        elif cutover is None or cutover > move.cutover:
            yield Slip(move.system, move.step, move.cutover, cutover, report.status, guard.text(report.note))


def _late(books: PlanBooks, now: int, guard: NameGuard) -> Iterator[LateService]:
    """Services later than approved that are reported on, or whose build should have begun."""
    reported = books.inventory.progress.services if books.inventory.progress else {}
    for build in books.inventory.approved.builds if books.inventory.approved else ():
        ready = books.ledger.ready.get(build.service)
        begun = build.service in reported or build.start <= now
        if begun and build.service in books.inventory.services and (ready is None or ready > build.ready):
            note = guard.text(reported[build.service].note) if build.service in reported else ""
            yield LateService(build.service, build.ready, ready, note)


def _next(books: PlanBooks, now: int, coming: tuple[ContractNotice, ...]) -> NextQuarter | None:
    q = now + 1
    if not 0 <= q < books.inventory.plan_quarters:
        return None
    moves = sorted(books.plan.moves, key=move_order)
    ends = books.inventory.calendar.last_day(q)
    return NextQuarter(
        quarter=q,
        starts=tuple(move for move in moves if move.start == q),
        cutovers=tuple(move for move in moves if move.cutover == q),
        builds=tuple(build for build in books.plan.builds if build.start == q),
        ready=tuple(build for build in books.plan.builds if build.ready in (q, q + 1) and build.start < build.ready),
        notices=tuple(one for one in coming if one.day <= ends and one.wish == "leave"),
    )


def _notices(books: PlanBooks, now: int, quarters: int) -> tuple[ContractNotice, ...]:
    calendar = books.inventory.calendar
    return contract_notices(
        books.inventory, books.ledger, calendar.first_day(now + 1), calendar.last_day(now + quarters)
    )


def _changed(inventory: Inventory, before: PlanBooks, now: PlanBooks) -> PlanChanges:
    before = _of_its_systems(before)
    then, ledger = before.ledger, now.ledger
    old = plan_as_reported(before)
    new = new_systems(inventory, before.plan, plan_as_reported(now), ledger)
    cost = {
        kind: fsum((amount, -getattr(then.costs, kind), *(-one.costs.get(kind, 0.0) for one in new)))
        for kind, amount in vars(ledger.costs).items()
        if kind != "stability"
    }
    return PlanChanges(
        moves=changes(inventory, old, plan_as_reported(now), then, ledger, before.inventory),
        builds=build_changes(inventory, old, now.plan, before.inventory),
        new=new,
        cost=cost,
        finish=ledger.finish - then.finish,
    )


def _of_its_systems(books: PlanBooks) -> PlanBooks:
    """A plan with the systems alone that it knows: others have been added to the inventory since."""
    known = known_systems(books.inventory, books.plan)
    if len(known) == len(books.inventory.systems):
        return books
    return replace(books, inventory=with_systems(books.inventory, known))


def plan_as_reported(books: PlanBooks) -> Plan:
    """The plan with what was reported put in its place, whether or not it had been made with it."""
    if books.inventory.progress is None:
        return books.plan
    moves = [
        Move(work.start, id, step, course.option.number, work.step.approach, work.step.to, work.cutover, work.last)
        for id, course in books.ledger.courses.items()
        for step, work in enumerate(course.works, start=1)
        if course.option is not None
    ]
    builds = tuple(
        replace(build, ready=books.ledger.ready.get(build.service, build.ready)) for build in books.plan.builds
    )
    return replace(books.plan, moves=tuple(sorted(moves, key=move_order)), builds=builds)
