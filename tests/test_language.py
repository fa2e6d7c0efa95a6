"""Every text is in the catalogues, with its places kept; numbers, dates and plurals are right in each language."""

from __future__ import annotations

import ast
import datetime as dt
import io
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from source_tree import parsed

from consolidate.errors import UserError
from consolidate.inventory import Name
from consolidate.language import LOCALES, language

PACKAGE = Path(__file__).parents[1] / "consolidate"
SOURCE = PACKAGE / "locale/cy/LC_MESSAGES/consolidate.po"
METHODS = ("text", "plural", "context")
MARKS = ("translatable", "Phrase", "PluralPhrase")
"""What is called with a text that a language is asked for later."""
PLURALS = ("plural", "PluralPhrase")
"""What is called with a text in two forms."""
SPEAKERS = ("language", "own", "_own")
"""How a language is called where it is asked for a text; docs/translation.md says the same."""
Key = tuple[str | None, str | tuple[str, str]]


@cache
def catalogue() -> Catalog:
    return read_po(io.BytesIO(SOURCE.read_bytes()), locale="cy")


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Where a language is asked for a text, and how: others have a method ``text`` as well, so its name counts."""
    return tuple(_calls())


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or last_name(node.func) not in (*METHODS, *MARKS):
                continue
            asked, _, method = ast.unparse(node.func).rpartition(".")
            speaks = asked.split(".")[-1] in SPEAKERS or (asked == "self" and path.name == "language.py")
            if (speaks and method in METHODS) or (not asked and method in MARKS):
                yield f"{path.name}:{node.lineno}", method, node


def last_name(called: ast.expr) -> str:
    """The name after the last dot."""
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


@cache
def written() -> dict[Key, str]:
    """Every text in code and templates, by its context and itself, and where it stands."""
    found: dict[Key, str] = {}
    for where, method, node in calls():
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if method == "context":
            found[texts[0], texts[1]] = where
        elif texts:
            found[None, (texts[0], texts[1]) if method in PLURALS else texts[0]] = where
    for path in sorted(PACKAGE.rglob("templates/*.html")):
        with path.open("rb") as file:
            for line, _, message, _ in babel_extract(file, ["text"], [], {}):
                found[None, message if isinstance(message, str) else str(message[0])] = f"{path.name}:{line}"
    return found


@cache
def translated() -> dict[Key, Message]:
    return {(one.context, tuple(one.id) if one.pluralizable else one.id): one for one in catalogue() if one.id}


def places(text: str) -> set[str]:
    """The names between curly brackets."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_is_in_the_catalogue() -> None:
    known = translated()
    missing = [f"{where}: {key}" for key, where in written().items() if key not in known]
    assert not missing, "\n".join(missing)
    empty = [str(one.id) for one in known.values() for text in _texts(one) if not text]
    assert not empty, "\n".join(empty)


def test_the_catalogue_holds_nothing_else() -> None:
    used = written()
    idle = [str(key) for key in translated() if key not in used]
    assert not idle, "\n".join(idle)
    assert not catalogue().obsolete
    assert not [one.id for one in catalogue() if one.id and one.fuzzy]


def test_places_are_kept() -> None:
    for one in translated().values():
        ids = one.id if one.pluralizable else (one.id,)
        wanted = places(ids[-1])
        for text in _texts(one):
            assert places(text) == wanted, f"{one.id}: {text}"


def test_texts_begin_and_end_alike() -> None:
    """Blanks at the ends, and a full stop: a translation is put together with others as the original is."""
    for one in translated().values():
        ids = one.id if one.pluralizable else (one.id,)
        for text in _texts(one):
            assert (text != text.rstrip(), text != text.lstrip()) == (
                ids[-1] != ids[-1].rstrip(),
                ids[-1] != ids[-1].lstrip(),
            )
            assert text.endswith(".") == ids[-1].endswith("."), text


def _texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (str(message.string),)


