"""Makes Graphviz's SVG a picture that a screen reader can speak of, small, and the same every time.

Graphviz writes plain elements, texts and attributes escaped, a group for each node and each edge, and no group in such
a group. So its marks are found by a pattern: large plans have hundreds of thousands of them, and an XML parser takes
more than twice as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consolidate.diagrams.engine.canvas import Canvas, Label, number, printable

_FONTS = "Arimo, Helvetica, Arial, Liberation Sans, sans-serif"
_ELEMENT = re.compile(r"<([a-z]+)([^<>]*)>([^<]*)")
"""The start of an element, or a whole one: its name, its attributes, and the text after it."""
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_BLANK_AFTER_BLANK = re.compile("(?<= ) ")
"""It would not be shown, if it were not one that does not break."""
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED_IN_QUOTES = _ESCAPED | {'"': "&quot;"}

_Attributes = dict[str, str]
"""By name, as they are written: escaped."""


def accessible(svg: bytes, canvas: Canvas, language: str = "en-GB") -> bytes:
    """Graphviz's SVG with a title and a description, with the texts of the canvas, and a sentence on each thing drawn.

    Graphviz's own comments (its version among them), ids and titles go: they say ``n12``. So do its texts, if it drew
    any: it places them by whatever font the machine has. Ours stand where the canvas has them, in the width that it
    has for them.
    """
    elements = _ELEMENT.finditer(svg.decode())
    size = _attributes(next(found[2] for found in elements if found[1] == "svg"))
    drawing = _attributes(next(found[2] for found in elements if found[1] == "g"))  # it holds everything
    rows = ["<?xml version='1.0' encoding='utf-8'?>\n", *_head(size, canvas, language)]
    rows += [_start("g", {"transform": drawing.get("transform", ""), "font-family": _FONTS}), ">\n"]
    rows += _gathered(elements, canvas)
    rows.append("</g>\n</svg>\n")
    return "".join(rows).encode()


def _head(size: _Attributes, canvas: Canvas, language: str) -> Iterator[str]:
    """The start of the picture, what it is called, and what it shows."""
    title, description = f"{canvas.name}-title", f"{canvas.name}-description"
    size.pop("xmlns:xlink", None)
    size = {"xmlns": size.pop("xmlns"), **size, "role": "img"}
    labels = {"aria-labelledby": title, "aria-describedby": description, "lang": language, "xml:lang": language}
    yield _start("svg", size | {name: _escaped(value, _ESCAPED_IN_QUOTES) for name, value in labels.items()}) + ">\n"
    for tag, name, text in (("title", title, canvas.title), ("desc", description, canvas.description)):
        yield _whole(tag, {"id": _escaped(name, _ESCAPED_IN_QUOTES)}, printable(text)) + "\n"


def _gathered(elements: Iterator[re.Match[str]], canvas: Canvas) -> Iterator[str]:
    """All marks, neighbours of one group together under its sentence, the rest by itself."""
    current: int | None = None
    for index, mark in _marks(elements, canvas):
        group = canvas.group_of(index)
        if group != current:
            yield "</g>\n" if current is not None else ""
            yield f"<g>{_whole('title', {}, canvas.groups[group])}" if group is not None else ""
            current = group
        yield mark
    yield "</g>\n" if current is not None else ""


def _marks(elements: Iterator[re.Match[str]], canvas: Canvas) -> Iterator[tuple[int, str]]:
    """Graphviz's marks with the canvas's texts between them, each with its number on the canvas."""
    labels = canvas.labels
    number, label = next(labels, _NO_MORE)
    index, edge = 0, False
    for found in elements:
        tag = found[1]
        if tag == "g":
            edge = 'class="edge"' in found[2]
            index = int(_attributes(found[2])["id"][1:]) if edge else 0
            continue
        if tag == "title":
            index = index if edge else _number(found[3])
            continue
        while label is not None and number < index:
            yield number, _text(label, canvas.height)
            number, label = next(labels, _NO_MORE)
        if tag != "text":
            yield index, _whole(tag, _plain(_attributes(found[2])), "") + "\n"
    while label is not None:
        yield number, _text(label, canvas.height)
        number, label = next(labels, _NO_MORE)


_NO_MORE: tuple[int, None] = (0, None)
"""After the last text."""


def _number(title: str) -> int:
    """The number that our graph gave to a node, from its title; 0 for that of the whole graph, which is another name.

    >>> _number("n12"), _number("network")
    (12, 0)
    """
    return int(title[1:]) if title.startswith("n") and title[1:].isdecimal() else 0


def _text(label: Label, height: float) -> str:
    """A text where its label is; in another font than ours it is drawn narrower or wider, to the same width."""
    attributes = {"text-anchor": label.anchor, "x": number(label.x), "y": number(label.y - height)}
    attributes |= {"font-size": f"{label.size:.2f}", "fill": label.colour}
    if label.width:
        attributes |= {"textLength": number(label.width), "lengthAdjust": "spacingAndGlyphs"}
    if label.bold:
        attributes["font-weight"] = "bold"
    return _whole("text", attributes, _BLANK_AFTER_BLANK.sub("\xa0", label.text)) + "\n"


def _plain(attributes: _Attributes) -> _Attributes:
    """A mark's attributes without an edge of no width."""
    if attributes.get("stroke-width") == "0" or attributes.get("stroke") == "transparent":
        attributes.pop("stroke-width", None)
        attributes["stroke"] = "none"
    return attributes


# -- elements as text ---------------------------------------------------------------------


def _attributes(text: str) -> _Attributes:
    return dict(_ATTRIBUTE.findall(text))


def _start(tag: str, attributes: _Attributes) -> str:
    """The start of an element, open at its end."""
    return f"<{tag}" + "".join([f' {name}="{value}"' for name, value in attributes.items()])


def _whole(tag: str, attributes: _Attributes, text: str) -> str:
    """An element that holds a text, or nothing."""
    return f"{_start(tag, attributes)}>{_escaped(text, _ESCAPED)}</{tag}>" if text else f"{_start(tag, attributes)} />"


def _escaped(text: str, signs: dict[str, str]) -> str:
    for sign, escaped in signs.items():  # the ampersand first
        if sign in text:
            text = text.replace(sign, escaped)
    return text
