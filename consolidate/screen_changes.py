"""What differs from the approved plan, in a few lines for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import fsum

from consolidate.changes import BuildChange, Change, What, build_changes, changes, renumbered
from consolidate.inventory import Inventory
from consolidate.ledger import Ledger, ledger
from consolidate.plan import Plan
from consolidate.screen import Ink

SHOWN = 6
"""Changes told one by one; changes.csv has them all."""

_WORDS: dict[What, str] = {
    "later": "later",
    "sooner": "sooner",
    "approach": "in another way",
    "service": "into another service",
    "added": "added",
    "dropped": "dropped",
}


def against_approved(inventory: Inventory, plan: Plan, book: Ledger, ascii_only: bool = False) -> Iterator[str]:
    """Lines that say what is not as approved, why, and what it costs; none where no plan is approved."""
    approved = inventory.approved
    if approved is None:
        return
    then = ledger(replace(inventory, progress=None, open=0), renumbered(inventory, approved))
    found = changes(inventory, approved, plan, then, book)
    built = build_changes(inventory, approved, plan)
    if not found:
        same = not built and abs(_more(then, book)) < 0.5
        yield f"APPROVED  {'Everything' if same else 'Every move'} is as it was approved."
        if not same:
            yield f"{' ' * 10}{_cost(inventory, then, book, ascii_only)}"
        yield from (f"{' ' * 10}{_built(inventory, one)}" for one in built[:SHOWN])
        return
    counts = Counter(change.what for change in found)
    told = ", ".join(f"{counts[what]} {word}" for what, word in _WORDS.items() if counts[what])
    happened = sum(change.reported for change in found)
    yield f"APPROVED  {len(found)} moves are not as approved: {told}; {happened} of them reported, the others planned."
    yield f"{' ' * 10}{_cost(inventory, then, book, ascii_only)}"
    first = sorted(found, key=lambda change: (not change.reported, -abs(change.quarters or 4)))
    for change in first[:SHOWN]:
        yield f"{' ' * 10}{_line(inventory, change)}"
    if len(found) > SHOWN:
        yield f"{' ' * 10}and {len(found) - SHOWN} more in changes.csv"


def _cost(inventory: Inventory, then: Ledger, book: Ledger, ascii_only: bool) -> str:
    """What the whole plan costs more than the approved one did."""
    ink = Ink(inventory.currency, ascii_only, 0)
    more = _more(then, book)
    what = "more" if more >= 0 else "less"
    price = f" (and {ink.money(book.costs.stability)} counts for the changes)" if book.costs.stability else ""
    return f"The plan costs {ink.money(abs(more))} {what} than the approved one, exposure in it{price}."


def _line(inventory: Inventory, change: Change) -> str:
    label = inventory.label
    was = "not to move" if change.before is None else label(change.before.cutover)
    now = "it stays" if change.now is None else label(change.now.cutover)
    report = inventory.progress.step(change.system, change.step) if inventory.progress else None
    why = f" ({report.note})" if report is not None and report.note else ""
    status = "reported" if change.reported else "planned"
    return f"{change.system}: {_WORDS[change.what]}, {was} -> {now}, {status}{why}"


def _more(then: Ledger, book: Ledger) -> float:
    return fsum((book.total - book.costs.stability, -then.total, then.costs.stability))


def _built(inventory: Inventory, change: BuildChange) -> str:
    was, now = (
        "not built" if build is None else f"ready {inventory.label(build.ready)}"
        for build in (change.before, change.now)
    )
    return f"{change.service}: {was} -> {now}, {'reported' if change.reported else 'planned'}"
