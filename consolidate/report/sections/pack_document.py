"""The document of a Board pack: its sections in their order, in one language, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from consolidate.audience.restriction import Audience, highest_classification
from consolidate.language import Language
from consolidate.report.document import Block, Chart, Pack, PackPicture, PackTable, Section
from consolidate.report.facts.records import PackFacts
from consolidate.report.sections import changes, money, moves, programme, revenue, risk
from consolidate.report.sections.people import people_section
from consolidate.report.sections.summary import summary_blocks
from consolidate.report.sections.wording import Wording


def pack_document(
    facts: PackFacts,
    language: Language,
    *,
    drawn: tuple[str, bytes | None] | None,
    made_from: Mapping[str, str],
) -> Pack:
    """The whole pack.

    Args:
        drawn: the roadmap as SVG and PNG, in the same language; None where it could not be drawn.
        made_from: (label, value) of what it was made from, as :func:`pack_origin` says.
    """
    words = Wording(facts, language)
    found = (
        moves.burn_up_section(words),
        moves.roadmap_section(words, drawn),
        programme.milestones_section(words),
        programme.services_section(words),
        money.capital_section(words),
        revenue.revenue_section(words),
        revenue.areas_section(words),
        people_section(words),
        risk.unsupported_section(words),
        risk.contracts_section(words),
        moves.slippage_section(words),
        money.savings_section(words),
        money.measures_section(words),
        risk.risks_section(words),
        moves.next_quarter_section(words),
        changes.changes_since_last_quarter(words),
        changes.changes_against_approved(words),
        money.payments_section(words),
        programme.partners_section(words),
        programme.figures_section(words),
        risk.untranslated_section(words),
    )
    name = words.name(facts.shown.inventory.programme)
    return Pack(
        language=language.code,
        title=language.text("{programme}: Board pack", programme=name),
        subtitle=_subtitle(words),
        marking=highest_classification(facts.shown.inventory, facts.shown.inventory.systems).upper(),
        draft=language.draft,
        summary=summary_blocks(words),
        sections=tuple(_for_audience(facts.audience, section) for section in found if isinstance(section, Section)),
        properties=dict(made_from),
    )


def _for_audience(audience: Audience, section: Section) -> Section:
    """A partner's pack does not say in each row of a table whose it is."""
    if audience.partner is None:
        return section
    return replace(section, blocks=tuple(map(_without_partner, section.blocks)))


def _without_partner(block: Block) -> Block:
    if isinstance(block, PackTable):
        found = block.without("partner")
        return found if found.headers else block  # a row has to be called something
    if isinstance(block, Chart | PackPicture):
        table = _without_partner(block.table)
        assert isinstance(table, PackTable)
        return replace(block, table=table)
    return block


def _subtitle(words: Wording) -> str:
    language, facts = words.language, words.facts
    when = language.text("Position at the end of {quarter}", quarter=words.quarter(facts.quarter))
    parts = [when if facts.quarter >= 0 else language.text("Position before the start")]
    if facts.audience.partner is not None:
        parts.append(words.partner(facts.audience.partner))
    if facts.audience.public:
        parts.append(language.text("public version"))
    if facts.inventory.scenario is not None:
        parts.append(language.text("scenario {scenario}", scenario=facts.inventory.scenario))
    return " · ".join(parts)


def pack_origin(
    facts: PackFacts, language: Language, plan_hash: str, approved: tuple[str, str] | None, version: str
) -> dict[str, str]:
    """What a pack was made from. ``approved``: by whom, and when.

    A partner's pack says nothing that would change with another partner's data; a public one gives no hash.
    """
    said = {language.text("Quarter"): language.quarter(facts.shown.inventory.label(facts.quarter))}
    if approved is not None:
        said[language.text("Approved plan")] = language.text(
            "approved by {who} on {day}", who=approved[0], day=approved[1]
        )
    if facts.audience.partner is None:
        if not facts.audience.public:  # with a hash, guesses at what is left out could be tried
            said |= _hashes(facts, language, plan_hash)
        said[language.text("How good the plan is proven to be")] = _proven(language, facts.shown.plan.gap)
    said[language.text("Made with")] = f"consolidate {version}"
    return said


def _hashes(facts: PackFacts, language: Language, plan_hash: str) -> dict[str, str]:
    inventory = facts.shown.inventory
    said = {language.text("Plan (sha256)"): plan_hash, language.text("Inventory (sha256)"): inventory.content_hash}
    if inventory.progress is not None:
        said[language.text("Reports (sha256)")] = inventory.progress.hash
    if inventory.approved_hash is not None:
        said[language.text("Approved plan (sha256)")] = inventory.approved_hash
    return said


def _proven(language: Language, gap: float) -> str:
    if gap <= 1e-6:
        return language.text("the best there is")
    return language.text("at most {gap} from the best possible", gap=language.percent(gap, 2))
