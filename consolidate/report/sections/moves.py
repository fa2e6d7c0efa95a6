"""What moves: how far the programme is, the roadmap, what is late, what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.inventory import Inventory
from consolidate.plan import Move, move_order
from consolidate.report.document import Block, Chart, PackPicture, PackTable, Paragraph, Section, Series, TableColumn
from consolidate.report.sections.wording import Row, Wording

DETAILED = 150
"""So many systems have a row each in the roadmap's table."""


def burn_up_section(words: Wording) -> Section:
    """Systems moved, against the approved plan."""
    language, facts = words.language, words.facts.burn_up
    T = words.inventory.plan_quarters
    labels = tuple(words.inventory.label(q) for q in range(T))
    rows = tuple(
        (
            words.label(q),
            None if facts.approved is None else facts.approved[q],
            facts.actual[q],
            facts.forecast[q] if facts.actual[q] is None else None,
            facts.total - next(one for one in (facts.actual[q], facts.forecast[q]) if one is not None),
        )
        for q in range(T)
    )
    table = PackTable(
        "burn_up",
        language.text("Systems moved by the end of each quarter"),
        (
            TableColumn("quarter", language.text("Quarter"), "quarter"),
            TableColumn("approved", language.text("Approved"), "count"),
            TableColumn("actual", language.text("Moved"), "count"),
            TableColumn("forecast", language.text("Forecast"), "count"),
            TableColumn("left", language.text("Still to move"), "count"),
        ),
        rows,
        note="" if facts.approved is not None else language.text("No plan has been approved yet."),
    )
    series = [
        *([Series(language.text("Approved"), facts.approved, "ghost")] if facts.approved is not None else []),
        *([Series(language.text("Moved"), facts.actual)] if any(one is not None for one in facts.actual) else []),
        Series(language.text("Forecast"), facts.forecast),
    ]
    chart = Chart(
        "burn_up",
        language.text("Systems moved: approved, actual and forecast"),
        _burn_up_said(words),
        labels,
        tuple(series),
        language.text("systems"),
        table,
        marks=((facts.first_of_last_year, T - 1, language.text("last year")),) if facts.first_of_last_year < T else (),
    )
    said = (Paragraph(_burn_up_said(words)), *_cutovers(words), *_volume(words), *_missed(words))
    return Section("moved", language.text("Systems moved"), (*said, chart))


def _burn_up_said(words: Wording) -> str:
    language, facts = words.language, words.facts.burn_up
    if facts.due is None:
        return language.text(
            "Systems moved: {moved} of {all}; still to move: {left}.",
            moved=language.number(facts.moved),
            all=language.number(facts.total),
            left=language.number(facts.left),
        )
    said = language.text(
        "Systems moved: {moved} of {all}; approved to have moved by now: {due}; still to move: {left}.",
        moved=language.number(facts.moved),
        all=language.number(facts.total),
        due=language.number(facts.due),
        left=language.number(facts.left),
    )
    if facts.new:
        new = language.number(facts.new)
        said += " " + language.text(
            "New, and not in the approved plan: {new} of {all}.", new=new, all=language.number(facts.total)
        )
    return said


def _cutovers(words: Wording) -> Iterator[Block]:
    """How many cutovers there are in all, where they are more than the systems that move."""
    language, facts = words.language, words.facts.burn_up
    if facts.renewals or facts.second_steps:
        yield Paragraph(
            language.text(
                "A system is counted once, when it first moves or is retired. Not counted are renewals in place "
                "({renewals}) and second steps ({second}); with them there are {all} cutovers.",
                renewals=language.number(facts.renewals),
                second=language.number(facts.second_steps),
                all=language.number(facts.total + facts.renewals + facts.second_steps),
            )
        )


def _missed(words: Wording) -> Iterator[Block]:
    """What was to be reached by now, and was not."""
    language = words.language
    for one in words.facts.missed_goals:
        of_what = "; ".join(text for text in (one.who, one.why) if text)
        why = f" ({of_what})" if of_what else ""
        whose = f" ({words.partners(one.who.split(', '))})" if one.rule != "milestone" and one.who else ""
        if one.rule == "target":
            yield Paragraph(
                language.text(
                    "Missed target: {wanted} of running costs saved in {year}{whose}; saved: {saved}.",
                    wanted=words.money(one.wanted),
                    year=one.label,
                    saved=words.money(one.reached),
                    whose=whose,
                )
            )
        elif one.rule == "budget":
            yield Paragraph(
                language.text(
                    "Exceeded budget: at most {wanted} of revenue in {year}{whose}; it came to {spent}.",
                    wanted=words.money(one.wanted),
                    year=one.label,
                    spent=words.money(one.reached),
                    whose=whose,
                )
            )
        else:
            yield Paragraph(
                language.text(
                    "Missed milestone: {share} of {all} systems moved by the end of {quarter}{why}; moved: {moved}.",
                    share=language.percent(one.share / 100),
                    all=language.number(one.all),
                    quarter=words.quarter(one.by),
                    why=why,
                    moved=language.number(int(one.reached)),
                )
            )


