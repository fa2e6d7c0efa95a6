"""A Board pack: one document in several forms and languages, and tidy tables beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from consolidate.audience.plan_books import Basis
from consolidate.audience.restriction import Audience, highest_classification
from consolidate.diagrams.engine.rendering import CannotDraw
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.roadmap import first_page
from consolidate.errors import InvalidArgument, Message
from consolidate.language import Language
from consolidate.language import language as language_named
from consolidate.loading.plan_files import read_utf8
from consolidate.output_sets import OutputSet, output_set
from consolidate.plan import to_json
from consolidate.report.document import Pack
from consolidate.report.facts.compute import pack_facts
from consolidate.report.facts.records import PackFacts
from consolidate.report.formats import html, pdf, word, workbook
from consolidate.report.pack_plans import PackCallbacks, ignore_note, pack_basis, plan_file, stem
from consolidate.report.sections.pack_document import pack_document, pack_origin
from consolidate.report.tables import star_schema, tidy_tables
from consolidate.version import __version__

FORMATS = ("html", "pdf", "docx", "xlsx", "csv")
"""The forms of a pack; ``csv`` stands for tidy tables, as CSV and Parquet."""
LANGUAGES = ("en", "cy")
"""The languages of a pack."""


@dataclass(frozen=True)
class BoardPack:
    """The Board pack of a quarter, not yet written.

    Attributes
    ----------
    basis
        The plan it is about, and the plan a quarter earlier.
    facts
        Every figure in it, of the systems that its readers may know of.
    approval
        Who approved the plan that counts, and when; None where none is approved.
    note
        Called with a message where something is left out.
    """

    basis: Basis
    facts: PackFacts
    approval: tuple[str, str] | None = None
    note: Callable[[Message], None] = ignore_note

    @property
    def name(self) -> str:
        """What the names of its files begin with."""
        audience = self.facts.audience
        parts = [stem(self.basis.now.inventory, self.basis.quarter)]
        parts += [_in_file_names(audience.partner)] if audience.partner else []
        parts += ["public"] if audience.public else []
        return "-".join(parts)

    @property
    def made_of(self) -> str:
        """A hash of all that it is made of: two packs of that name, made of the same, say the same."""
        basis = self.basis
        parts = [__version__, *(self.approval or ())]
        for books in filter(None, (basis.now, basis.before)):
            parts += [books.inventory.content_hash, to_json(books.plan, books.inventory.calendar)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def __repr__(self) -> str:
        return f"<BoardPack {self.name} of {self.basis.now.inventory.programme}>"

    def _repr_html_(self) -> str:
        """The whole pack in English, for notebooks."""
        page = self.files(("en",), ("html",))[f"{self.name}-en.html"].decode()
        quoted = page.replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe srcdoc="{quoted}" width="100%" height="700"></iframe>'

    def document(self, code: str) -> Pack:
        """The pack in one language (``en`` or ``cy``), as plain data: what every form is written from."""
        language = language_named(code)
        approved = self.approval
        if approved is not None:
            try:
                approved = approved[0], language.date(dt.date.fromisoformat(approved[1]))
            except ValueError:
                approved = approved[0], approved[1]
        plan_hash = hashlib.sha256(self._plan_json().encode()).hexdigest()
        made_from = pack_origin(self.facts, language, plan_hash, approved, __version__)
        return pack_document(self.facts, language, drawn=self._roadmap(language), made_from=made_from)

    def files(self, languages: Sequence[str] = LANGUAGES, formats: Collection[str] = FORMATS) -> dict[str, bytes]:
        """Every file of the pack, by name.

        Parameters
        ----------
        languages
            Of :data:`LANGUAGES`.
        formats
            Of :data:`FORMATS`.

        Raises
        ------
        UserError
            A package that a form needs is not installed, or there is no such language or format.
        """
        for argument, wanted, known in (("languages", languages, LANGUAGES), ("formats", formats, FORMATS)):
            wrong = [one for one in wanted if one not in known]
            if wrong:
                raise InvalidArgument(argument, repr(wrong[0]), f"there are {', '.join(known)}")
        found: dict[str, bytes] = {}
        for code in languages:
            document = self.document(code)
            others = {other: f"{self.name}-{other}.html" for other in languages} if "html" in formats else {}
            found |= self._forms(document, formats, f"{self.name}-{code}", others)
        if "csv" in formats:
            found |= {f"{self.name}-tables/{name}": content for name, content in self.tables().items()}
        if self.facts.audience.sees_all:
            found[plan_file(self.basis.now.inventory, self.basis.quarter)] = self._plan_json().encode()
        return found

    def _plan_json(self) -> str:
        return to_json(self.basis.now.plan, self.basis.now.inventory.calendar)

    def _forms(
        self, document: Pack, formats: Collection[str], name: str, others: Mapping[str, str]
    ) -> dict[str, bytes]:
        currency = self.basis.now.inventory.currency
        writers: dict[str, Callable[[], bytes]] = {
            "html": lambda: html.html_page(document, others=others, currency=currency).encode(),
            "pdf": lambda: pdf.pdf_document(document, currency=currency),
            "docx": lambda: word.word_document(document, currency=currency),
            "xlsx": lambda: workbook.excel_workbook(document, currency=currency),
        }
        return {f"{name}.{kind}": writer() for kind, writer in writers.items() if kind in formats}

    def _roadmap(self, language: Language) -> tuple[str, bytes | None] | None:
        """The roadmap as SVG and PNG; None where nothing can draw."""
        shown = self.facts.shown
        inventory, plan = shown.inventory, shown.plan
        if not shown.whole:  # what all share is no measure of a part, and neither is how good the whole is
            inventory, plan = replace(inventory, roles={}, pots={}), replace(plan, status="part")
        try:
            rated = not self.facts.audience.public
            _, svg, png = first_page(PlanView(inventory, plan, shown.ledger, language, inventory.approved, rated))
        except CannotDraw as error:
            self.note(error.message.within("the roadmap is not drawn: "))
            return None
        return svg, png

    def tables(self) -> Mapping[str, bytes]:
        """Tidy tables of what the pack may speak of, and of nothing else; files by name."""
        shown, audience, quarter = self.facts.shown, self.facts.audience, self.facts.quarter
        scope = star_schema.PackScope(
            highest_classification(shown.inventory, shown.inventory.systems).upper(),
            shown.inventory.label(quarter) if quarter >= 0 else None,
            audience.partner,
            audience.public,
        )
        if (lacking := tidy_tables.parquet_lacking()) is not None:
            self.note(lacking.message.within("the tables are written as CSV alone: "))
        return tidy_tables.table_files(star_schema.star_tables(shown.inventory, shown.plan, shown.ledger, scope))


def board_pack(
    folder: str | Path,
    out: str | Path = "outputs",
    *,
    quarter: str | None = None,
    plan: str | Path | None = None,
    audience: Audience | None = None,
    callbacks: PackCallbacks | None = None,
) -> BoardPack:
    """The Board pack of a quarter: where the programme stands, what it costs, what has to be decided.

    Parameters
    ----------
    folder
        The inventory's folder.
    out
        The folder of the pack. A plan.json in it (or in ``outputs``) is what the pack is about; where there is none
        of this inventory, a plan is made. The plan that the pack of the quarter before was made from is looked for
        there, too.
    quarter
        The quarter, as ``2017/18 Q2``; by default the last one reported on.
    plan
        The plan.json it is about.
    audience
        Who may read it: by default the whole Board; ``Audience(partner="torfaen")``, ``Audience(public=True)``.
    callbacks
        What the caller hears, and is asked, meanwhile.

    Returns
    -------
    BoardPack
        The pack; :func:`consolidate.write_pack` writes it.

    Raises
    ------
    InvalidInventory
        The inventory has errors.
    RejectedPlan
        ``plan`` is no plan, or breaks a rule.
    NoPlan, OutOfTime
        As :func:`consolidate.make_plan` raises them, where a plan has to be made.
    UserError
        An argument cannot be used, or a file cannot be read.
    """
    folder, audience, callbacks = Path(folder), audience or Audience(), callbacks or PackCallbacks()
    basis = pack_basis(
        folder,
        Path(out),
        quarter=quarter,
        plan=None if plan is None else Path(plan),
        partner=audience.partner,
        callbacks=callbacks,
    )
    return BoardPack(basis, pack_facts(basis, audience), _approval(folder), callbacks.note)


def write_pack(
    pack: BoardPack,
    out: str | Path | OutputSet,
    *,
    languages: Sequence[str] = LANGUAGES,
    formats: Collection[str] = FORMATS,
) -> tuple[Path, ...]:
    """Write a Board pack into a folder: all of its files, or none.

    Other forms and languages of the same pack, which an earlier run wrote there, stay if they are of the very same
    plan and reports; else they are removed.

    Parameters
    ----------
    pack
        From :func:`consolidate.board_pack`.
    out
        The folder to write into, or an :class:`consolidate.OutputSet`, to which the files are added.
    languages
        ``en`` and ``cy``, or one of them.
    formats
        Of ``html``, ``pdf``, ``docx``, ``xlsx`` and ``csv`` (tidy tables).

    Returns
    -------
    tuple
        The files written (or to be written).

    Raises
    ------
    UserError
        A package that a form needs is not installed, or a file cannot be written.
    """
    files = pack.files(languages, formats)
    with output_set(out) as outputs:
        outputs.start(pack.name, pack.made_of)
        return tuple(outputs.add(pack.name, name, content) for name, content in files.items())


def _in_file_names(partner: str) -> str:
    """A partner's id; with a ``_``, which no id holds, where its files would be called as those of a public pack are.

    >>> [_in_file_names(id) for id in ("torfaen", "public", "torfaen-public")]
    ['torfaen', 'public_', 'torfaen-public_']
    """
    return f"{partner}_" if f"-{partner}".endswith("-public") else partner


def _approval(folder: Path) -> tuple[str, str] | None:
    """Who approved the plan that counts, and when."""
    files = sorted((folder / "approved").glob("*.json"))
    if not files:
        return None
    said = json.loads(read_utf8(files[-1], "give the file as it was written")).get("approved")
    if not isinstance(said, dict):
        return None
    return str(said.get("by", "")), str(said.get("on", ""))
