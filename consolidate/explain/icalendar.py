"""The calendar of decisions as an iCalendar file (RFC 5545), to be subscribed to or imported by a diary.

Each decision is an event of one day. Its identity is made of the programme and of what is decided alone, so that the
calendar of a later plan moves the same events; times of writing are the first day of the plan's first open quarter, so
that the same plan gives the same file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

from consolidate.explain.decision_words import caveat_words, decision_words, missed_words, planned_words
from consolidate.explain.decisions import Decision, DecisionCalendar

OCTETS = 75
"""The longest line, in octets of UTF-8, without its line break."""


def decisions_ics(calendar: DecisionCalendar) -> str:
    """The calendar of decisions as an iCalendar file (RFC 5545).

    Parameters
    ----------
    calendar
        What :func:`consolidate.decisions` returned.

    Returns
    -------
    str
        The file, with the line breaks of the format (CRLF), lines folded at 75 octets; the same for the same calendar.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//consolidate//decisions//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_text(f'{calendar.programme}: decisions{_marking(calendar)}')}"]
    for one in calendar.decisions:
        lines += _event(calendar, one)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _planned(one: Decision) -> str:
    said = planned_words(one)
    return said if one.ends is not None or not said else f"Planned: {said}"


def _event(calendar: DecisionCalendar, one: Decision) -> Iterator[str]:
    said = [
        calendar.marking.upper(),
        _planned(one),
        f"If it is missed: {missed_words(calendar, one)}",
        caveat_words(calendar),
    ]
    yield "BEGIN:VEVENT"
    yield f"UID:{_identity(calendar, one)}@consolidate.invalid"
    yield f"DTSTAMP:{calendar.stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(f'Last day: {decision_words(one)}')}"
    yield f"DESCRIPTION:{_text(chr(10).join(part for part in said if part))}"
    yield f"CATEGORIES:{one.kind.upper()}"
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
