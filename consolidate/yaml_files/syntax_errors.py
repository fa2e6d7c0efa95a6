"""Where text that is not YAML goes wrong, and how to correct it.

A parser notices a slip where it cannot go on, which is often a line further on, or the end of the file. What people
slip on is looked for in the lines before that.
"""

from __future__ import annotations

import re

import yaml

from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Place

_MESSAGES = {
    "found character that cannot start any token": "a text can't begin with this character; quote the text "
    "(and indent with blanks, never tabs)",
    "mapping values are not allowed in this context": "a colon out of place; quote a text that holds `: `, "
    "and indent the keys of a mapping alike",
    "did not find expected key": "a key was expected here; indent the keys of a mapping alike and close brackets",
    "did not find expected '-' indicator": "a list entry was expected here; begin each with `- `, indented alike",
    "did not find expected ',' or ']'": "a list is not closed; write `,` between its entries and `]` after the last",
    "did not find expected ',' or '}'": "a mapping is not closed; write `,` between its entries and `}` after the last",
    "did not find expected node content": "a value was expected here; close brackets, and quote a text that begins "
    "with a sign",
    "found unexpected end of stream": "a quoted text that is never closed; close the quotes",
    "could not find expected ':'": "a key without its colon; write `key: value`",
    "found a tab character that violates indentation": "a tab where blanks belong; indent with blanks, never tabs",
    "found undefined tag handle": "an unknown tag; leave the tag out",
    "did not find expected <document start>": "the file holds something after its end; keep to one document",
}
_BEGINS_THERE = ("found unexpected end of stream", "could not find expected ':'")
"""What the parser notices at the end of something; where that began is the context that it names."""

_ODD_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_GLUED = re.compile(r"(?P<indent> *(?:- +)*)(?P<key>[\w-]+):(?P<value>[^\s/:].*)")
_OPENED = re.compile(r"(?:^ *(?:- +)*|[:,\[{] *)(?=[\"'])")
_LINES_BACK = 100
"""How far back the beginning of a quoted text is looked for."""
_LONG = 500
"""Beyond a line of so many characters it is not looked for: such a line was not written by hand."""


def explain(error: yaml.MarkedYAMLError, text: str, shown: str) -> tuple[Place, str]:
    """The place of the slip that a parser's error comes from, and what to write there.

    Args:
        text: the text of the file.
        shown: the file as the user would name it.
    """
    what = error.problem or error.context or "not YAML"
    mark = error.problem_mark or error.context_mark
    if what in _BEGINS_THERE and error.context_mark is not None:
        mark = error.context_mark
    if mark is None:
        return Place(shown), _said(what)
    lines = text.split("\n")
    found = _odd_blank(lines, mark.line) or _glued(lines, mark.line) or _open_quote(lines, mark.line, mark.column)
    line, column, message = found or (mark.line, mark.column, _said(what))
    return Place(shown, line + 1, column + 1), message


def glued_colon(text: str) -> str | None:
    """What was meant by a text in which no blank follows the colon, such as ``run_cost:38_000``; None for others."""
    match = _GLUED.fullmatch(_ODD_BLANK.sub("", text))
    if match is None:
        return None
    meant = f"{match['key']}: {match['value']}"
    return f"no blank after the colon; write {show(meant)}"


def _said(what: str) -> str:
    return _MESSAGES.get(what, f"not YAML: {show(what, 100)[1:-1]}; mend the writing here")


_Found = tuple[int, int, str]
"""Line and column from 0, and what is wrong."""


def _last_lines(lines: list[str], line: int) -> list[int]:
    """The line where the parser stopped, and the last before it that holds anything."""
    before = next((i for i in range(line - 1, -1, -1) if lines[i].strip(" ") and lines[i].lstrip()[:1] != "#"), None)
    return [i for i in (line, before) if i is not None and i < len(lines)]


def _odd_blank(lines: list[str], line: int) -> _Found | None:
    """A blank that YAML takes for a letter, where only plain blanks part things."""
    for i in _last_lines(lines, line):
        match = re.match(rf" *(?:- +)*(?:[\w-]+ *:?)?(?P<blank>{_ODD_BLANK.pattern})", lines[i])
        if match is not None:
            code = f"U+{ord(match['blank']):04X}"
            return i, match.start("blank"), f"a non-breaking or wide blank ({code}); write a plain blank"
    return None


def _glued(lines: list[str], line: int) -> _Found | None:
    """A colon that no blank follows."""
    for i in _last_lines(lines, line):
        match = _GLUED.match(lines[i])
        if match is not None:
            message = glued_colon(lines[i].strip())
            return (i, match.start("key"), message) if message else None
    return None


def _open_quote(lines: list[str], line: int, column: int) -> _Found | None:
    """A quoted text that was not closed in its line, and so ran on to the next quotes, just before the place."""
    for i in range(line - 1, max(line - _LINES_BACK, 0) - 1, -1):
        if len(lines[i]) > _LONG:
            return None
        for match in _OPENED.finditer(lines[i]):
            quote = lines[i][match.end()]
            between = "\n".join([lines[i][match.end() + 1 :], *lines[i + 1 : line]])
            if quote not in between and quote in lines[line][:column]:
                return i, match.end(), "a quoted text that is not closed in its line; close the quotes"
    return None
