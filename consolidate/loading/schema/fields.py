"""Readers of fields: one for each kind of value in an inventory.

A reader takes the node of the file (:mod:`consolidate.yaml_files.nodes`) and returns the value, or raises
:class:`Fault` with ``what is wrong; what would be right``. The types of :mod:`.field_types` bind the readers to
models.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import ValidationInfo

from consolidate.inventory import Amounts
from consolidate.quarters import Calendar, months, parse_date, parse_year
from consolidate.yaml_files.messages import Guesses, nearest, show
from consolidate.yaml_files.nodes import Map, Mark, Node, Seq, Text

MAX_AMOUNT = 10**15
MAX_QUARTERS = 400
MOST_FAULTS = 2_000
"""How many faults of a file are found at once; one in a model within another counts for both."""
_LONGEST_NUMBER = 60
_MOST_PARTS = 200
"""How many faults within one value, such as a list, have a message."""
APPROACHES = (
    "rehost",
    "replatform",
    "refactor",
    "relocate",
    "repurchase",
    "retire",
    "consolidate",
    "refresh",
    "retain",
)

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NUMBER = re.compile(r"(0|[1-9][0-9]*(_[0-9]+)*)?(\.[0-9]+(_[0-9]+)*)?")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_OTHERWISE = re.compile(r"[0-9]+|0x[0-9a-f]+|0b[01]+|0o[0-7]+|[0-9]+e-?[0-9]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_ORDINAL_QUARTER = re.compile(r"Q[1-4]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Fault(ValueError):
    """A value that can't be used: messages, each with its place (None: the value's own), and how many more."""

    def __init__(self, message: str, mark: Mark | None = None, more: Iterable[tuple[Mark | None, str]] = ()) -> None:
        self.parts: list[tuple[Mark | None, str]] = [(mark, message), *more]
        self.uncounted = 0
        super().__init__(message)

    def __reduce__(self) -> tuple[type[Fault], tuple[str, Mark | None, list[tuple[Mark | None, str]]]]:
        (mark, message), *more = self.parts
        return type(self), (message, mark, more)


class Faults:
    """The faults within one value; of very many the rest is counted."""

    def __init__(self) -> None:
        self.parts: list[tuple[Mark | None, str]] = []
        self.more = 0

    def add(self, mark: Mark | None, message: str) -> None:
        """Note a fault at a place (None: the value's own)."""
        if len(self.parts) < _MOST_PARTS:
            self.parts.append((mark, message))
        else:
            self.more += 1

    def take(self, fault: Fault, place: Mark) -> None:
        """Note all parts of a fault within the value; ``place``: of those that stand where it was found."""
        for mark, message in fault.parts:
            self.add(mark or place, message)

    def raise_any(self) -> None:
        """Ends reading the value if there are any.

        Raises:
            Fault: with all of them.
        """
        if self.parts:
            (mark, message), *rest = self.parts
            fault = Fault(message, mark, rest)
            fault.uncounted = self.more
            raise fault


class TooManyFaults(Exception):
    """A file has so many faults that it is read in parts. It ends validation, as no :class:`ValueError` would."""


@dataclass
class Known:
    """What a field may refer to, and how dates become quarters: pydantic's validation context.

    Attributes:
        ids: by kind (``pot``, ``role``, …) the ids that exist; None where the file that would say so can't be
            read: every id is then accepted.
        unread: partners whose systems are not known.
        partner: the partner whose file is read, which resolves short ids.
        without_services: where services are named or needed although there is no services.yaml, which is then said
            once; None where there is one.
        faults: how many have been found in the file that is validated; see :meth:`count`.
        guesses: what looking for suggestions may still cost.
    """

    calendar: Calendar
    ids: Mapping[str, Mapping[str, Any] | None]
    unread: frozenset[str] = frozenset()
    partner: str | None = None
    without_services: list[Mark] | None = None
    faults: int = 0
    guesses: Guesses = field(default_factory=Guesses)

    def count(self, number: int) -> None:
        """Count faults of a file.

        Raises:
            TooManyFaults: there are more than anybody reads; each would cost memory.
        """
        self.faults += number
        if self.faults > MOST_FAULTS:
            raise TooManyFaults

    def suggest(self, text: str, ids: Iterable[str]) -> str:
        """What an unknown id may have meant, else which ids there are."""
        known = list(ids)
        guess = self.guesses.nearest(text, known)
        if guess is not None:
            return f"did you mean {show(guess)}?"
        return f"there is {listed(known)}" if known else "there is none"


def listed(known: list[str]) -> str:
    """The first few of some ids, for a message."""
    return ", ".join(show(word) for word in known[:8]) + (", …" if len(known) > 8 else "")


def _known(info: ValidationInfo) -> Known:
    assert isinstance(info.context, Known)
    return info.context


def scalar(value: Any, example: str) -> Text:
    """The text of a value that must be one."""
    if isinstance(value, Text):
        if value.is_null:
            raise Fault(f"no value here; write one, such as {show(example)}, or leave the key out")
        return value
    kind = "a list" if isinstance(value, Seq) else "a mapping"
    raise Fault(f"{kind} where one value belongs; write it as {show(example)}")


# Numbers


def number(value: Any, example: str = "12_000") -> float:
    """A decimal number, 0 or more.

    Raises:
        Fault: for every other way of writing, with how to write it.
    """
    text = scalar(value, example)
    if not text.plain:
        bare = str(text) if _is_number(text) else example
        raise Fault(f"{show(text)} is quoted, so it is a text; write the number bare: {show(bare)}")
    if not _is_number(text):
        raise Fault(_number_fault(text, example))
    return _capped(text)


def _is_number(text: str) -> bool:
    return bool(text) and _NUMBER.fullmatch(text) is not None


def _capped(text: str) -> float:
    if len(text) > _LONGEST_NUMBER or (amount := float(text.replace("_", ""))) > MAX_AMOUNT:
        raise Fault(f"{show(text)} is too large or too long; write an amount up to {MAX_AMOUNT:.0e}".replace("+", ""))
    return amount


def _number_fault(text: str, example: str) -> str:
    """Why a text is no number, and what to write."""
    bare = text.replace("_", "").replace(",", "").lstrip("+")
    if re.fullmatch(r"-[0-9][0-9_,.]*%?", text):
        return f"{show(text)} is negative; write 0 or more"
    if re.fullmatch(r"\+[0-9][0-9_.]*", text) and _is_number(text[1:]):
        return f"{show(text)} has a sign; write {show(text[1:])}"
    if re.fullmatch(r"[0-9][0-9_.]*%", text):
        return f"{show(text)} is a percentage, and an amount belongs here; write it as {show(example)}"
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text):
        return f"{show(text)} has commas; write {show(text.replace(',', '_'))}"
    if re.fullmatch(r"0[0-9_]+(\.[0-9]+)?", text):
        return f"{show(text)} begins with 0, which some programs read as octal; write {show(bare.lstrip('0') or '0')}"
    if re.fullmatch(r"0[xob][0-9a-fA-F_]+", text) and len(text) < 20:
        return f"{show(text)} is not decimal; {_decimal_of(text, example)}"
    if re.fullmatch(r"[0-9.]+[eE][-+]?[0-9]{1,3}", text) and len(text) < 20:
        return f"{show(text)} has an exponent; {_decimal_of(text, example)}"
    if re.fullmatch(r"[0-9]+(:[0-9]+)+(\.[0-9]*)?", text):
        return f"{show(text)} has colons, which some programs read in sixties; write it as {show(example)}"
    if re.fullmatch(r"[-+]?\.?(inf|infinity|nan)", text.lower()):
        return f"{show(text)} is no amount; write a decimal number such as {show(example)}"
    if match := re.fullmatch(r"(?:[£$€]|GBP ?|EUR ?|USD ?)([0-9][0-9_,]*(?:\.[0-9]+)?)", text):
        plain = match[1].replace(",", "_")
        return f"{show(text)} names a currency; write {show(plain)} (`currency` says which in programme.yaml)"
    if match := re.fullmatch(r"[£$€]?([0-9]+(?:\.[0-9]+)?)([kKmM])", text):
        scale = 1_000 if match[2] in "kK" else 1_000_000
        return f"{show(text)} is shortened; write {show(_digits(Decimal(match[1][:30]) * scale))}"
    if re.fullmatch(r"[0-9][0-9_]*\.", text):
        return f"{show(text)} ends in a point; write {show(text[:-1])}"
    if re.fullmatch(r"[0-9_]+(\.[0-9_]+)?", text):
        return f"{show(text)} has a `_` out of place; write it only between digits, as in {show(example)}"
    return f"{show(text)} is not a number; write one such as {show(example)}"


