"""One owner each for writing files, and for amounts of money and plurals in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import known_exceptions
from source_tree import NAMES, apart, parsed

# -- writing ---------------------------------------------------------------------------------------

WRITERS = {
    "output_files": "what is written whole or not at all",
    "output_sets": "the files of one run, which are moved to their places together",
    "folder_lock": "the file that is locked while they are",
}
"""Modules that write files, and why."""

_WRITING = re.compile(r"(.*\.)?(write_text|write_bytes)|os\.(replace|rename|link|open|fdopen|truncate)")
_PLACING = re.compile(r"shutil\.(copy\w*|move)|tempfile\.\w+")
_OPENING = re.compile(r"(.*\.)?(open|fdopen)")
_MODE = re.compile(r"[wxa][bt]?\+?|r[bt]?\+[bt]?")


def writes(tree: ast.AST) -> Iterator[str]:
    """Every call that makes, moves or changes a file."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = ast.unparse(node.func)
        given = [*node.args, *(word.value for word in node.keywords)]
        modes = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        opens = _OPENING.fullmatch(function) and any(map(_MODE.fullmatch, modes))
        if opens or _WRITING.fullmatch(function) or _PLACING.fullmatch(function):
            yield function


def test_files_are_written_by_their_owner() -> None:
    found = {f"{name}: {call}" for name, path in NAMES.items() if name not in WRITERS for call in writes(parsed(path))}
    assert not (said := apart(found, known_exceptions.WRITERS)), said
    assert all(any(writes(parsed(NAMES[name]))) for name in WRITERS if name in NAMES), "one of them writes nothing"


# -- words -----------------------------------------------------------------------------------------

WORDS = ("vocabulary", "language")
"""The modules that put amounts of money and plurals into words, in English and in every language."""
SIGNS = "£€$"
MEASURED = "diagrams.engine.fonts"
"""Has how wide letters are, currency signs among them."""


def spelt(tree: ast.AST) -> Iterator[str]:
    """Currency signs before amounts, and endings that depend on a number."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            endings = {getattr(one, "value", None) for one in (node.body, node.orelse)}
            if endings in ({"", "s"}, {"", "es"}, {"y", "ies"}):
                yield ast.unparse(node)
        elif isinstance(node, ast.JoinedStr):
            before = [one for one, after in pairwise(node.values) if isinstance(after, ast.FormattedValue)]
            if any(isinstance(one, ast.Constant) and str(one.value).endswith(tuple(SIGNS)) for one in before):
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in SIGNS and node.value:
            yield repr(node.value)


def test_money_and_plurals_are_put_into_words_by_their_owner() -> None:
    found = {
        f"{name}: {text}"
        for name, path in NAMES.items()
        if name not in (*WORDS, MEASURED)
        for text in spelt(parsed(path))
    }
    assert not (said := apart(found, known_exceptions.MONEY_AND_PLURALS)), said


def test_the_rules_find_what_they_look_for() -> None:
    tree = ast.parse(
        'open(x, "w"); path.open("rb"); path.open(mode="xb"); path.write_text(t); os.replace(a, b)\n'
        'text.replace(a, b); open(x, encoding="utf-8"); shutil.copytree(a, b); tempfile.mkstemp()\n'
    )
    calls = ["open", "path.open", "path.write_text", "os.replace", "shutil.copytree", "tempfile.mkstemp"]
    assert list(writes(tree)) == calls
    tree = ast.parse("x = f'£{n}'; y = f'{n} move' + ('' if n == 1 else 's'); z = 'costs £5'; t = ''; u = '$'")
    assert set(spelt(tree)) == {"f'£{n}'", "'£'", "'' if n == 1 else 's'", "'$'"}
