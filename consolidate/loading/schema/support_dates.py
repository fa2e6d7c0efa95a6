"""Reading when support ends, of software and hardware, and what is paid for support beyond that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationInfo

from consolidate.inventory import When
from consolidate.loading.schema.fields import Fault, Faults, listed, number, read_quarter, scalar
from consolidate.quarters import parse_date
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map


def read_when(value: Any, info: ValidationInfo) -> When:
    """A date, kept as it is given, or a whole quarter."""
    quarter = read_quarter(value, info)
    text = str(scalar(value, "2018-03-31"))
    return When(quarter, None if "/" in text else parse_date(text))


@dataclass(frozen=True)
class WrittenEndOfLife:
    """When support ends, as far as it is given; a date of None with its key among ``given`` is `never`."""

    software: When | None = None
    hardware: When | None = None
    given: frozenset[str] = frozenset()


_SUPPORTED = ("software", "hardware")


def read_end_of_life(value: Any, info: ValidationInfo) -> WrittenEndOfLife:
    """When support ends: a date or quarter or `never`, which is the software's, or `{software: …, hardware: …}`.

    Raises:
        Fault: with every fault in it, each at its place.
    """
    if not isinstance(value, Map):
        return WrittenEndOfLife(software=_when_or_never(value, info), given=frozenset(["software"]))
    found: dict[str, When | None] = {}
    faults = Faults()
    for key, node in value.items():
        try:
            if key not in _SUPPORTED:
                raise Fault(_unknown_key(key, _SUPPORTED), value.key(key))
            found[key] = _when_or_never(node, info)
        except Fault as fault:
            faults.take(fault, node)
    if not value:
        faults.add(value, "no date here; write `{software: 2018-03-31, hardware: never}`, or leave the key out")
    faults.raise_any()
    return WrittenEndOfLife(found.get("software"), found.get("hardware"), frozenset(found))


def _unknown_key(key: str, known: tuple[str, ...]) -> str:
    guess = nearest(key, known)
    return f"unknown key {show(key)}; {f'did you mean {show(guess)}?' if guess else f'there is {listed([*known])}'}"


def _when_or_never(value: Any, info: ValidationInfo) -> When | None:
    text = scalar(value, "2018-03-31")
    if text == "never":
        return None
    try:
        return read_when(text, info)
    except Fault as fault:
        raise Fault(f"{fault} (or `never`)") from None


@dataclass(frozen=True)
class ExtendedSupport:
    """Support beyond the end: its cost a year, and the last quarter in which it is sold (None: without end)."""

    cost: float = 0.0
    until: When | None = None


def read_extended_support(value: Any, info: ValidationInfo) -> ExtendedSupport:
    """A cost a year, or `{cost: …, until: …}`.

    Raises:
        Fault: with every fault in it, each at its place.
    """
    if not isinstance(value, Map):
        return ExtendedSupport(number(value, "30_000"))
    cost, until = 0.0, None
    faults = Faults()
    for key, node in value.items():
        try:
            if key == "cost":
                cost = number(node, "30_000")
            elif key == "until":
                until = read_when(node, info)
            else:
                raise Fault(_unknown_key(key, ("cost", "until")), value.key(key))
        except Fault as fault:
            faults.take(fault, node)
    if "cost" not in value:
        faults.add(value, "what does it cost? write it as `{cost: 30_000, until: 2023-01-10}`")
    faults.raise_any()
    return ExtendedSupport(cost, until)
