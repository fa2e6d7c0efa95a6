"""Elements of SVG, as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from consolidate.diagrams.engine.fonts import measurable, width
from consolidate.diagrams.engine.themes import INK, PAPER
from consolidate.typesetting.safe_text import safe_line


def escaped(text: str) -> str:
    """Text for the inside of an element: cleaned and escaped."""
    return escape(safe_line(text))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text_element(x: float, y: float, text: str, size: float, **style: Any) -> str:
    """A text. ``style``: ``colour``, ``bold``, ``anchor`` (SVG's), ``halo`` (white around it)."""
    more = f' fill="{style.get("colour", INK)}"'
    more += ' font-weight="bold"' if style.get("bold") else ""
    more += f' text-anchor="{style["anchor"]}"' if "anchor" in style else ""
    more += f' stroke="{PAPER}" stroke-width="3" paint-order="stroke"' if style.get("halo") else ""
    text = safe_line(text)
    if text and measurable(text):
        room = _number(width(text, size, bool(style.get("bold"))))
        more += f' textLength="{room}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{_number(x)}" y="{_number(y)}" font-size="{size:g}"{more}>{escape(text)}</text>'


def rectangle(x: float, y: float, w: float, h: float, fill: str, edge: str = "", more: str = "") -> str:
    """A rectangle; ``more``: further attributes."""
    stroke = f' stroke="{edge}" stroke-width="1.2"' if edge else ""
    place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(w)}" height="{_number(h)}"'
    return f'<rect {place} fill="{fill}"{stroke}{more}/>'


def polyline(points: Sequence[tuple[float, float]], colour: str, weight: float, dash: str = "") -> str:
    """A line through points."""
    path = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{weight:g}"{more}/>'


def marker(x: float, y: float, kind: int, colour: str) -> str:
    """A dot, a square, a diamond or a triangle."""
    if kind == 0:
        return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="4" fill="{colour}"/>'
    corners = {
        1: ((-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)),
        2: ((0, -5), (5, 0), (0, 5), (-5, 0)),
        3: ((0, -5), (4.6, 3.6), (-4.6, 3.6)),
    }[kind]
    points = " ".join(f"{_number(x + a)},{_number(y + b)}" for a, b in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'
