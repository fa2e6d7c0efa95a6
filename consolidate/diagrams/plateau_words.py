"""What plateaus say in words: the state of a system, what appears and goes, the whole for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.diagrams.landscape import (
    AS_IS,
    BUILDING,
    OUTSIDE,
    READY,
    RENEWED,
    RETIRED,
    SHARED,
    STATES,
    UNDER_WAY,
    Gap,
    Plateau,
)
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import few, subtitle
from consolidate.diagrams.system_rows import SystemRow
from consolidate.vocabulary import translatable

STATE_WORDS = {
    AS_IS: translatable("as it was"),
    UNDER_WAY: translatable("work under way"),
    RENEWED: translatable("renewed or moved by its partner"),
    SHARED: translatable("on a shared service"),
    RETIRED: translatable("retired"),
    OUTSIDE: translatable("not in the programme yet"),
}
"""What each state of a system is called."""


def moment(view: PlanView, quarter: int) -> str:
    """The time of a plateau: ``Start of 2014/15 Q1``, ``End of 2014/15 Q4``."""
    if quarter < 0:
        return view.language.text("Start of {quarter}", quarter=view.words.quarter(0))
    return view.language.text("End of {quarter}", quarter=view.words.quarter(quarter))


def whereabouts_sentence(view: PlanView, row: SystemRow, plateau: Plateau) -> str:
    """Where a system is at a point in time, in full."""
    where = plateau.systems[row.system.id]
    what = view.language.text(STATE_WORDS[where.state])
    if where.state == SHARED:
        what = view.language.text("on {service}", service=view.words.service(where.service))
    elif where.state == RENEWED:
        what = view.words.approach(where.approach)[0].lower()
    parts = [
        view.language.text(
            "{when}: {partner}, {name}: {what}",
            when=moment(view, plateau.quarter),
            partner=view.words.partner(row.system.partner),
            name=row.name,
            what=what,
        )
    ]
    if where.beside:
        parts.append(view.language.text("the old system still runs"))
    if where.unsupported:
        parts.append(view.language.text("running unsupported"))
    return "; ".join(parts) + "."


def composition(view: PlanView, rows: Sequence[SystemRow], plateau: Plateau) -> str:
    """How many systems are in each state: ``as it was: 5, on a shared service: 3``."""
    counts = plateau.counts(rows)
    return ", ".join(
        view.language.text("{what}: {count}", what=view.language.text(STATE_WORDS[state]), count=f"{counts[state]:,}")
        for state in (*STATES, OUTSIDE)
        if counts[state]
    )


def changes(view: PlanView, gap: Gap, most: int) -> list[tuple[str, str]]:
    """What appears and goes, each as a heading and a text; ``most`` systems are named in each."""
    found = [
        *((view.language.text("Joins"), _joining(view, partner, count)) for partner, count in gap.joined.items()),
        *_if_any(view.language.text("New services"), ", ".join(view.words.service(one) for one in gap.ready)),
        *(
            (view.language.text("To {service}", service=view.words.service(to)), _names(view, rows, most))
            for to, rows in gap.moved.items()
        ),
        *_if_any(view.language.text("Renewed or moved by its partner"), _names(view, gap.renewed, most)),
        *_if_any(view.language.text("Goes"), _names(view, gap.retired, most)),
        *_if_any(view.language.text("Work under way"), _names(view, gap.begun, most)),
    ]
    return found or [("", view.language.text("Nothing changes."))]


def _if_any(heading: str, text: str) -> list[tuple[str, str]]:
    return [(heading, text)] if text else []


def _joining(view: PlanView, partner: str, count: int) -> str:
    return view.language.text(
        "{partner}, with {systems}", partner=view.words.partner(partner), systems=view.words.systems(count)
    )


def _names(view: PlanView, rows: Sequence[SystemRow], most: int) -> str:
    """The names of up to ``most`` systems; of a name that several systems have, its partner with it."""
    known = view.rows.with_name
    names = [
        f"{row.name} ({view.words.partner(row.system.partner)})" if known[row.name] > 1 else row.name for row in rows
    ]
    return few(view, names, most)


def plateaus_subtitle(view: PlanView, whole: bool) -> str:
    """What the picture shows, and of the whole programme what its plan comes to."""
    what = view.language.text("The landscape at each time, and between them what appears and goes.")
    return f"{what} {subtitle(view)}" if whole else what


def plateaus_description(
    view: PlanView, opening: str, plateaus: Sequence[Plateau], gaps: Sequence[Gap], most: int
) -> str:
    """The picture in words, for screen readers; ``opening``: its title and subtitle."""
    parts = [opening]
    for index, one in enumerate(plateaus):
        if index:
            told = changes(view, gaps[index - 1], most)
            what = "; ".join(f"{heading}: {said}" if heading else said for heading, said in told)
            parts.append(view.language.text("Then: {what}.", what=what.rstrip(".")))
        there = [view.words.service(service) for service, stage in one.services.items() if stage == READY]
        building = [view.words.service(service) for service, stage in one.services.items() if stage == BUILDING]
        said = [
            f"{moment(view, one.quarter)}: {composition(view, view.rows.every, one)}",
            *_labelled(view.language.text("Services that are there"), there),
            *_labelled(view.language.text("being built"), building),
        ]
        parts.append("; ".join(said) + ".")
    return " ".join([*parts, view.language.text("The same data stand in moves.csv.")])


def _labelled(heading: str, names: Sequence[str]) -> list[str]:
    return [f"{heading}: {', '.join(names)}"] if names else []
