"""What differs from the approved plan, and what was not reached in time, in a few lines for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import fsum
from typing import TYPE_CHECKING

from consolidate.accounts import differences
from consolidate.accounts.approved_plan_status import Standing, standing
from consolidate.accounts.differences import BuildChange, Change, Differences, NewSystem, What
from consolidate.accounts.ledger import Ledger
from consolidate.accounts.verdict import missed_goals
from consolidate.cli.ink import Ink, percent
from consolidate.inventory import Inventory
from consolidate.plan import Move, Plan
from consolidate.vocabulary import approach_text, plural

if TYPE_CHECKING:
    from consolidate import PlanResult

SHOWN = 6
"""Changes told one by one; changes.csv has them all."""

_WORDS: dict[What, str] = {
    "later": "later",
    "sooner": "sooner",
    "approach": "in another way",
    "service": "into another service",
    "option": "with another option",
    "cost": "at another cost",
    "added": "added",
    "dropped": "dropped",
}
_INDENT = " " * 10


def not_reached(inventory: Inventory, book: Ledger) -> Iterator[str]:
    """A line for each milestone and target whose time is over and that was not met."""
    yield from (f"MISSED    {one}" for one in missed_goals(inventory, book))


def gap_not_reached(result: PlanResult, asked: float) -> str:
    """A line that the gap asked for was not reached, and what was; empty where it was, or a dearer plan was preferred.

    Args:
        result: the plan and what is proven of it.
        asked: the gap that was asked for, as a share.
    """
    if result.status != "feasible" or result.plan.prefer is not None:
        return ""
    why = " The search had done all the work that it is allowed." if result.ended == "budget" else ""
    wanted = f"{asked * 100:.10f}".rstrip("0").rstrip(".")
    return f"GAP  {wanted}% was asked for and not reached: {percent(result.gap)} is proven.{why}"


def against_approved(inventory: Inventory, plan: Plan, book: Ledger, ascii_only: bool = False) -> Iterator[str]:
    """Lines that say what is not as approved, why, and what it costs; none where no plan is approved."""
    if inventory.approved is None:
        return
    found, ink = differences.against_approved(inventory, plan, book), Ink(inventory.currency, ascii_only, 0)
    every: list[Change | BuildChange] = [*found.moves, *found.builds]
    yield f"APPROVED  {_counted(found)}"
    if every or abs(found.more) >= 0.5:
        yield f"{_INDENT}{_cost(ink, found.more, book, apart=bool(found.new))}"
    yield from (f"{_INDENT}{line}" for line in _stands(standing(inventory, plan)))
    yield from (f"{_INDENT}{line}" for line in _new(inventory, ink, found.new))
    every.sort(key=lambda one: (not one.reported, -abs(4 if one.quarters is None else one.quarters)))
    for one in every[:SHOWN]:
        yield f"{_INDENT}{_move(inventory, ink, one) if isinstance(one, Change) else _build(inventory, ink, one)}"
    if len(every) > SHOWN:
        yield f"{_INDENT}and {len(every) - SHOWN} more in changes.csv"
    if not inventory.stability and any(not one.reported for one in every):
        yield f"{_INDENT}`stability` is 0, so a change costs nothing: a price on it (programme.yaml) makes for fewer."


def _counted(found: Differences) -> str:
    """How many moves and builds are not as approved, and in what."""
    every: list[Change | BuildChange] = [*found.moves, *found.builds]
    known = f"{len(found.new)} {plural(len(found.new), 'system')} {'is' if len(found.new) == 1 else 'are'} new. "
    known = known if found.new else ""
    if not every:
        what = "thing" if abs(found.more) < 0.5 else " move and every build"
        return f"{known}Every{'thing else' if known and what == 'thing' else what} is as it was approved."
    counts = Counter(change.what for change in every)
    told = ", ".join(f"{counts[what]} {word}" for what, word in _WORDS.items() if counts[what])
    reported = sum(change.reported for change in every)
    kinds = ((len(found.moves), "move"), (len(found.builds), "build"))
    who = " and ".join(f"{count} {plural(count, kind)}" for count, kind in kinds if count)
    are = "is" if len(every) == 1 else "are"
    return f"{known}{who} {are} not as approved: {told}; reported: {reported}, planned: {len(every) - reported}."


def _stands(found: Standing | None) -> Iterator[str]:
    """Whether the approved plan can still be carried out; nothing where it can."""
    if found is None or found.holds:
        return
    first, *others = found.broken or found.crowded
    rest = f" (and {len(others)} {plural(len(others), 'more rule')})" if others else ""
    how = "any more" if found.broken else "beside the new systems"
    yield f"As it was approved it cannot be carried out {how}: {first.message}{rest}."
    if found.dropped:
        names, more = ", ".join(found.dropped[:SHOWN]), len(found.dropped) - SHOWN
        those = f"{names}{f' and {more} more' if more > 0 else ''}"
        verb = "stays" if len(found.dropped) == 1 else "stay"
        yield f"To make room for the new systems {those} {verb}, which the approved plan moves."


def _new(inventory: Inventory, ink: Ink, new: tuple[NewSystem, ...]) -> Iterator[str]:
    """What becomes of the systems that the approved plan does not know, and what they cost."""
    if not new:
        return
    saves = fsum(one.saves for one in new)
    less = "as much as" if abs(saves) < 0.5 else f"{ink.money(abs(saves))} {'less' if saves > 0 else 'more'} than"
    yield f"What is new costs {ink.money(fsum(one.cost for one in new))}, exposure in it: {less} left as it is."
    for one in new[:SHOWN]:
        moves = [f"{approach_text(move.approach, move.to)} {inventory.label(move.cutover)}" for move in one.moves]
        yield f"{one.system}: new, {', then '.join(moves) or 'it stays'}, {'reported' if one.reported else 'planned'}"
    if len(new) > SHOWN:
        yield f"and {len(new) - SHOWN} more in changes.csv"


def _cost(ink: Ink, more: float, book: Ledger, apart: bool) -> str:
    """What the whole plan costs more than the approved one did, new systems apart."""
    plan = "What was approved" if apart else "The plan"
    price = f" (and {ink.money(book.costs.stability)} counts for the changes)" if book.costs.stability else ""
    than = "it did then" if apart else "the approved one"
    return f"{plan} costs {_apart(ink, more)} than {than}, exposure in it{price}."


def _apart(ink: Ink, more: float) -> str:
    return f"{ink.money(abs(more))} {'more' if more >= 0 else 'less'}"


def _move(inventory: Inventory, ink: Ink, change: Change) -> str:
    was, now = (_place(inventory, change, move) for move in (change.before, change.now))
    report = inventory.progress.step(change.system, change.step) if inventory.progress else None
    which = change.system if change.step == 1 else f"{change.system}, second step"
    return _line(ink, which, change, f"{was} -> {now}", "" if report is None else report.note)


def _place(inventory: Inventory, change: Change, move: Move | None) -> str:
    """When a step cuts over; where it goes another way, also how."""
    if move is None:
        return "none" if change.step > 1 else "not to move" if change.before is None else "it stays"
    if change.what == "option":
        return f"{approach_text(move.approach, move.to)} (option {move.option})"
    when = inventory.label(move.cutover)
    return f"{approach_text(move.approach, move.to)} {when}" if change.what in ("approach", "service") else when


def _build(inventory: Inventory, ink: Ink, change: BuildChange) -> str:
    was, now = (
        "not built" if build is None else f"ready {inventory.label(build.ready)}"
        for build in (change.before, change.now)
    )
    report = inventory.progress.services.get(change.service) if inventory.progress else None
    return _line(ink, change.service, change, f"{was} -> {now}", "" if report is None else report.note)


def _line(ink: Ink, which: str, change: Change | BuildChange, then_now: str, note: str) -> str:
    if change.what == "cost":
        then_now = f"capital {_apart(ink, change.capital)}"
    why = f" ({note})" if note else ""
    return f"{which}: {_WORDS[change.what]}, {then_now}, {'reported' if change.reported else 'planned'}{why}"
