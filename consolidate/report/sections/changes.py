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
    language, facts = words.language, words.facts
    title = language.text("Changes since last quarter")
    if facts.quarter == 0:
        first = language.text("This is the first quarter: what has changed is said against the approved plan.")
        return Section("changes", title, (Paragraph(first),))
    if facts.since is None:
        none = language.text("There is no earlier quarter to compare with.")
        if facts.quarter >= 0:
            none = language.text(
                "No plan of a quarter ago is kept, so there is nothing to compare with. From now on one is: each pack "
                "puts the plan that it was made from beside it, for the next one."
            )
        return Section("changes", title, (Paragraph(none),))
    last = words.quarter(facts.quarter - 1)
    said = language.text("What is planned otherwise than at the end of {quarter}.", quarter=last)
    return Section("changes", title, (Paragraph(said), *_figures(words), *_changed(words, facts.since, "changes")))


def _figures(words: Wording) -> Iterator[PackTable]:
    """What was said a quarter ago, and now."""
    language, facts = words.language, words.facts
    if facts.headline_before is None:
        return
    then, now = facts.headline_before, facts.headline
    rows: list[Row] = [
        (language.text("Systems moved"), NumberOfKind(then.moved, "count"), NumberOfKind(now.moved, "count"))
    ]
    if not facts.audience.public:
        counts = NumberOfKind(then.unsupported, "count"), NumberOfKind(now.unsupported, "count")
        rows.append((language.text("Running unsupported"), *counts))
    rows.append(
        (language.text("Capital, in all"), NumberOfKind(then.capital, "money"), NumberOfKind(now.capital, "money"))
    )
    if then.finish and now.finish:
        rows.append((language.text("Last cutover"), words.quarter(then.finish - 1), words.quarter(now.finish - 1)))
    yield PackTable(
        "changes_figures",
        language.text("Figures then and now"),
        (
            column("figure", language.text("Figure")),
            column("before", words.quarter(facts.quarter - 1) if facts.quarter > 0 else language.text("Before")),
            column("now", words.quarter(facts.quarter)),
        ),
        tuple(rows),
    )


def changes_against_approved(words: Wording) -> Section:
    language, facts = words.language, words.facts
    title = language.text("Changes against the approved plan")
    if facts.against is None:
        return Section("against", title, (Paragraph(language.text("No plan has been approved yet.")),))
    said = language.text("What differs from the plan that was approved, because it happened so or is now planned so.")
    return Section("against", title, (Paragraph(said), *_changed(words, facts.against, "against")))


def _how(words: Wording, change: Change) -> str:
    """What has changed; of another way, both."""
    what, before, now = words.language.text(CHANGE_NAMES[change.what]), change.before, change.now
    if change.what not in ("approach", "service") or before is None or now is None:
        return what
    return words.language.text("{before}, now {after}", before=words.way(before), after=words.way(now))


def _changed(words: Wording, found: PlanChanges, key: str) -> Iterator[Block]:
    language = words.language
    total = sum(found.cost.values())
    exposure = found.cost.get("exposure", 0.0)
    if not found.moves and not found.builds:
        yield Paragraph(language.text("No system and no service has changed."))
    elif words.facts.audience.public:
        changed = language.number(len({change.system for change in found.moves}))
        builds = language.number(len(found.builds))
        yield Paragraph(
            language.text("Systems changed: {systems}; services changed: {builds}.", systems=changed, builds=builds)
        )
    else:
        changed = language.number(len({change.system for change in found.moves}))
        yield Paragraph(
            language.text(
                "Systems changed: {systems}; services changed: {builds}. In cash, discounted, it costs {cash}. "
                "Judged exposure, which is not cash: {exposure}.",
                systems=changed,
                builds=language.number(len(found.builds)),
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
            language.text("reported") if one.reported else language.text("planned"),
            *([one.cost if first[one.system] is one else None] if costs else []),
        )
        for one in found.moves
    ]
    if rows and costs:
        # What no changed system bears, so that the column adds up to what is said above.
        rest = total - sum(one.cost for one in first.values())
        empty = (None, None, None, None, None)
        rows.append((language.text("Services, agency staff and everything else"), *empty, rest))
        rows.append((language.text("Total"), *empty, total))
    if rows:
        yield PackTable(
            f"{key}_moves",
            language.text("Systems that have changed"),
            (
                column("system", language.text("System")),
                column("partner", language.text("Partner")),
                column("what", language.text("Change")),
                column("before", language.text("Cutover before"), "quarter"),
                column("now", language.text("Cutover now"), "quarter"),
                column("why", language.text("Reported or planned")),
                *([column("cost", language.text("Cost more (discounted)"), "money")] if costs else []),
            ),
            tuple(rows),
            total=costs,
            note=language.text("Judged exposure, which is not cash, is in what a system costs more.") if costs else "",
            cut=words.cut(len(rows) - 2 * costs, closing=2),
        )
    services: tuple[Row, ...] = tuple(
        (
            words.service(one.service),
            language.text(CHANGE_NAMES[one.what]),
            None if one.before is None else words.label(one.before.ready),
            None if one.now is None else words.label(one.now.ready),
            language.text("reported") if one.reported else language.text("planned"),
            *([one.cost] if costs else []),
        )
        for one in found.builds
    )
    if services:
        yield PackTable(
            f"{key}_services",
            language.text("Services that have changed"),
            (
                column("service", language.text("Service")),
                column("what", language.text("Change")),
                column("before", language.text("Ready before"), "quarter"),
                column("now", language.text("Ready now"), "quarter"),
                column("why", language.text("Reported or planned")),
                *([column("cost", language.text("Cost more (discounted)"), "money")] if costs else []),
            ),
            services,
        )
