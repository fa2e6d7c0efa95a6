"""Writes the part of docs/model.md that says what each family of rows is, from the code's own docstrings.

python docs/generate_model.py
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from consolidate.solving.exact import model

PAGE = Path(__file__).parent / "model.md"
BEGIN, END = "<!-- families: written by docs/generate_model.py -->\n", "<!-- end of families -->"


def markdown(docstring: str) -> str:
    """A docstring in Markdown: formulas fenced as ``math``, roles and literals as code."""
    blocks = []
    for block in inspect.cleandoc(docstring).split("\n\n"):
        if block.startswith(".. math::"):
            lines = [line.strip() for line in block.removeprefix(".. math::").splitlines()]
            blocks.append("```math\n" + "\n".join(line for line in lines if line) + "\n```")
        else:
            text = re.sub(r":math:`([^`]*)`", r"$`\1`$", " ".join(block.split()))
            text = re.sub(r":\w+:`~?([^`]*)`", r"`\1`", text)
            blocks.append(text.replace("``", "`"))
    return "\n\n".join(blocks)


def families() -> str:
    """One entry for each family, in the order of the model."""
    return "\n".join(f"### `{family.__name__}`\n\n{markdown(family.__doc__ or '')}\n" for family in model.FAMILIES)


def page(text: str) -> str:
    """The page with its generated part made anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + families() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
