"""Problems in three formats: text, JSON, and annotations on a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Literal

from consolidate.errors import Problem

ProblemFormat = Literal["text", "json", "github"]


def problems_text(problems: Sequence[Problem], format: ProblemFormat = "text") -> str:
    """Problems, one a line (``text``), as a list of objects (``json``), or as annotations (``github``).

    There is no newline at the end.
    """
    if format == "json":
        return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1)
    write: Callable[[Problem], str] = _annotation if format == "github" else _line
    return "\n".join(map(write, problems))


def _line(problem: Problem) -> str:
    return " ".join(str(problem).splitlines())


def _annotation(problem: Problem) -> str:
    """A workflow command, by GitHub's escapes for messages and for properties."""
    place = f"file={_property(problem.path)},line={problem.line},col={problem.column}"
    return f"::{problem.severity} {place}::{_data(problem.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
