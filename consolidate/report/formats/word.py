"""The pack as a Word document, for those who put agenda papers together in Word.

Headings, captions, lists and tables are real ones, with the styles of the template, so that a council's
own template gives it that council's looks. Pictures carry alternative texts. The same pack gives the same
bytes: dates in the file are fixed.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consolidate.errors import UserError
from consolidate.language import Language, language
from consolidate.report.document import (
    Block,
    Chart,
    Figures,
    Heading,
    Pack,
    PackPicture,
    PackTable,
    Paragraph,
    Points,
    Rating,
    rating_in,
)
from consolidate.report.formats import charts
from consolidate.report.formats.cell_text import NUMERIC, cell_text
from consolidate.report.formats.page_layout import (
    PORTRAIT,
    Page,
    page_runs,
    picture_placement,
    table_placement,
    with_pages,
)
from consolidate.typesetting.safe_text import missing, safe_line
from consolidate.typesetting.typst_compiler import svg_to_png

if TYPE_CHECKING:
    from docx.document import Document

FIXED = dt.datetime(2000, 1, 1)
"""The date of every file: a document of the same content is the same file."""
_REGIONS = {"en": "en-GB", "cy": "cy-GB"}
_MARGIN = 57
"""Points."""
_CHART = 1520
"""Pixels of a chart's width."""
_PROPERTY = 255
"""Letters of a property of the file."""
_FILLS = {"red": "B3261E", "amber": "FFBF47", "green": "1E7A3C"}
_INKS = {"red": "FFFFFF", "amber": "000000", "green": "FFFFFF"}
_TINTS = {"red": "FBE9E7", "amber": "FFF4D6", "green": "E6F4EA"}
_HEAD = "EEF1F5"

Draw = Callable[[], None]


def word_document(pack: Pack, *, currency: str = "GBP", template: Path | None = None) -> bytes:
    """The pack as a .docx. ``template`` is a .docx or .dotx whose styles and first pages it takes.

    Raises:
        UserError: python-docx (or, for charts, typst) is not installed, or the template is no Word document.
    """
    if find_spec("docx") is None:
        raise missing("python-docx", "a Word document")
    document = _opened(template)
    _prepare(document, pack)
    _Writer(document, language(pack.language), currency).pack(pack)
    _bare(document)
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue())


def _opened(template: Path | None) -> Document:
    import docx

    if template is None:
        return docx.Document()
    try:
        return docx.Document(str(template))
    except Exception as error:  # python-docx lets through whatever zip and XML raise
        reason = str(error).splitlines()[:1] or [type(error).__name__]
        raise UserError(f"{template}: no Word document ({safe_line(reason[0])}); give a .docx file") from None


def _bare(document: Document) -> None:
    """Removes the template's picture of its first page, which is of another document."""
    related = document.part.package.rels
    for key in [key for key, one in related.items() if one.reltype.endswith("/thumbnail")]:
        del related[key]


def _dated(content: bytes) -> bytes:
    """The same archive, with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            new.writestr(info, old.read(name))
    return out.getvalue()


def _prepare(document: Document, pack: Pack) -> None:
    """Properties, the language of every style, and the styles that the template lacks."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    properties = document.core_properties
    properties.title, properties.subject = safe_line(pack.title)[:_PROPERTY], safe_line(pack.subtitle)[:_PROPERTY]
    properties.category = properties.comments = properties.keywords = ""
    properties.author = properties.last_modified_by = ""
    properties.created = properties.modified = FIXED
    properties.last_printed, properties.revision = FIXED, 1
    properties.language = _REGIONS[pack.language]
    properties.content_status = safe_line(pack.marking)[:_PROPERTY]
    defaults = _child(_child(_child(document.styles.element, "w:docDefaults"), "w:rPrDefault"), "w:rPr")
    for element in (defaults, *document.styles.element.xpath("w:style[@w:default='1']/w:rPr")):
        _language(element, _REGIONS[pack.language])
    known = {style.name for style in document.styles}
    for name, size in (
        ("Title", 22),
        ("Subtitle", 13),
        ("Heading 1", 15),
        ("Heading 2", 12.5),
        ("Caption", 10),
        ("List Bullet", 10.5),
    ):
        if name not in known:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).font.size = Pt(size)
    if "toc 1" not in known:
        document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)


