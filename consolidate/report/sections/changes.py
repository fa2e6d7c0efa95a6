"""What has changed: since the last quarter, and against the plan that was approved, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from consolidate.accounts.differences import Change, NewSystem
from consolidate.report.document import Block, NumberOfKind, PackTable, Paragraph, Section, TableColumn
from consolidate.report.facts.records import PlanChanges
from consolidate.report.sections.wording import Row, Wording
from consolidate.vocabulary import translatable

CHANGE_NAMES = {
    "sooner": translatable("sooner"),
    "later": translatable("later"),
    "approach": translatable("another approach"),
    "service": translatable("another service"),
    "option": translatable("another option"),
    "cost": translatable("another cost"),
    "added": translatable("added"),
    "dropped": translatable("dropped"),
}


def changes_since_last_quarter(words: Wording) -> Section:
    """What is planned otherwise than a quarter ago, and the figures then and now."""
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
    capital = language.text("Capital, in all")
    if facts.audience.public:
        capital = language.text("Capital of moves")
    rows.append((capital, NumberOfKind(then.capital, "money"), NumberOfKind(now.capital, "money")))
    if then.finish and now.finish:
        rows.append((language.text("Last cutover"), words.quarter(then.finish - 1), words.quarter(now.finish - 1)))
    yield PackTable(
        "changes_figures",
        language.text("Figures then and now"),
        (
            TableColumn("figure", language.text("Figure")),
            TableColumn("before", words.quarter(facts.quarter - 1) if facts.quarter > 0 else language.text("Before")),
            TableColumn("now", words.quarter(facts.quarter)),
        ),
        tuple(rows),
    )


def changes_against_approved(words: Wording) -> Section:
    """What differs from the plan that was approved last."""
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
    return words.language.text(
        "{before}, now {after}", before=words.approach_and_service(before), after=words.approach_and_service(now)
    )


def _changed(words: Wording, found: PlanChanges, key: str) -> Iterator[Block]:
    """What differs between two plans: a sentence, and a table each of systems and of services."""
    yield Paragraph(_changed_in_all(words, found))
    if found.moves:
        yield _changed_moves(words, found, key)
    if found.builds:
        yield _changed_services(words, found, key)
    if found.new:
        yield _new_systems(words, found.new, key)


def _changed_in_all(words: Wording, found: PlanChanges) -> str:
    language = words.language
    if not found.moves and not found.builds:
        if found.new:
            return language.text("No service and no system that was known then has changed.")
        return language.text("No system and no service has changed.")
    systems = language.number(len({change.system for change in found.moves}))
    builds = language.number(len(found.builds))
    if words.facts.audience.public:
        return language.text("Systems changed: {systems}; services changed: {builds}.", systems=systems, builds=builds)
    cash, exposure = words.apart(sum(found.cost.values()) - found.exposure), words.apart(found.exposure)
    if words.counts_own_time:
        return language.text(
            "Systems changed: {systems}; services changed: {builds}. In cash and own people’s time, discounted, it "
            "costs {cash}. Judged exposure, which is not cash: {exposure}.",
            systems=systems,
            builds=builds,
            cash=cash,
            exposure=exposure,
        )
    return language.text(
        "Systems changed: {systems}; services changed: {builds}. In cash, discounted, it costs {cash}. "
        "Judged exposure, which is not cash: {exposure}.",
        systems=systems,
        builds=builds,
        cash=cash,
        exposure=exposure,
    )


def _changed_moves(words: Wording, found: PlanChanges, key: str) -> PackTable:
    """A row for each step; what a system costs more is given with its first change. To the public no costs."""
    language, costs = words.language, not words.facts.audience.public
    first = {one.system: one for one in reversed(found.moves)}
    rows: list[Row] = [
        (
            words.step(one.system, one.step),
            words.partner_of(one.system),
            _how(words, one),
            None if one.before is None else words.label(one.before.cutover),
            None if one.now is None else words.label(one.now.cutover),
            _reported_or_planned(words, one.reported),
            *([one.cost if first[one.system] is one else None] if costs else []),
        )
        for one in found.moves
    ]
    if costs:
        # What no changed system bears, so that the column adds up to what is said above.
        total = sum(found.cost.values())
        rest = total - sum(one.cost for one in first.values())
        empty = (None, None, None, None, None)
        rows.append((language.text("Services, agency staff, own people's time and everything else"), *empty, rest))
        rows.append((language.text("Total"), *empty, total))
    return PackTable(
        f"{key}_moves",
        language.text("Systems that have changed"),
        (
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("what", language.text("Change")),
            TableColumn("before", language.text("Cutover before"), "quarter"),
            TableColumn("now", language.text("Cutover now"), "quarter"),
            TableColumn("why", language.text("Reported or planned")),
            *_cost_column(words),
        ),
        tuple(rows),
        total=costs,
        note=language.text("Judged exposure, which is not cash, is in what a system costs more.") if costs else "",
        cut=words.cut(len(rows) - 2 * costs, closing=2),
    )


def _changed_services(words: Wording, found: PlanChanges, key: str) -> PackTable:
    """A row for each service whose build has changed. To the public no costs."""
    language, costs = words.language, not words.facts.audience.public
    rows: tuple[Row, ...] = tuple(
        (
            words.service(one.service),
            language.text(CHANGE_NAMES[one.what]),
            None if one.before is None else words.label(one.before.ready),
            None if one.now is None else words.label(one.now.ready),
            _reported_or_planned(words, one.reported),
            *([one.cost] if costs else []),
        )
        for one in found.builds
    )
    return PackTable(
        f"{key}_services",
        language.text("Services that have changed"),
        (
            TableColumn("service", language.text("Service")),
            TableColumn("what", language.text("Change")),
            TableColumn("before", language.text("Ready before"), "quarter"),
            TableColumn("now", language.text("Ready now"), "quarter"),
            TableColumn("why", language.text("Reported or planned")),
            *_cost_column(words),
        ),
        rows,
    )


def _new_systems(words: Wording, new: tuple[NewSystem, ...], key: str) -> PackTable:
    """A row for each system that the earlier plan does not know. To the public no costs."""
    language, costs = words.language, not words.facts.audience.public
    rows: list[Row] = [
        (
            words.system(one.system),
            words.partner_of(one.system),
            words.approach_and_service(one.moves[0]) if one.moves else words.status("stays"),
            words.label(one.moves[0].cutover) if one.moves else None,
            _reported_or_planned(words, one.reported),
            *((one.cost, one.saves) if costs else ()),
        )
        for one in new
    ]
    if costs:
        total = (fsum(one.cost for one in new), fsum(one.saves for one in new))
        rows.append((language.text("Total"), None, None, None, None, *total))
    return PackTable(
        f"{key}_new",
        language.text("New systems, which the earlier plan does not know"),
        (
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("what", language.text("What becomes of it")),
            TableColumn("now", language.text("Cutover now"), "quarter"),
            TableColumn("why", language.text("Reported or planned")),
            *(
                [
                    TableColumn("cost", language.text("Costs (discounted)"), "money"),
                    TableColumn("saves", language.text("Less than left as it is"), "money"),
                ]
                if costs
                else []
            ),
        ),
        tuple(rows),
        total=costs,
        note=language.text("What they cost and save is not in what is more or less above.") if costs else "",
        cut=words.cut(len(rows) - costs),
    )


def _reported_or_planned(words: Wording, reported: bool) -> str:
    return words.language.text("reported") if reported else words.language.text("planned")


def _cost_column(words: Wording) -> tuple[TableColumn, ...]:
    """What a change costs, which is not public."""
    if words.facts.audience.public:
        return ()
    return (TableColumn("cost", words.language.text("Cost more (discounted)"), "money"),)
