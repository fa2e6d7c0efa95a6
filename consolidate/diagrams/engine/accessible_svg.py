"""Makes Graphviz's SVG a picture that a screen reader can speak of, small, and the same every time."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from consolidate.diagrams.engine.canvas import Canvas, Label, number, printable

_SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"
_FONTS = "Arimo, Helvetica, Arial, Liberation Sans, sans-serif"
ET.register_namespace("", _SVG)


def accessible(svg: bytes, canvas: Canvas, language: str = "en-GB") -> bytes:
    """Graphviz's SVG with a title and a description, and a sentence on each thing drawn.

    Graphviz's own comments (its version among them), ids and titles go: they say ``n12``. Texts stand where the canvas
    has them, in the width that it has for them: Graphviz places them by whatever font the machine has.
    """
    root = ET.fromstring(svg)
    drawing = root.find(f"{{{_SVG}}}g")
    assert drawing is not None, "Graphviz draws everything in one group"
    parts = list(drawing)
    for part in parts:
        drawing.remove(part)
    drawing.attrib = {"transform": drawing.get("transform", ""), "font-family": _FONTS}
    _gather(drawing, parts, canvas)
    _label(root, canvas, language)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _label(root: ET.Element, canvas: Canvas, language: str) -> None:
    ids = f"{canvas.name}-title", f"{canvas.name}-description"
    root.attrib |= {"role": "img", "aria-labelledby": ids[0], "aria-describedby": ids[1], "lang": language}
    root.set(f"{{{_XML}}}lang", language)
    for place, (tag, name, text) in enumerate((("title", ids[0], canvas.title), ("desc", ids[1], canvas.description))):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": name})
        element.text = printable(text)
        element.tail = "\n"
        root.insert(place, element)


def _gather(drawing: ET.Element, parts: list[ET.Element], canvas: Canvas) -> None:
    """Put neighbours of one group together under its sentence, and the rest straight into the drawing."""
    current: int | None = None
    parent = drawing
    for part in parts:
        group = canvas.group_of(_index(part))
        if group is None:
            parent = drawing
        elif group != current:
            parent = ET.SubElement(drawing, f"{{{_SVG}}}g")
            parent.tail = "\n"
            ET.SubElement(parent, f"{{{_SVG}}}title").text = canvas.groups[group]
        current = group
        label = None if part.get("class") == "edge" else canvas.label_of(_index(part))
        for mark in part if part.tag == f"{{{_SVG}}}g" else [part]:
            if label is not None and mark.tag == f"{{{_SVG}}}text":
                _place(mark, label, canvas.height)
            if mark.tag != f"{{{_SVG}}}title":
                parent.append(_plain(mark))


def _index(part: ET.Element) -> int:
    """The number that our graph gave to a node (in its title) or to an edge (its id)."""
    if part.get("class") == "edge":
        return int((part.get("id") or "e0")[1:])
    title = part.findtext(f"{{{_SVG}}}title") or "n0"
    return int(title[1:])


def _place(text: ET.Element, label: Label, height: float) -> None:
    """Puts a text where its label is; in another font than ours it is drawn narrower or wider, to the same width."""
    text.set("text-anchor", label.anchor)
    text.set("x", number(label.x))
    text.set("y", number(label.y - height))
    if label.width:
        text.set("textLength", number(label.width))
        text.set("lengthAdjust", "spacingAndGlyphs")


def _plain(mark: ET.Element) -> ET.Element:
    """A mark without the attributes that every mark repeats, and without an edge of no width."""
    if mark.get("font-family", "").lower().endswith("bold"):
        mark.set("font-weight", "bold")
    for name in ("font-family", f"{{{_XML}}}space"):
        mark.attrib.pop(name, None)
    if mark.get("stroke-width") == "0" or mark.get("stroke") == "transparent":
        mark.attrib.pop("stroke-width", None)
        mark.set("stroke", "none")
    mark.tail = "\n"
    return mark