def _language(properties: Any, code: str) -> None:
    """The language of a style's letters, of all scripts."""
    from docx.oxml.ns import qn

    element = _child(properties, "w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        element.set(qn(name), code)


def _element(name: str, /, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(f"w:{name}", {_qualified(key): value for key, value in attributes.items()})


@cache
def _qualified(name: str) -> str:
    """A name of Word's namespace, as it stands in a document."""
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _child(parent: Any, name: str) -> Any:
    """The child of that name, made where there is none."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = parent.find(qn(name))
    if found is None:
        found = OxmlElement(name)
        parent.append(found)
    return found


class _Writer:
    """Writes blocks one below the other. What is on landscape pages is in sections of its own."""

    def __init__(self, document: Document, language: Language, currency: str) -> None:
        self.document = document
        self.language = language
        self.currency = currency
        self.bookmarks = 0
        self.style_ids: dict[str, Any] = {}

    def styled(self, style: str, text: str = "") -> Any:
        """A paragraph in a style. Its id is looked up once: python-docx goes through all styles each time."""
        paragraph = self.document.add_paragraph(text)
        if style in self.style_ids:
            paragraph._p.style = self.style_ids[style]
        else:
            paragraph.style = style
            self.style_ids[style] = paragraph._p.style
        return paragraph

    def pack(self, pack: Pack) -> None:
        self.frame(pack)
        self.styled("Title", safe_line(pack.title))
        self.styled("Subtitle", safe_line(pack.subtitle))
        if pack.draft:
            self.document.add_paragraph().add_run(safe_line(pack.draft)).bold = True
        summary = [self.language.text("Summary")] if pack.summary else []
        headings = [*summary, *(section.heading for section in pack.sections)]
        if pack.properties:
            headings.append(self.language.text("What this pack was made from"))
        items = [item for heading in summary for item in self.part(heading, pack.summary)]
        items.append((PORTRAIT, lambda: self.contents(headings)))
        items += [item for section in pack.sections for item in self.part(section.heading, section.blocks)]
        items += self.properties(pack)
        for index, (page, draws) in enumerate(page_runs(items)):
            if index or page != PORTRAIT:
                self.page(page)
            for draw in draws:
                draw()

    def frame(self, pack: Pack) -> None:
        """The page, and the marking, the draft and the number on each."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        section = self.document.sections[-1]
        _shape(section, PORTRAIT)
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        for part in (section.header, section.footer):
            paragraph = part.add_paragraph() if part.paragraphs[0].text else part.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(safe_line(pack.marking)).bold = True
        last = section.footer.add_paragraph()
        last.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, between, after = self.language.text("Page {page} of {pages}", page="\0", pages="\0").split("\0")
        last.add_run(f"{safe_line(pack.draft)} · {before}" if pack.draft else before)
        for field, text in (("PAGE", between), ("NUMPAGES", after)):
            _field(last, field)
            last.add_run(text)

    def page(self, page: Page) -> None:
        from docx.enum.section import WD_SECTION

        _shape(self.document.add_section(WD_SECTION.NEW_PAGE), page)

    def part(self, heading: str, blocks: Iterable[Block]) -> list[tuple[Page, Draw]]:
        """A heading and what is below it."""
        items = [item for block in blocks for item in self.block(block)]
        return with_pages([(None, lambda: self.heading(heading)), *items])

    def properties(self, pack: Pack) -> list[tuple[Page, Draw]]:
        if not pack.properties:
            return []
        texts = tuple(f"{label}: {value}" for label, value in pack.properties.items())
        heading = self.language.text("What this pack was made from")
        return [(PORTRAIT, lambda: self.heading(heading)), (PORTRAIT, lambda: self.points(texts))]

    def heading(self, text: str) -> None:
        """A heading, with the bookmark to which the contents lead."""
        paragraph = self.styled("Heading 1")
        number = str(self.bookmarks)
        self.bookmarks += 1
        paragraph._p.append(_element("bookmarkStart", id=number, name=f"_Toc{number}"))
        paragraph.add_run(safe_line(text))
        paragraph._p.append(_element("bookmarkEnd", id=number))

    def contents(self, headings: Iterable[str]) -> None:
        """A table of contents that Word knows as one, and that is right without being brought up to date."""
        lines = [safe_line(heading) for heading in headings]
        if not lines:
            return
        self.document.add_paragraph().add_run(safe_line(self.language.text("Contents"))).bold = True
        paragraphs = [self.styled("toc 1") for _ in lines]
        _begin(paragraphs[0], r'TOC \o "1-1" \n \h \z')
        for number, (paragraph, line) in enumerate(zip(paragraphs, lines, strict=True)):
            link = _element("hyperlink", anchor=f"_Toc{number}", history="1")
            paragraph._p.append(link)
            link.append(paragraph.add_run(line)._r)
        _run(paragraphs[-1], _element("fldChar", fldCharType="end"))

    def block(self, block: Block) -> Sequence[tuple[Page | None, Draw]]:
        if isinstance(block, PackTable):
            return [self.table(block)]
        if isinstance(block, Chart):
            svg = charts.chart_svg(block, self.language)
            return [self.picture(block, svg, svg_to_png(svg, _CHART), turn=False), self.table(block.table)]
        if isinstance(block, PackPicture):
            picture = block.png or svg_to_png(block.svg, _CHART * 2)
            return [self.picture(block, block.svg, picture, turn=True), self.table(block.table)]
        return [(None, lambda: self.words(block))]

    def words(self, block: Heading | Paragraph | Points | Figures | Rating) -> None:
        if isinstance(block, Heading):
            self.styled("Heading 2", safe_line(block.text))
        elif isinstance(block, Paragraph):
            self.document.add_paragraph(safe_line(block.text))
        elif isinstance(block, Points):
            self.points(block.texts)
        elif isinstance(block, Figures):
            for what, figure, remark in block.figures:
                self.figure(what, figure, remark)
        else:
            self.rating(block)

    def points(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.styled("List Bullet", safe_line(text))

    def figure(self, what: str, figure: str, remark: str) -> None:
        from docx.shared import Pt

        paragraph = self.document.add_paragraph(f"{safe_line(what)}: ")
        run = paragraph.add_run(safe_line(figure))
        run.bold, run.font.size = True, Pt(16)
        if remark:
            paragraph.add_run(f"  {safe_line(remark)}")

    def rating(self, block: Rating) -> None:
        from docx.shared import RGBColor

        paragraph = self.document.add_paragraph()
        paragraph.add_run(f"{safe_line(block.title)}: ").bold = True
        word = block.word if block.rag is None else f"{self.language.rag(block.rag)[0]}: {block.word}"
        run = paragraph.add_run(f" {safe_line(word)} ")
        run.bold = True
        if block.rag is not None:
            run._r.get_or_add_rPr().append(_element("shd", val="clear", color="auto", fill=_FILLS[block.rag]))
            run.font.color.rgb = RGBColor.from_string(_INKS[block.rag])
        if block.why:
            paragraph.add_run(f" {safe_line(block.why)}")

    def picture(self, block: Chart | PackPicture, svg: str, picture: bytes, turn: bool) -> tuple[Page, Draw]:
        page, width, height = picture_placement(svg, turn)

        def draw() -> None:
            from docx.shared import Pt

            self.caption(block.title)
            run = self.document.add_paragraph().add_run()
            shape = run.add_picture(io.BytesIO(picture), Pt(width), Pt(height))
            shape._inline.docPr.set("descr", safe_line(block.description))
            shape._inline.docPr.set("title", safe_line(block.title))
            self.document.add_paragraph(safe_line(block.description))

        return page, draw

    def caption(self, text: str) -> None:
        """A caption stays with what it is of, and the words before it stay with the caption."""
        from docx.text.paragraph import Paragraph as Before

        paragraph = self.styled("Caption", safe_line(text))
        paragraph.paragraph_format.keep_with_next = True
        before = paragraph._p.getprevious()
        if before is not None and before.tag == paragraph._p.tag:
            Before(before, paragraph._parent).paragraph_format.keep_with_next = True

    def table(self, whole: PackTable) -> tuple[Page, Draw]:
        table = whole.brief()
        kinds = [column.kind for column in table.columns]
        headings = [safe_line(column.heading) for column in table.columns]
        rows = [
            [
                safe_line(cell_text(self.language, kind, cell, self.currency))
                for kind, cell in zip(kinds, row, strict=True)
            ]
            for row in table.rows
        ]
        page, points, widths = table_placement(headings, rows)

        def draw() -> None:
            self.caption(table.caption)
            grid = _Grid(table, points, widths)
            body = self.document.element.body
            body.insert(body.index(body.sectPr), grid.drawn(headings, rows))
            self.document.add_paragraph(safe_line(table.note))

        return page, draw


class _Grid:
    """A table's XML, made element by element: python-docx takes minutes for a thousand rows."""

    def __init__(self, table: PackTable, points: float, widths: list[float]) -> None:
        self.table = table
        self.size = str(round(points * 2))
        self.widths = [str(round(width * 20)) for width in widths]
        self.right = [column.kind in NUMERIC for column in table.columns]

    def drawn(self, headings: list[str], rows: list[list[str]]) -> Any:
        grid = _element("tbl")
        grid.append(self.properties())
        columns = _element("tblGrid")
        columns.extend([_element("gridCol", w=width) for width in self.widths])
        grid.append(columns)
        grid.append(self.row(headings, head=True))
        for index, (row, cells) in enumerate(zip(rows, self.table.rows, strict=True)):
            total = self.table.total and index == len(rows) - 1
            rags = [
                rating_in(cell) if column.kind == "rag" else None
                for column, cell in zip(self.table.columns, cells, strict=True)
            ]
            grid.append(self.row(row, total=total, rags=rags))
        return grid

    def properties(self) -> Any:
        """Borders, what is header, and the alternative text. The order of the elements is the schema's."""
        found = _element("tblPr")
        found.append(_element("tblW", w=str(sum(map(int, self.widths))), type="dxa"))
        borders = _element("tblBorders")
        for side in ("top", "bottom", "insideH"):
            borders.append(_element(side, val="single", sz="4", space="0", color="8C8C8C"))
        found.append(borders)
        found.append(_element("tblLayout", type="fixed"))
        first = "1" if self.table.headers else "0"
        found.append(_element("tblLook", val="04A0", firstRow="1", lastRow="0", firstColumn=first, noVBand="1"))
        found.append(_element("tblCaption", val=safe_line(self.table.caption)))
        if self.table.note:
            found.append(_element("tblDescription", val=safe_line(self.table.note)))
        return found

    def row(self, texts: list[str], head: bool = False, total: bool = False, rags: Any = None) -> Any:
        row = _element("tr")
        properties = _element("trPr")
        if head or max(map(len, texts), default=0) < 600:
            properties.append(_element("cantSplit"))
        if head:
            properties.append(_element("tblHeader"))
        row.append(properties)
        for place, text in enumerate(texts):
            bold = head or total or place < self.table.headers
            rag = rags[place] if rags else None
            row.append(self.cell(place, text, bold, _HEAD if head else _TINTS.get(rag or "")))
        return row

    def cell(self, place: int, text: str, bold: bool, fill: str | None) -> Any:
        cell, properties = _element("tc"), _element("tcPr")
        properties.append(_element("tcW", w=self.widths[place], type="dxa"))
        if fill:
            properties.append(_element("shd", val="clear", color="auto", fill=fill))
        paragraph, look = _element("p"), _element("pPr")
        look.append(_element("spacing", before="20", after="20", line="240", lineRule="auto"))
        if self.right[place]:
            look.append(_element("jc", val="right"))
        paragraph.append(look)
        paragraph.append(self.letters(text, bold))
        cell.extend([properties, paragraph])
        return cell

    def letters(self, text: str, bold: bool) -> Any:
        run, look, letters = _element("r"), _element("rPr"), _element("t")
        if bold:
            look.append(_element("b"))
        look.extend([_element("sz", val=self.size), _element("szCs", val=self.size)])
        letters.text = text
        letters.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.extend([look, letters])
        return run


def _shape(section: Any, page: Page) -> None:
    """The pages of a section."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Pt

    section.orientation = WD_ORIENT.LANDSCAPE if page.turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Pt(points) for points in page.size)
    section.left_margin = section.right_margin = Pt(_MARGIN)
    section.top_margin = section.bottom_margin = Pt(_MARGIN + 12)


def _run(paragraph: Any, *elements: Any) -> None:
    paragraph.add_run()._r.extend(elements)


def _begin(paragraph: Any, code: str) -> None:
    """The beginning of a field, whose result follows."""
    instruction = _element("instrText")
    instruction.text = f" {code} "
    _run(paragraph, _element("fldChar", fldCharType="begin"))
    _run(paragraph, instruction)
    _run(paragraph, _element("fldChar", fldCharType="separate"))


def _field(paragraph: Any, code: str) -> None:
    """A field of one number, which Word computes itself."""
    _begin(paragraph, code)
    paragraph.add_run("1")
    _run(paragraph, _element("fldChar", fldCharType="end"))
