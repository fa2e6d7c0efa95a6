"""Reading the rule by which shared costs are apportioned: one rule, or one for each financial year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pydantic import ValidationInfo

from consolidate.loading.schema.fields import Fault, Faults, Known, percent, read_year, refer, scalar
from consolidate.quarters import parse_year
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map, Node, Text

RULES = ("users", "systems", "equal")
EXAMPLE = "users"

Rule = str | Mapping[str, Fraction]
"""One of :data:`RULES`, or an exact share for each partner; partners that are not named have none."""

_YEAR = re.compile(r"[0-9]{4}/[0-9]{2}")


@dataclass(frozen=True)
class Apportioning:
    """The rules by the first calendar year of a financial year; ``default`` holds for all other years."""

    default: Rule = EXAMPLE
    years: Mapping[int, Rule] = field(default_factory=dict)


def read_apportion(value: Any, info: ValidationInfo) -> Apportioning:
    """``users | systems | equal | {partner: %}``, or a mapping from ``default`` and years to such rules.

    Raises:
        Fault: with every fault in it, each at its place.
    """
    if not by_year(value):
        return Apportioning(_rule(value, info))
    default: Rule = EXAMPLE
    years: dict[int, Rule] = {}
    faults = Faults()
    for key, node in value.items():
        place = value.key(key)
        try:
            if key == "default":
                default = _rule(node, info)
            elif _YEAR.fullmatch(key):
                years[read_year(place)] = _rule(node, info)
            else:
                faults.add(place, f"{show(key)} is no financial year; write `default` or a year such as `2017/18`")
        except Fault as fault:
            wrong_year = _YEAR.fullmatch(key) is not None and not _is_year(key)
            faults.take(fault, place if wrong_year else node)
    faults.raise_any()
    return Apportioning(default, years)


def by_year(value: Any) -> bool:
    """Whether a value gives rules by year; a partner may be called ``default``, but then has a percentage."""
    if not isinstance(value, Map):
        return False
    default = value.get("default")
    percentage = isinstance(default, Text) and default.endswith("%")
    return any(_YEAR.fullmatch(key) for key in value) or (default is not None and not percentage)


def _is_year(text: str) -> bool:
    try:
        parse_year(text)
    except ValueError:
        return False
    return True


def _rule(value: Node, info: ValidationInfo) -> Rule:
    if isinstance(value, Map):
        return _percentages(value, info)
    text = scalar(value, EXAMPLE)
    if text not in RULES:
        guess = nearest(text, RULES)
        hint = f"did you mean {show(guess)}?" if guess else "write `users`, `systems`, `equal` or `{torfaen: 40%, …}`"
        raise Fault(f"{show(text)} is no rule to apportion by; {hint}")
    return str(text)


def _percentages(value: Map, info: ValidationInfo) -> Rule:
    """Shares by partner, which make 100% in exact arithmetic."""
    assert isinstance(info.context, Known)
    partner = refer("partner")
    shares: dict[str, Fraction] = {}
    faults = Faults()
    for key, node in value.items():
        try:
            partner(value.key(key), info)
        except Fault as fault:
            faults.add(value.key(key), str(fault))
        try:
            shares[str(key)] = percent(node, "40%", 100).share
        except Fault as fault:
            faults.add(node, str(fault))
    faults.raise_any()
    total = sum(shares.values(), Fraction(0))
    if total != 1:
        raise Fault(f"the shares add up to {_shown(total)}; make them add up to 100%", value)
    return shares


def _shown(share: Fraction) -> str:
    """A sum of shares as a percentage, if it is not too long to write exactly.

    >>> _shown(Fraction(95, 100)), _shown(Fraction(9999999, 10000000))
    ('95%', '99.99999%')
    """
    hundredths = share * 100
    digits = f"{float(hundredths):.12g}"
    return f"{digits}%" if Fraction(digits) == hundredths else f"{'more' if share > 1 else 'less'} than 100%"
