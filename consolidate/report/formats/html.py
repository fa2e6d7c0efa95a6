"""A pack as one HTML file: nothing beside it, nothing from the network, no script."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consolidate.language import NAMES, Language, language
from consolidate.report.document import Block, CellValue, Chart, Pack, PackPicture, PackTable, TableColumn, rating_in
from consolidate.report.formats import charts
from consolidate.report.formats.cell_text import NUMERIC, cell_text
from consolidate.typesetting.safe_text import safe_line
from consolidate.typesetting.typst_compiler import svg_size

_LONG = 12
"""A table beside a chart or a picture that has more rows than this is folded away on a screen."""
_WIDE = 10
"""A table with more columns than this is printed across the page."""
_STACKED = 8
"""A table with more columns than this is one on a phone, too."""
_BROAD, _LONGEST = 0.8, 1.8
"""Ratios of a picture's height to its width: up to the first it is printed in landscape, beyond the second on several
pages."""
_NARROW = 570.0
"""A picture no wider, in points, is shown as charts are, which are as wide."""
_LEGIBLE = 1.2
"""Pixels of the screen for a point of a picture: letters of 7 points can just be read."""
_SIGNED = re.compile(r"(?<![^\s(])([+−-][^\s\d]{0,4}\d[\d.,]*%?)")
"""A figure with its sign: at the beginning of a word, with a currency between, perhaps."""
_ARROW = re.compile(r"(?<=\s)(?:->|→)(?=\s)")
_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(
    f"{{{_SVG}}}{tag}"
    for tag in (
        *("svg", "g", "path", "rect", "polygon", "polyline", "ellipse", "circle", "line", "text", "tspan"),
        *("title", "desc", "defs", "pattern", "clipPath"),
    )
)


def html_page(pack: Pack, *, others: Mapping[str, str] | None = None, currency: str = "GBP") -> str:
    """The whole page. ``others``: the same pack in other languages, by code: the name of a file beside this one.

    Every text of the pack is written as text. A picture's SVG is taken to pieces first, and loses
    whatever is not drawing (scripts, links).
    """
    own = language(pack.language)
    writer = _Writer(own, currency)
    template = _environment().get_template("pack.html")
    return template.render(
        pack=pack,
        text=own.text,
        write=writer,
        anchors=[writer.identity(section.key) for section in pack.sections],
        marking=_css(safe_line(pack.marking)),
        page=[_css(part) for part in own.text("Page {page} of {pages}", page="\0", pages="\0").split("\0")],
        others=[(code, NAMES[code], file) for code, file in (others or {}).items() if code != pack.language],
    )


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("consolidate.report.formats", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    made.globals["kind"] = _kind
    return made


def _kind(block: Block) -> str:
    """The name of the macro in ``blocks.html`` that writes a block."""
    return type(block).__name__.removeprefix("Pack").lower()


def _finalize(value: Any) -> Any:
    """Every text that is put into a template, without control characters and marks that turn the writing."""
    return safe_line(value) if type(value) is str else value


class _Writer:
    """What the templates ask for: values as texts, pictures as markup."""

    def __init__(self, own: Language, currency: str) -> None:
        self._own, self._currency = own, currency
        self._used: dict[str, int] = {"main": 1, "summary": 1, "contents-list": 1}

    def identity(self, key: str) -> str:
        """An id that nothing else on the page has, made from ``key``."""
        plain = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-") or "x"
        count = self._used[plain] = self._used.get(plain, 0) + 1
        return f"{plain}.{count}" if count > 1 else plain

    def cell(self, column: TableColumn, cell: CellValue) -> str:
        said = cell_text(self._own, column.kind, cell, self._currency)
        return said if column.kind in NUMERIC else self.words(said, _unparted)

    def words(self, text: str, written: Callable[[str], str] = str) -> str:
        """A text in which an arrow is drawn as one, and read out as a word; ``written``: how what is between them is.

        Only arrows between blanks are meant, not those of somebody's code.
        """
        parts = [written(part) for part in _ARROW.split(safe_line(text))]
        if len(parts) == 1:
            return parts[0]
        said = self._own.context("from one to another", "to")
        return Markup('<span role="img" aria-label="{}">→</span>').format(said).join(parts)

    def rag(self, cell: CellValue) -> tuple[str, str, str] | None:
        """A rating's name, letter and word."""
        found = rating_in(cell)
        return (found, *self._own.rag(found)) if found else None

    def style(self, column: TableColumn) -> Markup:
        """Numbers are aligned to the right; quarters and dates are not broken."""
        if column.kind in NUMERIC:
            return Markup(' class="n"')
        return Markup(' class="short"') if column.kind in ("quarter", "date") else Markup("")

    def wide(self, table: PackTable) -> bool:
        return len(table.columns) > _WIDE

    def stacked(self, table: PackTable) -> bool:
        """Whether on a phone a table's cells stand below one another, each with its heading: where nearly all are words
        they do, where figures are to be compared they do not.
        """
        kinds = [column.kind for column in table.columns]
        figures = sum(kind in NUMERIC for kind in kinds)
        return 2 < len(kinds) <= _STACKED and kinds.count("text") > 1 and 4 * figures <= len(kinds)

    def folded(self, block: Block) -> bool:
        return isinstance(block, Chart | PackPicture) and len(block.table.brief().rows) > _LONG

    def runs(self, blocks: Iterable[Block]) -> Iterator[tuple[str, list[Block]]]:
        """Blocks of one kind in a row: ratings are set side by side."""
        for name, run in groupby(blocks, key=_kind):
            yield name, list(run)

    def shape(self, block: Chart | PackPicture) -> str:
        """How a picture is shown: ``narrow`` in the column of the text, as a chart is; ``broad`` is printed across the
        page, ``long`` over several.
        """
        if isinstance(block, Chart):
            return ""
        wide, high = svg_size(block.svg)
        if high <= wide <= _NARROW:
            return "narrow"
        return "broad" if high < _BROAD * wide else "long" if high > _LONGEST * wide else ""

    def drawing(self, block: Chart | PackPicture) -> Markup:
        prefix = self.identity(f"drawing-{block.key}")
        if isinstance(block, Chart):
            return Markup(charts.chart_svg(block, self._own, prefix))
        return Markup(inline_svg(block.svg, prefix, block.title, block.description))


