"""Typst, and the font it sets everything in: pages and pictures that are the same on every machine.

Only the font that comes with the package is used, never the machine's. It is as wide as Helvetica,
for which the roadmap and the charts are laid out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from consolidate.typesetting.font_coverage import covered_code_points, showable, showable_svg
from consolidate.typesetting.safe_text import missing, safe_line

if TYPE_CHECKING:
    import typst

_FONT = "fontpkg_arimo"
_PICTURE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
_LENGTH = re.compile(r"""\b(width|height)\s*=\s*["']\s*([0-9.]+)\s*(pt|px|in|cm|mm)?\s*["']""")
_VIEW = re.compile(r"""\bviewBox\s*=\s*["']\s*[-0-9.e]+[ ,]+[-0-9.e]+[ ,]+([0-9.e]+)[ ,]+([0-9.e]+)""")
_POINTS = {"pt": 1.0, "px": 0.75, "": 0.75, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54}


@lru_cache
def _folder(form: str) -> Path:
    """Where the font lies.

    Raises:
        UserError: it is not installed, or typst is not.
    """
    for package, name in (("typst", "typst"), (_FONT, _FONT.replace("_", "-"))):
        if find_spec(package) is None:
            raise missing(name, form)
    spec = find_spec(_FONT)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "files"


@lru_cache
def _fonts(form: str) -> typst.Fonts:
    folder = _folder(form)
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@lru_cache
def font_code_points(form: str) -> frozenset[int]:
    """The letters there are: those that both the upright and the italic of the font have."""
    return frozenset.intersection(*(covered_code_points(path) for path in sorted(_folder(form).glob("*.ttf"))))


def settable_text(content: str, form: str = "a PDF") -> str:
    """Content as it can be set: cleaned, and without letters that the font lacks."""
    return showable(safe_line(content), font_code_points(form))


def settable_svg(svg: str, form: str = "a PDF") -> str:
    """A picture's source, without letters that the font lacks."""
    return showable_svg(svg, font_code_points(form))


def typeset(source: bytes, inputs: dict[str, str], kind: Literal["pdf", "png"], *, ppi: float = 144.0) -> list[bytes]:
    """One PDF/UA-1, or a PNG for each page. It bears no date, and nothing of the machine; ``ppi`` is for a PNG.

    Raises:
        UserError: typst or the font is not installed.
    """
    fonts = _fonts("a PDF" if kind == "pdf" else "a picture")
    import typst

    compiler = typst.Compiler(source, font_paths=fonts, sys_inputs=inputs)
    made = compiler.compile(format=kind, ppi=ppi, pdf_standards=["ua-1"] if kind == "pdf" else [], timestamp=0)
    assert made is not None
    return made if isinstance(made, list) else [made]


def can_set() -> bool:
    """Whether typst and the font are installed."""
    return all(find_spec(package) is not None for package in ("typst", _FONT))


def svg_to_png(svg: str, width: int) -> bytes:
    """An SVG as a PNG that is ``width`` pixels wide.

    Raises:
        UserError: typst or the font is not installed.
    """
    ppi = 72.0 * width / svg_size(svg)[0]
    return typeset(_PICTURE, {"svg": settable_svg(svg, "a picture")}, "png", ppi=ppi)[0]


def svg_size(svg: str) -> tuple[float, float]:
    """How wide and high a picture wants to be, in points; 480 by 270 where it does not say.

    >>> svg_size('<svg width="96" height="0.5in">'), svg_size('<svg viewBox="0 0 20 10">'), svg_size("<svg>")
    ((72.0, 36.0), (20.0, 10.0), (480.0, 270.0))
    """
    head = svg[svg.find("<svg") :]
    head = head[: head.find(">") + 1]
    said = {name: float(number) * _POINTS[unit or ""] for name, number, unit in _LENGTH.findall(head)}
    if said.get("width") and said.get("height"):
        return said["width"], said["height"]
    view = _VIEW.search(head)
    return (float(view[1]), float(view[2])) if view else (480.0, 270.0)
