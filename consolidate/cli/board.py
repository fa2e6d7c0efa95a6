"""``consolidate board``: the Board pack of a quarter, in every form and language that is wanted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from consolidate.cli.console import (
    InventoryOption,
    UserErrorExit,
    complain,
    reason,
    say,
    text_of,
    warn,
    watched,
    writable,
)
from consolidate.cli.remedies import worded
from consolidate.errors import Message, NoPlan, RejectedPlan, Remedy
from consolidate.version import __version__

if TYPE_CHECKING:
    from consolidate.inventory import Inventory
    from consolidate.language import Language
    from consolidate.plan import Plan
    from consolidate.report.document import Pack
    from consolidate.report.facts.plan_books import Basis, PlanBooks
    from consolidate.report.facts.records import PackFacts

FORMATS = ("html", "pdf", "docx", "xlsx", "csv")
LONGEST = 300.0
"""Seconds that planning may take, as with `consolidate plan`."""
GAP = 0.005
"""How good a plan is that is made for the pack alone: whoever wants a better one runs `consolidate plan`."""
LANGUAGES = {"en": ("en",), "cy": ("cy",), "both": ("en", "cy")}


def board(
    inventory: InventoryOption = Path("inventory"),
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the pack goes.")] = Path("outputs"),
    quarter: Annotated[
        str | None, typer.Option(metavar="QUARTER", help='As "2017/18 Q2"; default the last one reported on.')
    ] = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="en, cy or both.")] = "both",
    partner: Annotated[
        str | None, typer.Option(metavar="ID", help="A pack for one partner: its systems, its part of what is shared.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Leave out what lies above the lowest classification.")
    ] = False,
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="The plan.json it is about; default the one in --out.")
    ] = None,
    formats: Annotated[str, typer.Option(metavar="LIST", help="Of html, pdf, docx, xlsx and csv.")] = ",".join(FORMATS),
) -> None:
    """Write the Board pack: where the programme stands, what it costs, what has to be decided.

    One HTML file, a PDF, a Word document and a workbook in each language, and tidy tables for Power BI. Exit codes
    as for `plan`; 1 also where --plan breaks a rule.
    """
    kinds = _formats(formats)
    if lang not in LANGUAGES:
        raise UserErrorExit(2, f"--lang {lang!r}: the languages are {', '.join(LANGUAGES)}")
    where = _stands(inventory, out, quarter, plan, partner)

    from consolidate.language import language
    from consolidate.report.facts.audience import Audience
    from consolidate.report.facts.compute import pack_facts

    found = pack_facts(where, Audience(partner, public))
    stem = "-".join(
        [*_said(where.now.inventory, where.quarter), *([partner] if partner else []), *(["public"] if public else [])]
    )
    approved = _approval(inventory)
    files: dict[str, bytes] = {}
    for code in LANGUAGES[lang]:
        own = language(code)
        pack = _pack(found, own, where.now, approved)
        others = {other: f"{stem}-{other}.html" for other in LANGUAGES[lang]} if "html" in kinds else {}
        files |= dict(_forms(pack, kinds, f"{stem}-{code}", others, where.now.inventory.currency))
    if "csv" in kinds:
        files |= {f"{stem}-tables/{name}": content for name, content in _tables(found).items()}
    if partner is None and not public:
        files[_kept(where.now.inventory, where.quarter)] = _json(where.now).encode()
    writable(out)
    _write(out, files)
    packs = [name for name in files if "-tables/" not in name and not name.endswith(".json")]
    tables = f" and {stem}-tables/" if "csv" in kinds else ""
    say(f"{out}: {', '.join(packs) or 'the tables'}{tables}")


def _formats(text: str) -> tuple[str, ...]:
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in wanted if part not in FORMATS]
    if wrong or not wanted:
        raise UserErrorExit(2, f"--formats {text!r}: write some of {', '.join(FORMATS)}, with commas between")
    return tuple(kind for kind in FORMATS if kind in wanted)


# -- where things stand ---------------------------------------------------------------


def _stands(folder: Path, out: Path, wanted: str | None, path: Path | None, partner: str | None) -> Basis:
    """The plan at the end of the quarter, and a quarter earlier. What was asked for is looked at before anything is
    written, or planned, which takes time."""
    from consolidate.loading import load
    from consolidate.report.facts.plan_books import Basis, PlanBooks

    whole = load(folder)
    warn(whole.warnings, brief=True)
    last = whole.progress.quarters[-1] if whole.progress else -1
    quarter = _quarter(whole, wanted, last)
    inventory = whole if quarter == last else load(folder, until=whole.label(quarter))
    if partner is not None and partner not in inventory.partners:
        raise UserErrorExit(2, f"--partner {partner!r}: no such partner; there are {', '.join(inventory.partners)}")
    if path is not None:
        inventory, made = _given(folder, inventory, path, quarter, last)
    else:
        writable(out)
        made = _found(inventory, out, quarter) or _planned(inventory, quarter)
    before = None
    if quarter >= 0:
        earlier = load(folder, inventory.scenario, until=whole.label(quarter - 1))
        plan = _accepted(earlier, out / _kept(earlier, quarter - 1)) or _first(earlier)
        before = None if plan is None else PlanBooks(earlier, plan)
    return Basis(PlanBooks(inventory, made), before, quarter, _holds(inventory))


def _first(earlier: Inventory) -> Plan | None:
    """Before anything has happened the approved plan is the plan; later only a plan that was kept can tell."""
    return earlier.approved if earlier.progress is None else None


def _quarter(inventory: Inventory, wanted: str | None, last: int) -> int:
    if wanted is None:
        return last
    try:
        quarter = inventory.calendar.quarter(wanted)
    except ValueError as error:
        raise UserErrorExit(2, f"--quarter {wanted!r}: {error}") from None
    if quarter != -1 and (inventory.progress is None or quarter not in inventory.progress.quarters):
        newest = f"the last is on {inventory.label(last)}" if last >= 0 else "there are no reports yet"
        raise UserErrorExit(2, f"--quarter {wanted}: nothing was reported on it; {newest}")
    return quarter


def _given(folder: Path, inventory: Inventory, path: Path, quarter: int, last: int) -> tuple[Inventory, Plan]:
    """The plan that was named, and the inventory in its scenario; it must keep the rules."""
    from consolidate.accounts.verdict import verify_plan
    from consolidate.loading import load
    from consolidate.plan import from_json

    made = from_json(text_of(path, "name a plan.json that is there"), inventory.calendar, str(path))
    if made.scenario is not None:
        until = None if quarter == last else inventory.label(quarter)
        inventory = load(folder, made.scenario, until=until)
    verdict = verify_plan(inventory, made)
    if not verdict.ok:
        before = f"{path}: rejected for {inventory.label(quarter)}: "
        reason = verdict.reason if verdict.reason.remedy else Message(f"{verdict.reason}; ", Remedy.PLAN)
        raise RejectedPlan(reason.within(before))
    return inventory, made


def _found(inventory: Inventory, out: Path, quarter: int) -> Plan | None:
    """The plan beside the pack, or in the folder where plans are written, or the one that the quarter's pack was
    made from before; the first that is of this inventory."""
    kept = out / _kept(inventory, quarter)  # of an earlier quarter: what the Board was told then
    for path in dict.fromkeys((out / "plan.json", Path("outputs") / "plan.json", kept)):
        plan = _accepted(inventory, path)
        if plan is not None:
            return plan
    return None


def _accepted(inventory: Inventory, path: Path) -> Plan | None:
    """A plan, if there is one and it keeps every rule from where the inventory stands."""
    from consolidate.accounts.verdict import verify_plan
    from consolidate.errors import UserError
    from consolidate.plan import from_json

    if not path.exists():
        return None
    try:
        plan = from_json(text_of(path, "name a plan.json that is there"), inventory.calendar, str(path))
    except UserError:
        return None
    return plan if plan.scenario == inventory.scenario and verify_plan(inventory, plan).ok else None


def _planned(inventory: Inventory, quarter: int) -> Plan:
    from consolidate.planning import make_plan

    when = f"as it stood at the end of {inventory.label(quarter)}" if quarter >= 0 else "as it stands"
    complain(f"no plan.json is of this inventory {when}: making a plan, to within {GAP:.1%} of the best")
    with watched(GAP) as monitor:
        made = make_plan(inventory, gap=GAP, time_limit=LONGEST, monitor=monitor, certify=False).plan
    if made.gap > GAP:
        complain(f"the search ended before that: the plan is proven to be within {made.gap:.2%}, and the pack says so")
    return made


def _holds(inventory: Inventory) -> bool | None:
    """Whether the approved plan can still be carried out; None where there is none."""
    from consolidate.solving.formulation.baseline import carry_forward
    from consolidate.solving.formulation.remaining import remaining_of

    if inventory.approved is None:
        return None
    try:
        return carry_forward(remaining_of(inventory)) is not None
    except NoPlan:
        return False


def _approval(folder: Path) -> tuple[str, str] | None:
    """Who approved the plan that counts, and when."""
    files = sorted((folder / "approved").glob("*.json"))
    if not files:
        return None
    told = json.loads(text_of(files[-1], "give the file as it was written")).get("approved")
    if not isinstance(told, dict):
        return None
    return str(told.get("by", "")), str(told.get("on", ""))


# -- what is written ------------------------------------------------------------------


def _said(inventory: Inventory, quarter: int) -> tuple[str, ...]:
    """What begins the names of files: the quarter (``2017-18-Q2``, or ``start``), and the plan's scenario if any."""
    when = inventory.label(quarter).replace("/", "-").replace(" ", "-") if quarter >= 0 else "start"
    return ("board", when, *(() if inventory.scenario is None else (f"scenario-{inventory.scenario}",)))