def _unparted(text: str) -> str:
    """A text in which no sign is parted from its figure at the end of a line: browsers break behind a hyphen.

    >>> _unparted("proven: -90 to +1,010 <b>")
    Markup('proven: <span class="short">-90</span> to <span class="short">+1,010</span> &lt;b&gt;')
    >>> _unparted("hr-payroll from 2017/18")
    'hr-payroll from 2017/18'
    """
    parts = _SIGNED.split(text)
    if len(parts) == 1:
        return text
    figures = (Markup('<span class="short">{}</span>').format(figure) for figure in parts[1::2])
    return Markup("").join(part for pair in zip(parts[::2], [*figures, ""], strict=True) for part in pair)


def inline_svg(svg: str, prefix: str, title: str, description: str) -> str:
    """A picture made to be part of a page: its ids begin with ``prefix``, its letters are large enough to be read.

    Raises:
        ValueError: it is not well-formed XML, or no SVG.
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise ValueError(f"the picture is not well-formed ({error})") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("the picture is no SVG")
    _strip(root, prefix)
    for child in [child for child in root if child.tag in {f"{{{_SVG}}}title", f"{{{_SVG}}}desc"}]:
        root.remove(child)
    for name in ("width", "height", "aria-labelledby", "aria-describedby", "role"):
        root.attrib.pop(name, None)
    root.set("width", str(round(_LEGIBLE * svg_size(svg)[0])))
    root.attrib |= {"role": "img", "aria-labelledby": f"{prefix}-title", "aria-describedby": f"{prefix}-desc"}
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = safe_line(text)
        root.insert(place, element)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _strip(element: ET.Element, prefix: str) -> None:
    """Keep what is drawn; links, scripts, styles and what listens to events go."""
    for child in list(element):
        if child.tag in _DRAWN:
            _strip(child, prefix)
        else:
            element.remove(child)
    for name, value in list(element.attrib.items()):
        plain = name.lower()
        if plain.startswith(("on", "{")) or plain in {"href", "style", "class"}:
            del element.attrib[name]
        elif plain == "id":
            element.set(name, f"{prefix}-{value}")
        elif "url(" in value.lower():
            inside = re.fullmatch(r"url\(#([^()]+)\)", value)
            del element.attrib[name]
            if inside:
                element.set(name, f"url(#{prefix}-{inside[1]})")


def _css(text: str) -> Markup:
    """A text as a string of CSS, in which nothing has a meaning: all but letters and digits are numbers.

    >>> _css('OFFICIAL</style>')
    Markup('"OFFICIAL\\\\3c \\\\2f style\\\\3e "')
    """
    plain = "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in text)
    return Markup(f'"{plain}"')
