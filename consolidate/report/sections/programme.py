"""Sections about the programme as such: milestones, shared services and their gates, partners, and how sure the
figures are."""

from __future__ import annotations

from consolidate.report.document import PackTable, Paragraph, Section, TableColumn
from consolidate.report.facts.records import MilestoneReached, ServiceComing
from consolidate.report.sections.wording import LEVEL_NAMES, Row, Wording
from consolidate.vocabulary import translatable

KIND_NAMES = {
    "governance": translatable("governance"),
    "engagement": translatable("engagement"),
    "deliverable": translatable("deliverable"),
    "planning": translatable("planning"),
}


def milestones_section(words: Wording) -> Section | None:
    """Milestones by their dates, those that ask nothing of the plan too; nothing where there are none."""
    language, found = words.language, words.facts.programme.milestones
    if not found:
        return None
    table = PackTable(
        "milestones",
        language.text("Milestones by date"),
        (
            TableColumn("by", language.text("By"), "date"),
            TableColumn("name", language.text("Milestone")),
            TableColumn("kind", language.text("Kind")),
            TableColumn("asks", language.text("What it asks")),
            TableColumn("live", language.text("By then, as planned"), "count"),
            TableColumn("reached", language.text("Reached")),
        ),
        tuple(_milestone(words, one) for one in found),
        headers=2,
        note=language.text("A milestone without a share is a date of the programme's: it asks nothing of the plan."),
        cut=words.cut(len(found)),
    )
    said = language.text("Dates that the programme is to keep, and how many systems have moved by each.")
    return Section("milestones", language.text("Milestones"), (Paragraph(said), table))


def _milestone(words: Wording, one: MilestoneReached) -> Row:
    language, rule = words.language, one.rule
    named = words.name(rule.name) if rule.name is not None else rule.why
    kind = None if rule.kind is None else language.text(KIND_NAMES[rule.kind])
    when = rule.day if rule.day is not None else words.quarter(rule.by)
    if rule.share is None:
        return when, named, kind, None, None, None
    asks = language.plural(
        "{share} of {n} system moved",
        "{share} of {n} systems moved",
        len(rule.who.systems),
        share=language.percent(float(rule.share)),
    )
    return when, named, kind, asks, one.live, _reached(words, one)


def _reached(words: Wording, one: MilestoneReached) -> str:
    """Whether it was reached; of one that is still to come, whether it will be by the plan."""
    language, kept = words.language, one.live >= one.rule.needed
    if one.rule.by <= words.facts.quarter:
        return language.text("yes") if kept else language.text("no")
    return language.text("will be, as planned") if kept else language.text("will not be, as planned")


def services_section(words: Wording) -> Section | None:
    """Shared services: when they are built and ready, and the systems that their builds wait for."""
    language, found = words.language, words.facts.programme.services
    if not found:
        return None
    builds = words.facts.audience.partner is None
    waiting = any(one.waits for one in found)
    table = PackTable(
        "services",
        language.text("Shared services"),
        (
            TableColumn("service", language.text("Service")),
            *([TableColumn("start", language.text("Build starts"), "quarter")] if builds else []),
            TableColumn("ready", language.text("Ready from"), "quarter"),
            *([TableColumn("waits", language.text("Waits for"))] if waiting else []),
            *([TableColumn("moved", language.text("Of those the last moves"), "quarter")] if waiting else []),
        ),
        tuple(_service(words, one, builds, waiting) for one in found),
        cut=words.cut(len(found)),
    )
    said = language.text("From when each service can be used.")
    if builds:
        said += " " + language.text("One that is never ready is not built by this plan.")
    if waiting:
        said += " " + language.text(
            "The build of a service that waits for systems starts when all of them have moved, and never if one stays."
        )
    return Section("services", language.text("Shared services"), (Paragraph(said), table))


def _service(words: Wording, one: ServiceComing, builds: bool, waiting: bool) -> Row:
    language, service = words.language, words.inventory.services[one.service]
    ready = words.label(one.ready)
    if one.ready is None:
        ready = language.text("not built")
    elif one.ready <= 0 and service.build is None:
        ready = language.text("from the start")
    cells: Row = (words.service(one.service), *((words.label(one.start),) if builds else ()), ready)
    if not waiting:
        return cells
    moved = [cutover for _, cutover in one.waits if cutover is not None]
    last = words.label(max(moved)) if moved and len(moved) == len(one.waits) else None
    if one.waits and last is None:
        last = language.text("not all move")
    return (*cells, words.few_systems([system for system, _ in one.waits]), last)


def partners_section(words: Wording) -> Section:
    """The partners: whom to ask, and from when they take part."""
    language, inventory, facts = words.language, words.inventory, words.facts
    partners = list(inventory.partners.values())
    joining = any(one.joins > 0 for one in partners)
    asked = any(one.contact for one in partners)
    counts = dict.fromkeys(inventory.partners, 0)
    for system in inventory.systems.values():
        counts[system.partner] += 1
    table = PackTable(
        "partners",
        language.text("Partners"),
        (
            TableColumn("name", language.text("Partner")),
            *([TableColumn("joins", language.text("Takes part from"), "quarter")] if joining else []),
            TableColumn("systems", language.text("Systems"), "count"),
            TableColumn("users", language.text("Users"), "count"),
            *([TableColumn("contact", language.text("Contact"))] if asked else []),
        ),
        tuple(
            (
                words.partner(one.id),
                *((words.label(one.joins) if one.joins > 0 else language.text("the start"),) if joining else ()),
                counts[one.id],
                one.users,
                *((one.contact,) if asked else ()),
            )
            for one in partners
        ),
    )
    said = language.text("Who takes part, and with how many systems.")
    if facts.audience.public:
        said = language.text("Who takes part, and with how many of the systems that this pack speaks of.")
    if joining:
        said += " " + language.text("Before a partner takes part, nothing of its systems counts and it bears no costs.")
    return Section("partners", language.text("Partners"), (Paragraph(said), table))


def figures_section(words: Wording) -> Section | None:
    """How sure the figures of systems are; nothing where none is said to be surer than another."""
    language, found = words.language, words.facts.programme.known
    if not found:
        return None
    table = PackTable(
        "confidence",
        language.text("Systems by confidence in their figures"),
        (
            TableColumn("confidence", language.text("Confidence")),
            TableColumn("systems", language.text("Systems"), "count"),
            TableColumn("cost", language.text("Running and contracts a year, today"), "money"),
        ),
        tuple((language.text(LEVEL_NAMES[one.confidence]), one.systems, one.cost) for one in found),
    )
    said = language.text("How sure those are who gave the figures of each system; medium where nobody said so.")
    return Section("confidence", language.text("How sure the figures are"), (Paragraph(said), table))
