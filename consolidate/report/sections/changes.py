"""What has changed: since the last quarter, and against the plan that was approved, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.accounts.differences import Change
from consolidate.report.document import Block, NumberOfKind, PackTable, Paragraph, Section
from consolidate.report.facts.records import PlanChanges
from consolidate.report.sections.wording import Row, Wording, column
from consolidate.vocabulary import marked

CHANGE_NAMES = {
    "sooner": marked("sooner"),
    "later": marked("later"),
    "approach": marked("another approach"),
    "service": marked("another service"),
    "option": marked("another option"),
    "cost": marked("another cost"),
    "added": marked("added"),
    "dropped": marked("dropped"),
}


def changes_since_last_quarter(words: Wording) -> Section:
    own, facts = words.own, words.facts
    title = own.text("Changes since last quarter")
    if facts.quarter == 0:
        first = own.text("This is the first quarter: what has changed is said against the approved plan.")
        return Section("changes", title, (Paragraph(first),))
    if facts.since is None:
        none = own.text("There is no earlier quarter to compare with.")
        if facts.quarter >= 0:
            none = own.text(
                "No plan of a quarter ago is kept, so there is nothing to compare with. From now on one is: each pack "
                "puts the plan that it was made from beside it, for the next one."
            )
        return Section("changes", title, (Paragraph(none),))
    last = words.quarter(facts.quarter - 1)
    said = own.text("What is planned otherwise than at the end of {quarter}.", quarter=last)
    return Section("changes", title, (Paragraph(said), *_figures(words), *_changed(words, facts.since, "changes")))


def _figures(words: Wording) -> Iterator[PackTable]:
    """What was said a quarter ago, and now."""
    own, facts = words.own, words.facts
    if facts.earlier is None:
        return
    then, now = facts.earlier, facts.headline
    rows: list[Row] = [(own.text("Systems moved"), NumberOfKind(then.moved, "count"), NumberOfKind(now.moved, "count"))]
    if not facts.audience.public:
        counts = NumberOfKind(then.unsupported, "count"), NumberOfKind(now.unsupported, "count")
        rows.append((own.text("Running unsupported"), *counts))
    rows.append((own.text("Capital, in all"), NumberOfKind(then.capital, "money"), NumberOfKind(now.capital, "money")))
    if then.finish and now.finish:
        rows.append((own.text("Last cutover"), words.quarter(then.finish - 1), words.quarter(now.finish - 1)))
    yield PackTable(
        "changes_figures",
        own.text("Figures then and now"),
        (
            column("figure", own.text("Figure")),
            column("before", words.quarter(facts.quarter - 1) if facts.quarter > 0 else own.text("Before")),
            column("now", words.quarter(facts.quarter)),
        ),
        tuple(rows),
    )


def changes_against_approved(words: Wording) -> Section:
    own, facts = words.own, words.facts
    title = own.text("Changes against the approved plan")
    if facts.against is None:
        return Section("against", title, (Paragraph(own.text("No plan has been approved yet.")),))
    said = own.text("What differs from the plan that was approved, because it happened so or is now planned so.")
    return Section("against", title, (Paragraph(said), *_changed(words, facts.against, "against")))


def _how(words: Wording, change: Change) -> str:
    """What has changed; of another way, both."""
    what, before, now = words.own.text(CHANGE_NAMES[change.what]), change.before, change.now
    if change.what not in ("approach", "service") or before is None or now is None:
        return what
    return words.own.text("{before}, now {after}", before=words.way(before), after=words.way(now))


def _changed(words: Wording, found: PlanChanges, key: str) -> Iterator[Block]:
    own = words.own
    total = sum(found.cost.values())
    exposure = found.cost.get("exposure", 0.0)
    if not found.moves and not found.builds:
        yield Paragraph(own.text("No system and no service has changed."))
    elif words.facts.audience.public:
        changed = own.number(len({change.system for change in found.moves}))
        builds = own.number(len(found.builds))
        yield Paragraph(
            own.text("Systems changed: {systems}; services changed: {builds}.", systems=changed, builds=builds)
        )
    else:
        changed = own.number(len({change.system for change in found.moves}))
        yield Paragraph(
            own.text(
                "Systems changed: {systems}; services changed: {builds}. In cash, discounted, it costs {cash}. "
                "Judged exposure, which is not cash: {exposure}.",
                systems=changed,
                builds=own.number(len(found.builds)),
                cash=words.apart(total - exposure),
                exposure=words.apart(exposure),
            )
        )
    costs = not words.facts.audience.public
    # What a system costs more is said once, beside its first change.
    first = {one.system: one for one in reversed(found.moves)}
    rows: list[Row] = [
        (
            words.step(one.system, one.step),
            words.partner_of(one.system),
            _how(words, one),
            None if one.before is None else words.label(one.before.cutover),
            None if one.now is None else words.label(one.now.cutover),
            own.text("reported") if one.reported else own.text("planned"),
            *([one.cost if first[one.system] is one else None] if costs else []),
        )
        for one in found.moves
    ]
    if rows and costs:
        # What no changed system bears, so that the column adds up to what is said above.
        rest = total - sum(one.cost for one in first.values())
        empty = (None, None, None, None, None)
        rows.append((own.text("Services, agency staff and everything else"), *empty, rest))
        rows.append((own.text("Total"), *empty, total))
    if rows:
        yield PackTable(
            f"{key}_moves",
            own.text("Systems that have changed"),
            (
                column("system", own.text("System")),
                column("partner", own.text("Partner")),
                column("what", own.text("Change")),
                column("before", own.text("Cutover before"), "quarter"),
                column("now", own.text("Cutover now"), "quarter"),
                column("why", own.text("Reported or planned")),
                *([column("cost", own.text("Cost more (discounted)"), "money")] if costs else []),
            ),
            tuple(rows),
            total=costs,
            note=own.text("Judged exposure, which is not cash, is in what a system costs more.") if costs else "",
            cut=words.cut(len(rows) - 2 * costs, closing=2),
        )
    services: tuple[Row, ...] = tuple(
        (
            words.service(one.service),
            own.text(CHANGE_NAMES[one.what]),
            None if one.before is None else words.label(one.before.ready),
            None if one.now is None else words.label(one.now.ready),
            own.text("reported") if one.reported else own.text("planned"),
            *([one.cost] if costs else []),
        )
        for one in found.builds
    )
    if services:
        yield PackTable(
            f"{key}_services",
            own.text("Services that have changed"),
            (
                column("service", own.text("Service")),
                column("what", own.text("Change")),
                column("before", own.text("Ready before"), "quarter"),
                column("now", own.text("Ready now"), "quarter"),
                column("why", own.text("Reported or planned")),
                *([column("cost", own.text("Cost more (discounted)"), "money")] if costs else []),
            ),
            services,
        )