def test_texts_can_be_found() -> None:
    """A text stands in the call itself, or is one that is said to be ``translatable`` where it stands."""
    found = list(calls())
    assert len(found) > 100
    for where, method, node in found:
        first = node.args[: 2 if method in ("context", *PLURALS) else 1]
        whole = [isinstance(argument, ast.Constant) and isinstance(argument.value, str) for argument in first]
        table = method in ("text", "Phrase") and isinstance(first[0], ast.Subscript | ast.Name)
        assert all(whole) or table, f"{where}: {ast.unparse(node)}"


def test_nobody_asks_under_another_name() -> None:
    """A text asked of a language that is called something else would not be found."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and path.name != "language.py":
                    asked = ast.unparse(node.func.value).split(".")[-1]
                    assert asked in (*SPEAKERS, "ink"), f"{path.name}:{node.lineno}: {ast.unparse(node)}"


def test_it_says_that_it_is_a_draft() -> None:
    head = SOURCE.read_text(encoding="utf-8").partition("msgid")[0]
    assert "DRAFT" in head
    assert "to be confirmed by a translator" in head


def test_welsh_has_six_forms() -> None:
    """*Partner* is mutated after 2 (dau bartner), 3 (tri phartner) and 6 (chwe phartner)."""
    said = [language("cy").plural("{n} partner", "{n} partners", n) for n in (0, 1, 2, 3, 4, 6, 7, 12)]
    words = ["partner", "partner", "bartner", "phartner", "partner", "phartner", "partner", "partner"]
    assert [text.split()[1] for text in said] == words
    assert all(len(one.string) == 6 for one in translated().values() if one.pluralizable)


def test_english_has_two_forms() -> None:
    english = language("en")
    assert [english.plural("{n} partner", "{n} partners", n) for n in (0, 1, 1200)] == [
        "0 partners",
        "1 partner",
        "1,200 partners",
    ]


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("en", ("-1,234.5", "£12,346", "€0.10", "12.5%", "1 April 2017", "September 2018", "2017/18 Q2", "2017/18")),
        ("cy", ("-1,234.5", "£12,346", "€0.10", "12.5%", "1 Ebrill 2017", "Medi 2018", "2017/18 Ch2", "2017/18")),
    ],
)
def test_figures(code: str, figures: tuple[str, ...]) -> None:
    one = language(code)
    assert figures == (
        one.number(-1234.54, 1),
        one.money(12345.678),
        one.money(0.1, "EUR", 2),
        one.percent(0.125),
        one.date(dt.date(2017, 4, 1)),
        one.month_year(dt.date(2018, 9, 30)),
        one.quarter("2017/18 Q2"),
        one.quarter("2017/18"),
    )


def test_nought_is_never_negative() -> None:
    one = language("en")
    assert (one.number(-0.4), one.money(-0.004, decimals=2), one.percent(-0.0001)) == ("0", "£0.00", "0.0%")


def test_values_are_not_read_again() -> None:
    """What is put into a text stays as it is, whatever it looks like."""
    assert language("cy").text("Table: {caption}", caption="{x} %s {caption}") == "Tabl: {x} %s {caption}"


def test_names_say_whether_they_are_in_the_language() -> None:
    both, english = Name({"en": "Payroll", "cy": "Cyflogres"}), Name({"en": "Payroll"})
    assert [language(code).name(name) for code in ("en", "cy") for name in (both, english)] == [
        ("Payroll", True),
        ("Payroll", True),
        ("Cyflogres", True),
        ("Payroll", False),
    ]


def test_an_unknown_language() -> None:
    with pytest.raises(UserError, match="no texts in the language 'fr'; the languages are en, cy"):
        language("fr")


def test_months_are_short_and_distinct() -> None:
    for code in LOCALES:
        months = [language(code).month(number) for number in range(1, 13)]
        assert len(set(months)) == 12
        assert {len(month) for month in months} == {3}