def _volume(words: Wording) -> Iterator[Block]:
    """Whether a large volume is left to the last year."""
    language, facts = words.language, words.facts.burn_up
    if not facts.total:
        return
    said = language.plural(
        "In the last financial year, {year} (shaded): {n} move, {share} of all.",
        "In the last financial year, {year} (shaded): {n} moves, {share} of all.",
        facts.last_year,
        share=language.percent(facts.last_year / facts.total),
        year=words.year(words.inventory.calendar.year(words.inventory.plan_quarters - 1)),
    )
    if facts.last_year_approved is not None and facts.total_approved:
        share = language.percent(facts.last_year_approved / facts.total_approved)
        said += " " + language.text(
            "Approved: {count}, {share} of all.", count=language.number(facts.last_year_approved), share=share
        )
    yield Paragraph(said)


# ---- the roadmap --------------------------------------------------------------------------------


def roadmap_section(words: Wording, drawn: tuple[str, bytes | None] | None) -> Section:
    """``drawn``: the picture as SVG and PNG; None where nothing here can draw."""
    language = words.language
    detailed = len(words.inventory.systems) <= DETAILED
    table = _each(words) if detailed else _by_year(words)
    said = language.text("When each system moves, and how.")
    if words.inventory.approved is not None:
        said += " " + language.text("A dashed frame shows where the approved plan had what has changed since.")
    title = language.text("Roadmap")
    if drawn is None:
        missing = language.text("The picture is missing: Graphviz is not installed where this pack was made.")
        return Section("roadmap", title, (Paragraph(said), Paragraph(missing), table))
    description = language.text(
        "A lane for each partner, with a bar from the start of work to the cutover of what moves, along the quarters "
        "of the programme; the table says the same."
    )
    heading = language.text("{name}: roadmap", name=words.name(words.inventory.programme))
    picture = PackPicture("roadmap", heading, description, drawn[0], drawn[1], table)
    return Section("roadmap", title, (Paragraph(said), picture))


def _each(words: Wording) -> PackTable:
    language, inventory = words.language, words.inventory
    approved = {(move.system, move.step): move for move in (inventory.approved.moves if inventory.approved else ())}
    rows: list[Row] = []
    for move in _by_partner(inventory, words.facts.shown.plan.moves):
        was = approved.get((move.system, move.step))
        rows.append(
            (
                words.system(move.system),
                words.partner_of(move.system),
                words.approach(move.approach),
                words.service(move.to),
                words.label(move.start),
                words.label(move.cutover),
                None if was is None else words.label(was.cutover),
                words.status(_state(inventory, move)),
            )
        )
    for stay in words.facts.shown.plan.stays:
        rows.append(
            (
                *(words.system(stay.system), words.partner_of(stay.system), words.approach(stay.approach)),
                *(None, None, None, None, words.status("stays")),
            )
        )
    return PackTable(
        "roadmap",
        language.text("Every system: how it moves and when"),
        (
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("approach", language.text("Approach")),
            TableColumn("service", language.text("Service")),
            TableColumn("start", language.text("Start"), "quarter"),
            TableColumn("cutover", language.text("Cutover"), "quarter"),
            TableColumn("approved", language.text("Cutover as approved"), "quarter"),
            TableColumn("status", language.text("Status")),
        ),
        tuple(rows),
    )


def _by_partner(inventory: Inventory, moves: tuple[Move, ...]) -> list[Move]:
    partners = list(inventory.partners)
    return sorted(moves, key=lambda move: (partners.index(inventory.systems[move.system].partner), *move_order(move)))


def _state(inventory: Inventory, move: Move) -> str:
    report = inventory.progress.step(move.system, move.step) if inventory.progress else None
    return report.status if report is not None and report.stands else "planned"


def _by_year(words: Wording) -> PackTable:
    """How many systems cut over in each year: the form for many systems."""
    language, inventory = words.language, words.inventory
    years = sorted({inventory.calendar.year(move.cutover) for move in words.facts.shown.plan.moves})
    counts: dict[tuple[str, int], int] = {}
    for move in words.facts.shown.plan.moves:
        key = (inventory.systems[move.system].partner, inventory.calendar.year(move.cutover))
        counts[key] = counts.get(key, 0) + 1
    rows = tuple(
        (words.partner(id), words.year(year), counts[id, year])
        for id in inventory.partners
        for year in years
        if (id, year) in counts
    )
    return PackTable(
        "roadmap",
        language.text("Cutovers by partner and financial year"),
        (
            TableColumn("partner", language.text("Partner")),
            TableColumn("year", language.text("Financial year")),
            TableColumn("cutovers", language.text("Cutovers"), "count"),
        ),
        rows,
        headers=2,
        note=language.text("Every step is counted, a renewal in place and a second step, too."),
    )