def _kept(inventory: Inventory, quarter: int) -> str:
    """The plan that a pack was made from, for the next one to compare with."""
    return "-".join([*_said(inventory, quarter), "plan.json"])


def _json(case: PlanBooks) -> str:
    from consolidate.plan import to_json

    return to_json(case.plan, case.inventory.calendar)


def _pack(found: PackFacts, own: Language, whole: PlanBooks, approved: tuple[str, str] | None) -> Pack:
    import datetime as dt

    from consolidate.report.sections.pack_document import pack_document, pack_origin

    if approved is not None:
        try:
            approved = approved[0], own.date(dt.date.fromisoformat(approved[1]))
        except ValueError:
            approved = approved[0], approved[1]
    plan_hash = hashlib.sha256(_json(whole).encode()).hexdigest()
    made_from = pack_origin(found, own, plan_hash, approved, __version__)
    return pack_document(found, own, drawn=_drawn(found, own), made_from=made_from)


def _drawn(found: PackFacts, own: Language) -> tuple[str, bytes | None] | None:
    """The roadmap; None where nothing can draw."""
    from dataclasses import replace

    from consolidate.diagrams.engine.rendering import CannotDraw
    from consolidate.diagrams.plan_view import PlanView
    from consolidate.diagrams.roadmap import first_page

    case = found.shown
    inventory, plan = case.inventory, case.plan
    if not case.whole:  # what all share is no measure of a part, and neither is how good the whole is
        inventory, plan = replace(inventory, roles={}, pots={}), replace(plan, status="part")
    try:
        rated = not found.audience.public
        _, svg, png = first_page(PlanView(inventory, plan, case.ledger, own, inventory.approved, rated))
    except CannotDraw as error:
        complain(worded(error.message.within("the roadmap is not drawn: ")))
        return None
    return svg, png