def _decimal_of(text: str, example: str) -> str:
    """What to write for a number in another notation."""
    try:
        value = Decimal(int(text, 0)) if text[1] in "xob" else Decimal(text)
    except (ValueError, ArithmeticError):
        return f"write it as {show(example)}"
    exponent = value.as_tuple().exponent  # a letter only of what is no number
    small = 0 <= value <= MAX_AMOUNT and isinstance(exponent, int) and exponent > -30
    return f"write {show(_digits(value))}" if small else f"write it as {show(example)}"


def _digits(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Percent:
    """A percentage as an exact fraction: 90% is 9/10."""

    share: Fraction


def percent(value: Any, example: str = "3.5%", most: int = 1000) -> Percent:
    """A number with its ``%``.

    Raises:
        Fault: when it has none, is quoted, negative, or above ``most`` per cent.
    """
    text = scalar(value, example)
    bare = text[:-1] if text.endswith("%") else ""
    if not text.plain:
        raise Fault(f"{show(text)} is quoted, so it is a text; write the percentage bare: {show(example)}")
    if len(text) > _LONGEST_NUMBER:
        raise Fault(f"{show(text)} is too long; write a percentage, such as {show(example)}")
    if not bare or not _is_number(bare):
        raise Fault(_percent_fault(text, example))
    if len(bare) > 30 or (share := Fraction(bare.replace("_", "")) / 100) > Fraction(most, 100):
        raise Fault(f"{show(text)} is too much; write at most {show(f'{most}%')}")
    return Percent(share)


def _percent_fault(text: str, example: str) -> str:
    if _is_number(text):
        share = Fraction(text.replace("_", ""))
        meant = share * 100 if share <= 1 else share
        remedy = (
            f"write {show(f'{float(meant):g}%')}" if meant <= 1000 else f"write a percentage, such as {show(example)}"
        )
        return f"{show(text)} lacks its %; {remedy}"
    if text.endswith(" %") and _is_number(text[:-1].rstrip()):
        return f"{show(text)} has a blank before its %; write {show(text[:-1].rstrip() + '%')}"
    if not text.endswith("%"):
        return _number_fault(text, example)
    return re.sub("`([^`%]*)%?`", r"`\1%`", _number_fault(text[:-1], example))


def whole(least: int, most: int, what: str, example: str = "2") -> Callable[[Any], int]:
    """A reader of whole numbers from ``least`` to ``most``; ``what`` is their unit."""

    def read(value: Any) -> int:
        text = scalar(value, example)
        amount = number(text, example)
        if amount != int(amount):
            raise Fault(f"{show(text)} is not whole; write a whole number of {what}, such as {show(example)}")
        if not least <= amount <= most:
            raise Fault(f"{show(text)} is out of range; write {least} to {most} {what}")
        return int(amount)

    return read


def read_boolean(value: Any) -> bool:
    """`yes` or `no`, `true` or `false`, not quoted."""
    text = scalar(value, "yes")
    if text.lower() in ("yes", "true", "no", "false"):
        if not text.plain:
            raise Fault(f"{show(text)} is quoted, so it is a text; write {show(text.lower())} bare")
        return text.lower() in ("yes", "true")
    raise Fault(f"{show(text)} is neither yes nor no; write `yes` or `no`")


# Texts and ids


def words(value: Any, example: str = "a text") -> str:
    """A text on one line; line breaks of a folded text become blanks."""
    text = scalar(value, example)
    if not text.strip():
        raise Fault(f"an empty text; write one, such as {show(example)}, or leave the key out")
    return " ".join(text.split()) if any(c in text for c in "\n\t") else str(text)


def read_name(value: Any) -> dict[str, str]:
    """A name: one text, which is English, or one for each language by its code."""
    if not isinstance(value, Map):
        return {"en": words(value, "Payroll")}
    faults = Faults()
    texts = {}
    for key, text in value.items():
        try:
            _require_text(key)
            if isinstance(text, Text) and text.is_null:
                raise Fault("a key without a value; within braces a comma ends a text: quote a text that holds one")
            if not _LANGUAGE.fullmatch(key):
                raise Fault(f"{show(key)} is no language; write a code such as `en` or `cy`")
        except Fault as fault:
            faults.add(value.key(key), str(fault))
            continue
        try:
            texts[str(key)] = words(text, "Payroll")
        except Fault as fault:
            faults.add(text, str(fault))
    if not value:
        faults.add(value, "a name without a text; write it as `{en: Payroll, cy: Y Gyflogres}`")
    faults.raise_any()
    return texts


def _require_text(text: str) -> None:
    """Refuses an id that a YAML program may read as something other than a text."""
    if isinstance(text, Text) and text.plain and (text.lower() in _WORDS or _OTHERWISE.fullmatch(text)):
        quoted = show(f"'{text}'")
        raise Fault(f"{show(text)} is not a text to every program that reads YAML; quote it: {quoted}")


def identifier(value: Any) -> str:
    """An id as it may be given to something new.

    Raises:
        Fault: when it doesn't match ``[a-z0-9][a-z0-9-]{0,62}``, or should be quoted.
    """
    text = scalar(value, "an-id")
    _require_text(text)
    if _ID.fullmatch(text) is None:
        raise Fault(f"{show(text)} is no id; {_id_remedy(text)}")
    return str(text)


def _id_remedy(text: str) -> str:
    tidy = re.sub(r"[^a-z0-9]+", "-", text.lower()[:200]).strip("-")[:63].strip("-")
    rule = "write up to 63 of a-z, 0-9 and -, beginning with a letter or digit"
    return f"{rule}, such as {show(tidy)}" if tidy else rule


def key_of(value: Any, info: ValidationInfo) -> str:
    """An id that is a key."""
    try:
        return identifier(value)
    except Fault as fault:
        _known(info).count(1)  # there may be any number in one mapping
        raise Fault(str(fault), value if isinstance(value, Text) else None) from None


def refer(kind: str) -> Callable[[Any, ValidationInfo], str]:
    """A reader of ids of something that must exist: ``kind`` says what."""

    def read(value: Any, info: ValidationInfo) -> str:
        return _referred(value, kind, _known(info))

    return read


def _referred(value: Any, kind: str, known: Known) -> str:
    text = scalar(value, "an-id")
    _require_text(text)
    ids = known.ids.get(kind)
    if kind == "service" and known.without_services is not None:
        known.without_services.append(text)
    elif ids is not None and text not in ids:
        raise Fault(f"unknown {kind} {show(text)}; {known.suggest(text, ids)}")
    return str(text)


def _system(value: Any, known: Known, short: bool) -> str:
    """A whole id of a system; within a partner's file, its own systems by their short ids."""
    text = scalar(value, "torfaen/email")
    partner, slash, _ = text.partition("/")
    if not slash:
        _require_text(text)
        if not short or known.partner is None:
            return _bare_system(text, known)
        partner, whole_id = known.partner, f"{known.partner}/{text}"
    else:
        whole_id = str(text)
    ids = known.ids["system"]
    if ids is None or partner in known.unread or whole_id in ids:
        return whole_id
    raise Fault(f"unknown system {show(text)}; {_system_hint(whole_id, known, ids, short)}")


def _bare_system(text: str, known: Known) -> str:
    ids = known.ids["system"] or {}
    alike = [whole_id for whole_id in ids if whole_id.endswith(f"/{text}")] if known.guesses.left > 0 else []
    known.guesses.left -= len(ids) // 10
    hint = f"write {show(alike[0])}" if len(alike) == 1 else "write `partner/system`"
    raise Fault(f"{show(text)} is not a whole id; {hint}")


def _system_hint(whole_id: str, known: Known, ids: Mapping[str, Any], short: bool) -> str:
    known.guesses.left -= len(ids) // 10
    if known.guesses.left <= 0:
        return "name one that there is"
    partner, _, system = whole_id.partition("/")
    alike = [other for other in ids if other.startswith(f"{partner}/") or other.endswith(f"/{system}")]
    hint = known.suggest(whole_id, alike or list(ids)[:2_000])
    return hint.replace(f"`{known.partner}/", "`") if short and partner == known.partner else hint


def _unique(value: Any, read: Callable[[Any], str], example: str) -> tuple[str, ...]:
    """A list without repetitions, each entry through ``read``."""
    if not isinstance(value, Seq):
        raise Fault(f"a list belongs here; write it as {show(example)}")
    seen: dict[str, None] = {}
    faults = Faults()
    for entry in value:
        try:
            word = read(entry)
            if word in seen:
                raise Fault(f"{show(word)} stands twice in the list; keep one of them")
            seen[word] = None
        except Fault as fault:
            faults.add(entry, str(fault))
    faults.raise_any()
    return tuple(seen)


def refers(kind: str, empty: bool = True, short: bool = False) -> Callable[[Any, ValidationInfo], tuple[str, ...]]:
    """A reader of lists of ids that must exist; ``empty``: whether the list may be;
    ``short``: whether a partner's own systems may go by their short ids."""

    def read(value: Any, info: ValidationInfo) -> tuple[str, ...]:
        known = _known(info)
        if kind == "system":
            ids = _unique(value, lambda entry: _system(entry, known, short), "[torfaen/email]")
        else:
            ids = _unique(value, lambda entry: _referred(entry, kind, known), "[an-id, another-id]")
        if not ids and not empty:
            raise Fault(f"an empty list; name at least one {kind}, or leave the key out")
        return ids

    return read


def read_identifiers(value: Any) -> tuple[str, ...]:
    """A list of new ids, each once."""
    return _unique(value, identifier, "[official, official-sensitive]")


def read_system(value: Any, info: ValidationInfo) -> str:
    """The whole id of a system; in a partner's file its own systems may go by their short ids."""
    return _system(value, _known(info), short=True)


def read_group(value: Any, info: ValidationInfo) -> tuple[str, ...]:
    """Two systems or more that move together."""
    known = _known(info)
    ids = _unique(value, lambda entry: _system(entry, known, short=False), "[torfaen/email, monmouthshire/email]")
    if len(ids) < 2:
        raise Fault("a group of one; name two systems or more, or leave it out")
    return ids


def choice(*names: str) -> Callable[[Any], str]:
    """A reader of one of a few words."""

    def read(value: Any) -> str:
        text = scalar(value, names[0])
        if text not in names:
            guess = nearest(text, names)
            hint = f"did you mean {show(guess)}?" if guess else f"write {' or '.join(show(name) for name in names)}"
            raise Fault(f"{show(text)} is not one of the words for this; {hint}")
        return str(text)

    return read


def read_currency(value: Any) -> str:
    """A currency's three letters."""
    text = scalar(value, "GBP")
    if re.fullmatch(r"[A-Z]{3}", text) is None:
        raise Fault(f"{show(text)} is no currency; write its three capital letters, such as `GBP`")
    return str(text)


# Time


def _time(text: Text, read: Callable[[str], Any]) -> Any:
    try:
        if not text.isascii():
            raise ValueError("write it with the digits 0 to 9")
        return read(text)
    except ValueError as error:
        what, _, remedy = str(error).rpartition("; ")
        raise Fault(f"{show(text)}: {what}; {remedy}" if what else f"{show(text)} is no such time; {remedy}") from None


def read_quarter(value: Any, info: ValidationInfo) -> int:
    """A quarter by its label, or the one that holds a date; as a number from the start of the horizon."""
    return int(_time(scalar(value, "2016/17 Q1"), _known(info).calendar.quarter))


def read_year(value: Any) -> int:
    """A financial year, as the calendar year in which it begins."""
    return int(_time(scalar(value, "2016/17"), parse_year))


def read_month(value: Any, info: ValidationInfo) -> int:
    """The month of a date, or the last of a quarter, counted as :func:`consolidate.quarters.months` does."""
    calendar = _known(info).calendar

    def read(text: str) -> int:
        return months(parse_date(text)) if text.count("-") == 2 else calendar.last_month(calendar.quarter(text))

    return int(_time(scalar(value, "2018-03-31"), read))


@dataclass(frozen=True)
class Recurring:
    """A quarter of every year: 0 for Q1."""

    index: int


def read_freeze_quarters(value: Any, info: ValidationInfo) -> tuple[int | Recurring, ...]:
    """Quarters of the calendar, or of every year (`Q4`), each once."""
    found: dict[str, int | Recurring] = {}

    def read(entry: Any) -> str:
        text = scalar(entry, "Q4")
        recurring = _ORDINAL_QUARTER.fullmatch(text) is not None
        quarter: int | Recurring = Recurring(int(text[1]) - 1) if recurring else read_quarter(text, info)
        word = str(text) if recurring else _known(info).calendar.label(int(read_quarter(text, info)))
        found[word] = quarter
        return word

    words_of = _unique(value, read, "[Q4]")
    if not words_of:
        raise Fault("an empty list; name at least one quarter, such as `Q4`")
    return tuple(found[word] for word in words_of)


def read_amounts(value: Any, info: ValidationInfo) -> Amounts:
    """Amounts by period: one number for all, or by quarter, financial year and `default`."""
    if not isinstance(value, Map):
        return Amounts(number(value, "240"))
    default, years, quarters = 0.0, dict[int, float](), dict[int, float]()
    faults = Faults()
    for key, node in value.items():
        place = value.key(key)
        try:
            amount = number(node, "240")
        except Fault as fault:
            faults.add(node, str(fault))
            amount = 0.0
        try:
            if key == "default":
                default = amount
            elif re.fullmatch(r"[0-9]{4}/[0-9]{2}", key):
                years[read_year(place)] = amount
            else:
                quarter = _period(place, info)
                if quarter in quarters:
                    raise Fault(f"{show(key)} names a quarter that stands here already; keep one of them")
                quarters[quarter] = amount
        except Fault as fault:
            faults.add(place, str(fault))
    faults.raise_any()
    return Amounts(default, years, quarters)


def _period(key: Any, info: ValidationInfo) -> int:
    try:
        return read_quarter(key, info)
    except Fault:
        raise Fault(f"{show(key)} is no period; write `default`, a year `2016/17` or a quarter `2016/17 Q1`") from None


# Compound values


def _amounts(value: Map, kind: str, known: Known, read: Callable[[Node], Any]) -> tuple[dict[str, Any], Faults]:
    """A mapping from ids that must exist to what ``read`` makes of their values; and what is wrong."""
    found: dict[str, Any] = {}
    faults = Faults()
    for key, node in value.items():
        try:
            _referred(value.key(key), kind, known)
        except Fault as fault:
            faults.add(value.key(key), str(fault))
        try:
            found[str(key)] = read(node)
        except Fault as fault:
            faults.take(fault, node)
    return found, faults


def read_capital(value: Any, info: ValidationInfo) -> float | dict[str, float]:
    """Capital in currency: a number, or by pot."""
    if not isinstance(value, Map):
        return number(value, "15_000")
    found, faults = _amounts(value, "pot", _known(info), lambda node: number(node, "15_000"))
    faults.raise_any()
    return found


def read_effort(value: Any, info: ValidationInfo) -> dict[str, float | tuple[float, ...]]:
    """Person-days by role: a number in total, or a list by quarter of work."""
    if not isinstance(value, Map):
        raise Fault("person-days by role belong here; write them as `{cloud-engineer: 20}`")
    found, faults = _amounts(value, "role", _known(info), _days)
    faults.raise_any()
    return found


def read_worked(value: Any, info: ValidationInfo) -> dict[str, float]:
    """Person-days that were worked, by role."""
    if not isinstance(value, Map):
        raise Fault("person-days by role belong here; write them as `{cloud-engineer: 20}`")
    found, faults = _amounts(value, "role", _known(info), lambda node: number(node, "20"))
    faults.raise_any()
    return found


def _days(node: Node) -> float | tuple[float, ...]:
    if not isinstance(node, Seq):
        return number(node, "20")
    faults = Faults()
    figures = []
    for entry in node:
        try:
            figures.append(number(entry, "20"))
        except Fault as fault:
            faults.add(entry, str(fault))
    faults.raise_any()
    return tuple(figures)


def read_run_cost(value: Any) -> float | Percent:
    """Running cost: an amount a year, or a percentage of today's."""
    if isinstance(value, Text) and value.endswith("%"):
        return percent(value, "90%", 100_000)
    return number(value, "12_000")


def read_share(value: Any) -> Fraction:
    """A percentage up to 100%, as an exact fraction."""
    return percent(value, "70%", 100).share


def read_rate(value: Any) -> float:
    """A percentage up to 1000%, as a number."""
    return float(percent(value, "3.5%", 1000).share)
