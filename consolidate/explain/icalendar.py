"""The calendar of decisions as an iCalendar file (RFC 5545), to be subscribed to or imported by a diary.

Each decision is an event of one day. Its identity is made of the programme and of what is decided alone, so that the
calendar of a later plan moves the same events; times of writing are the first day of the plan's first open quarter, so
that the same plan gives the same file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

from consolidate.explain.decision_words import caveat_words, decision_words, missed_words, planned_words, stopped_words
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.language import Language, language
from consolidate.vocabulary import translatable

OCTETS = 75
"""The longest line, in octets of UTF-8, without its line break."""


_CATEGORIES = {
    "start": translatable("start"),
    "build": translatable("build"),
    "notice": translatable("notice"),
    "renewal": translatable("renewal"),
}


def decisions_ics(calendar: DecisionCalendar, lang: str = "en") -> str:
    """The calendar of decisions as an iCalendar file (RFC 5545).

    Parameters
    ----------
    calendar
        What :func:`consolidate.decisions` returned.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        The file, with the line breaks of the format (CRLF), lines folded at 75 octets; the same for the same calendar.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//consolidate//decisions//{lang.upper()}"]
    title = own.text("{programme}: decisions", programme=own.said(calendar.programme))
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(f'{title}{_marking(calendar)}')}"]
    if told := [one for one in (own.draft, stopped_words(own, calendar)) if one]:
        lines.append(f"X-WR-CALDESC:{_text(chr(10).join(told))}")
    for one in calendar.decisions:
        lines += _event(own, calendar, one)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _planned(own: Language, one: Decision) -> str:
    said = planned_words(own, one)
    return said if one.ends is not None or not said else own.text("Planned: {quarter}", quarter=said)


def _event(own: Language, calendar: DecisionCalendar, one: Decision) -> Iterator[str]:
    said = [
        calendar.marking.upper(),
        _planned(own, one),
        own.text("If it is missed: {what}", what=missed_words(own, calendar, one)),
        caveat_words(own, calendar),
    ]
    # English is what goes without saying.
    tag = "" if own.code == "en" else f";LANGUAGE={own.tag}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_identity(calendar, one)}@consolidate.invalid"
    yield f"DTSTAMP:{calendar.stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY{tag}:{_text(own.text('Last day: {what}', what=decision_words(own, one)))}"
    yield f"DESCRIPTION{tag}:{_text(chr(10).join(part for part in said if part))}"
    yield f"CATEGORIES{tag}:{_text(own.text(_CATEGORIES[one.kind]).upper())}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _marking(calendar: DecisionCalendar) -> str:
    return f" ({calendar.marking.upper()})" if calendar.marking else ""


def _identity(calendar: DecisionCalendar, one: Decision) -> str:
    """The same for the same decision in every plan of a programme."""
    text = "\n".join((calendar.programme, one.kind, one.id, str(one.step)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _text(text: str) -> str:
    r"""A text as a value: what separates values is escaped, and what cannot be printed is a space.

    >>> _text("one; two, three")
    'one\\; two\\, three'
    """
    safe = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return safe.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, no letter cut in two; those after the first begin with a space."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