def _forms(
    pack: Pack, kinds: tuple[str, ...], stem: str, others: Mapping[str, str], currency: str
) -> Iterator[tuple[str, bytes]]:
    """Each file's name and content."""
    from consolidate.report.formats import html, pdf, word, workbook

    writers: dict[str, Callable[[], bytes]] = {
        "html": lambda: html.html_page(pack, others=others, currency=currency).encode(),
        "pdf": lambda: pdf.pdf_document(pack, currency=currency),
        "docx": lambda: word.word_document(pack, currency=currency),
        "xlsx": lambda: workbook.excel_workbook(pack, currency=currency),
    }
    for kind, writer in writers.items():
        if kind in kinds:
            yield f"{stem}.{kind}", writer()


def _tables(found: PackFacts) -> Mapping[str, bytes]:
    """Tidy tables of what the pack may speak of, and of nothing else."""
    from consolidate.report.facts.audience import highest_classification
    from consolidate.report.tables import star_schema, tidy_tables

    case, who = found.shown, found.audience
    about = star_schema.PackScope(
        highest_classification(case.inventory, case.inventory.systems).upper(),
        case.inventory.label(found.quarter) if found.quarter >= 0 else None,
        who.partner,
        who.public,
    )
    if (lacking := tidy_tables.parquet_lacking()) is not None:
        complain(worded(lacking.message.within("the tables are written as CSV alone: ")))
    return tidy_tables.table_files(star_schema.star_tables(case.inventory, case.plan, case.ledger, about))


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    from consolidate.diagrams.engine.rendering import write

    for name, content in files.items():
        try:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            write(out / name, content)
        except OSError as error:
            raise UserErrorExit(2, f"{out / name}: cannot be written ({reason(error)})") from None