# ---- late, next ------------------------------------------------------------------------


def slippage_section(words: Wording) -> Section:
    """Moves and services later than approved, and the reasons that were reported."""
    language, facts = words.language, words.facts
    title = language.text("Slipped moves and why")
    if words.inventory.approved is None:
        return Section("slipped", title, (Paragraph(language.text("No plan has been approved yet.")),))
    rows: tuple[Row, ...] = tuple(
        (
            words.step(one.system, one.step),
            words.partner_of(one.system),
            words.label(one.approved),
            words.label(one.now),
            None if one.now is None else one.now - one.approved,
            words.status(one.status),
            one.note,
        )
        for one in facts.slips
    )
    blocks: list[Block] = [Paragraph(_slipped_said(words))]
    if rows:
        columns = (
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("approved", language.text("Cutover as approved"), "quarter"),
            TableColumn("now", language.text("Cutover now"), "quarter"),
            TableColumn("late", language.text("Quarters late"), "count"),
            TableColumn("status", language.text("Status")),
            TableColumn("why", language.text("Why")),
        )
        blocks.append(
            PackTable(
                "slipped",
                language.text("Moves later than approved, and not begun in time"),
                columns,
                rows,
                cut=words.cut(len(rows)),
            )
        )
    late = tuple(
        (words.service(one.service), words.label(one.approved), words.label(one.now), one.note) for one in facts.late
    )
    if late:
        services = (
            TableColumn("service", language.text("Service")),
            TableColumn("approved", language.text("Ready as approved"), "quarter"),
            TableColumn("now", language.text("Ready now"), "quarter"),
            TableColumn("why", language.text("Why")),
        )
        blocks.append(PackTable("services_late", language.text("Services ready later than approved"), services, late))
    return Section("slipped", title, tuple(blocks))


def _slipped_said(words: Wording) -> str:
    slips = words.facts.slips
    if not slips:
        return words.language.text("No reported move is later than approved, and none should have begun that has not.")
    waiting = sum(one.status == "waiting" for one in slips)
    said = []
    if waiting < len(slips):
        late = words.language.plural(
            "{n} reported move is later than approved, or has been stopped or given up.",
            "{n} reported moves are later than approved, or have been stopped or given up.",
            len(slips) - waiting,
        )
        said.append(late)
    if waiting:
        begun = words.language.plural(
            "{n} move should have begun by now, and no report says that it has.",
            "{n} moves should have begun by now, and no report says that they have.",
            waiting,
        )
        said.append(begun)
    return " ".join(said)


def next_quarter_section(words: Wording) -> Section:
    """What the plan does next quarter."""
    language, coming = words.language, words.facts.next_quarter
    title = language.text("Next quarter")
    if coming is None:
        return Section("next", title, (Paragraph(language.text("The programme's horizon has ended.")),))
    rows: list[Row] = []
    for what, moves in ((language.text("starts"), coming.starts), (language.text("cuts over"), coming.cutovers)):
        rows += [
            (
                what,
                words.step(move.system, move.step),
                words.partner_of(move.system),
                words.approach(move.approach),
                words.service(move.to),
            )
            for move in moves
        ]
    rows += [(language.text("build starts"), None, None, None, words.service(build.service)) for build in coming.builds]
    for build in coming.ready:
        ready = language.text("ready from {quarter}", quarter=words.quarter(build.ready))
        rows.append((ready, None, None, None, words.service(build.service)))
    said = language.text(
        "In {quarter}: moves that start: {starts}; cutovers: {cutovers}; builds that start: {builds}.",
        quarter=words.quarter(coming.quarter),
        starts=language.number(len(coming.starts)),
        builds=language.number(len(coming.builds)),
        cutovers=language.number(len(coming.cutovers)),
    )
    table = PackTable(
        "next",
        language.text("What the plan does in {quarter}", quarter=words.quarter(coming.quarter)),
        (
            TableColumn("what", language.text("What happens")),
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("approach", language.text("Approach")),
            TableColumn("service", language.text("Service")),
        ),
        tuple(rows),
        cut=words.cut(len(rows)),
    )
    return Section("next", title, (Paragraph(said), table) if rows else (Paragraph(said),))
