"""A figure of an inventory by its path, changed without touching a file: ``capital.onewales.2017/18=-10%``.

A change is what a scenario of one line would say. It becomes the tree that the scenario's file would hold, and is laid
over the inventory by the same rules (:func:`consolidate.loading.sources.lay_over`), so that a change means the same,
whether it was written into a file or not.

A path names keys as the files have them, with dots between: of programme.yaml from its top (``roles.dba.days``), of a
system behind its whole id (``torfaen/email.latest``), of others behind ``services.ID`` or ``partners.ID``. Entries of
lists are numbered from 1 (``budgets.2.at_most``). The key that matters most goes without saying: a pot's ``amount``, a
role's ``days``, a limit's ``moves``, a milestone's ``live``, a target's ``savings``, a budget's ``at_most``, a tier's
``exposure``. An amount may be followed by a period of its own: ``roles.dba.2017/18 Q2``.

The new value is written as in a file; ``null`` removes. With a sign it is relative: ``-10%`` changes every amount that
there is by a tenth, ``+5_000`` adds to it, and ``+2`` moves a quarter two later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from consolidate.errors import Problem, UserError
from consolidate.loading.overlays import merge
from consolidate.quarters import Calendar
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map, Node, Place, Seq, Text, list_at, map_at, text_at
from consolidate.yaml_files.parser import parse

_RELATIVE = re.compile(r"([+-])\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*(%?)")
_NUMBER = re.compile(r"([0-9][0-9_]*(?:\.[0-9_]+)?)(%?)")
_YEAR = re.compile(r"[0-9]{4}/[0-9]{2}")
_PERIOD = re.compile(r"default|[0-9]{4}/[0-9]{2}( +Q[1-4])?")
_NAMED: Mapping[tuple[str, ...], str] = {
    ("programme", "capital"): "pot",
    ("programme", "roles"): "role",
    ("programme", "tiers"): "tier",
    ("programme", "approaches"): "approach",
    ("programme", "approaches", "*"): "size",
    ("services",): "service",
    ("partners",): "partner",
    ("partners", "*", "systems"): "system",
}
"""Mappings whose keys are names that the inventory gives, and what they name: a change adds none."""
_GOES_WITHOUT_SAYING: Mapping[tuple[str, ...], str] = {
    ("programme", "capital", "*"): "amount",
    ("programme", "roles", "*"): "days",
    ("programme", "roles", "*", "agency"): "days",
    ("programme", "tiers", "*"): "exposure",
    ("programme", "limits", "*"): "moves",
    ("programme", "milestones", "*"): "live",
    ("programme", "targets", "*"): "savings",
    ("programme", "budgets", "*"): "at_most",
}
_SHORT_FOR = {"end_of_life": "software", "extended_support": "cost"}
"""What a plain value stands for where a mapping may stand as well."""
_BY_PERIOD = (
    ("programme", "capital", "*", "amount"),
    ("programme", "roles", "*", "days"),
    ("programme", "roles", "*", "day_cost"),
    ("programme", "roles", "*", "agency", "days"),
    ("programme", "roles", "*", "agency", "day_rate"),
)
"""Amounts by period: one figure, or a mapping by quarter, year and ``default``."""
FILES = ("programme", "services", "partners")


@dataclass(frozen=True)
class FigureChange:
    """A change as it was written: the path of a figure, and its new value.

    Attributes:
        path: as in ``torfaen/email.latest``.
        value: as in ``2017/18 Q1``, ``-10%``, ``null``.
    """

    path: str
    value: str

    @property
    def place(self) -> Place:
        """Where problems with the new value are reported."""
        return Place(str(self))

    @property
    def partner(self) -> str | None:
        """The partner in whose file the figure stands; None where it stands in no partner's."""
        first, _, rest = self.path.partition(".")
        if "/" in first:
            return first.partition("/")[0]
        return rest.partition(".")[0] if first == "partners" else None

    def __str__(self) -> str:
        return f"{self.path}={self.value}"

    @classmethod
    def of(cls, text: str) -> FigureChange:
        """A change from ``PATH=VALUE``.

        Raises:
            UserError: there is no ``=`` in it, nothing before it, or nothing after it.
        """
        path, equals, value = text.partition("=")
        if not (path.strip() and equals and value.strip()):
            raise UserError(
                f"{show(text)} changes no figure; write PATH=VALUE, such as `capital.onewales.2017/18=-10%`"
            )
        return cls(path.strip(), value.strip())


def overlay_of(tree: Map, change: FigureChange, findings: Findings) -> Map:
    """What a scenario's file would say to make a change.

    Args:
        tree: the inventory as it is: ``programme``, ``services`` by id, ``partners`` by id.
        change: the change.
        findings: where problems with the new value are reported.

    Raises:
        UserError: the path leads to nothing that can be changed, or the new value cannot be reckoned from the old.
    """
    keys = _keys(tree, change)
    made = _Edit(change, findings).laid_on(tree, keys, ())
    assert isinstance(made, Map)
    return made


def figures(tree: Map) -> Iterator[tuple[str, str]]:
    """Every figure that there is: its path, and its value as the files have it.

    Args:
        tree: as :func:`overlay_of` takes it.
    """
    for file in FILES:
        below = tree.get(file)
        if isinstance(below, Map):
            yield from _leaves(below, (file,))


def _leaves(node: Node, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(node, Map):
        for key, value in node.items():
            yield from _leaves(value, (*keys, key))
    elif isinstance(node, Seq) and any(isinstance(entry, Map) for entry in node):
        for number, entry in enumerate(node, 1):
            yield from _leaves(entry, (*keys, str(number)))
    else:
        yield path_of(keys), f"[{', '.join(map(str, node))}]" if isinstance(node, Seq) else str(node)


def path_of(keys: tuple[str, ...]) -> str:
    """The shortest path to a key, from the name of the file on; entries of lists by number.

    >>> path_of(("programme", "capital", "onewales", "amount", "2017/18")), path_of(("services", "hub"))
    ('capital.onewales.2017/18', 'services.hub')
    >>> path_of(("partners", "torfaen", "systems", "email", "latest"))
    'torfaen/email.latest'
    """
    keys = tuple(key for at, key in enumerate(keys) if not at or _implied(keys[:at]) != key)
    if keys[0] == "programme":
        return ".".join(keys[1:])
    if keys[0] == "partners" and keys[2:3] == ("systems",) and len(keys) > 3:
        return ".".join((f"{keys[1]}/{keys[3]}", *keys[4:]))
    return ".".join(keys)


def _keys(tree: Map, change: FigureChange) -> tuple[str, ...]:
    """The keys that a path stands for, from the name of the file on."""
    first, *rest = change.path.split(".")
    if "/" in first:
        partner, _, system = first.partition("/")
        return ("partners", partner, "systems", system, *rest)
    if first in ("services", "partners"):
        return (first, *rest)
    programme = tree.get("programme")
    if not (isinstance(programme, Map) and first in programme):
        for kind in ("services", "partners"):
            if first in tree.get(kind, {}):
                raise UserError(f"{show(change.path)} leads nowhere; write `{kind}.{change.path}`")
    return ("programme", first, *rest)


def _matches(keys: Sequence[str], pattern: Sequence[str]) -> bool:
    return len(keys) == len(pattern) and all(p in ("*", key) for key, p in zip(keys, pattern, strict=True))


def _implied(keys: Sequence[str]) -> str | None:
    return next((key for pattern, key in _GOES_WITHOUT_SAYING.items() if _matches(keys, pattern)), None)


class _Edit:
    """One change on its way down the tree."""

    def __init__(self, change: FigureChange, findings: Findings) -> None:
        self.change = change
        self.findings = findings
        self.relative = _RELATIVE.fullmatch(change.value)

    def laid_on(self, node: Node | None, keys: Sequence[str], at: tuple[str, ...]) -> Node:
        """What is to be laid over a node for the change below it; a list is given whole.

        Args:
            node: what is there; None for nothing.
            keys: those that are still to be followed.
            at: those that were.
        """
        implied = _implied(at)
        if implied is not None and (not keys or _PERIOD.fullmatch(keys[0])) and not self._removes(keys):
            keys = (implied, *keys)
        if not keys:
            return self._new(node)
        if any(_matches(at, pattern) for pattern in _BY_PERIOD):
            return self._period(node, keys, at)
        if isinstance(node, Seq):
            return self._entry(node, keys, at)
        if isinstance(node, Text):
            short = _SHORT_FOR.get(at[-1])
            if short is None or node.is_null:
                raise self._wrong(f"{show(path_of(at))} is a single figure, with nothing below it")
            whole = map_at(node, [(text_at(node, short), node)])
            over = self.laid_on(whole, keys, at)
            return merge(whole, over, self.findings) if isinstance(over, Map) else over
        key, rest = keys[0], keys[1:]
        self._require_known(node, key, at)
        below: Node | None = None if node is None else node.get(key)
        made = map_at(self.change.place, [(text_at(self.change.place, key), self.laid_on(below, rest, (*at, key)))])
        if at[:2] == ("programme", "apportion") and node is not None:
            return merge(node, made, self.findings)  # shares make a whole, and are laid over as one
        return made

    def _removes(self, keys: Sequence[str]) -> bool:
        return not keys and self.change.value in ("null", "~")

    def _require_known(self, node: Map | None, key: str, at: tuple[str, ...]) -> None:
        kind = next((kind for pattern, kind in _NAMED.items() if _matches(at, pattern)), None)
        if kind is not None and key not in (node or {}):
            guess = nearest(key, node or ())
            known = ", ".join(show(name) for name in list(node or ())[:8])
            hint = f"did you mean {show(guess)}?" if guess else f"there is {known}" if known else f"there is no {kind}"
            raise self._wrong(f"there is no {kind} {show(key)}", hint)
        if key == "options" and at[2:3] == ("systems",) and "options" not in (node or {}):
            own = f"set {show('approaches.APPROACH.SIZE')} for all of them, or give it options of its own"
            raise self._wrong("its options are those of `approaches`", own)

    def _entry(self, node: Seq, keys: Sequence[str], at: tuple[str, ...]) -> Seq:
        """A list with one entry changed, or without it."""
        number = int(keys[0]) if keys[0].isascii() and keys[0].isdigit() else 0
        if not 1 <= number <= len(node):
            raise self._wrong(
                f"{show(keys[0])} is no entry of {show(path_of(at))}", f"give a number from 1 to {len(node)}"
            )
        entry = node[number - 1]
        made = self.laid_on(entry, keys[1:], (*at, keys[0]))
        if isinstance(made, Text) and made.is_null:
            others = [other for place, other in enumerate(node, 1) if place != number]
            return list_at(self.change.place, others)
        if isinstance(entry, Map) and isinstance(made, Map):
            made = merge(entry, made, self.findings)
        return list_at(self.change.place, [*node[: number - 1], made, *node[number:]])

    # -- figures ----------------------------------------------------------------------

    def _new(self, node: Node | None) -> Node:
        """The new value in place of a node."""
        if self.relative is not None:
            if node is None:
                raise self._wrong("there is no figure here yet that could be changed by so much", "write an amount")
            return self._reckoned(node)
        read = parse(f"value: {self.change.value}\n", str(self.change), self.findings)
        if read is None or list(read) != ["value"]:
            return text_at(self.change.place, self.change.value)  # what is wrong with it is reported already
        return read["value"]

    def _reckoned(self, node: Node) -> Node:
        """A figure changed by so much, or all the amounts of a list or mapping, which are left as they are else."""
        if isinstance(node, Text):
            return self._other_amount(node) or text_at(self.change.place, self._shifted(node))
        made = self._other_amounts(node)
        if made is None:
            raise self._wrong("there is no amount that could be changed by so much", "name one")
        return made

    def _other_amounts(self, node: Node) -> Node | None:
        """The amounts in a list or mapping changed, of a list with all else that is in it; None where there is none."""
        if isinstance(node, Text):
            return self._other_amount(node)
        place = self.change.place
        if isinstance(node, Seq):
            made = [self._other_amounts(entry) for entry in node]
            whole = (new if new is not None else old for new, old in zip(made, node, strict=True))
            return list_at(place, whole) if any(one is not None for one in made) else None
        found = [(key, self._other_amounts(value)) for key, value in node.items()]
        changed = [(key, value) for key, value in found if value is not None]
        return map_at(place, changed) if changed else None

    def _other_amount(self, node: Text) -> Text | None:
        """An amount changed by so much; None for what is no amount."""
        number = _NUMBER.fullmatch(node)
        if number is None or not node.plain:
            return None
        old, (by, percent) = Decimal(number[1].replace("_", "")), self._by()
        new = old * (1 + by / 100) if percent else old + by
        if new < 0:
            raise self._wrong(f"{show(node)} would fall below 0", "take away less")
        return text_at(self.change.place, _written(new) + number[2])

    def _by(self) -> tuple[Decimal, str]:
        """By how much a figure is to change, and `%` where that is a percentage of it."""
        assert self.relative is not None
        sign, amount, percent = self.relative.groups()
        return Decimal(amount.replace("_", "")) * (1 if sign == "+" else -1), percent

    def _shifted(self, node: Text) -> str:
        """A quarter moved by whole quarters."""
        by, percent = self._by()
        try:
            if percent or by != by.to_integral_value():
                raise ValueError
            calendar = Calendar()
            return calendar.label(calendar.quarter(node.replace("-", "_")) + int(by))  # a date is no quarter here
        except ValueError:
            raise self._wrong(f"{show(node)} can't be changed by so much", "write the new value itself") from None

    def _period(self, node: Node | None, keys: Sequence[str], at: tuple[str, ...]) -> Map:
        """What is laid over an amount by period for one period of it."""
        known = isinstance(node, Map) and keys[0] in node
        if len(keys) > 1 or not (known or _PERIOD.fullmatch(keys[0])):
            raise self._wrong(f"{show('.'.join(keys))} is no period", "write `2016/17`, `2016/17 Q1` or `default`")
        place, period = self.change.place, " ".join(keys[0].split())
        if isinstance(node, Text):
            self._require_same_period({}, period, at)
            whole = [(text_at(place, "default"), node)] if period != "default" else []
            return map_at(place, [*whole, (text_at(place, period), self._new(node))])
        entries = node if isinstance(node, Map) else {}
        self._require_same_period(entries, period, at)
        within = [key for key in entries if _YEAR.fullmatch(period) and key.startswith(period + " ")]
        changed = within if within and at[1] == "capital" else [*within, period]
        return map_at(place, [(text_at(place, key), self._new(_in_force(entries, key))) for key in changed])

    def _require_same_period(self, entries: Mapping[str, Node], period: str, at: tuple[str, ...]) -> None:
        """A year in which an amount is given by quarter is not changed as one, nor a pot's year by quarter."""
        quarters = [key for key in entries if " " in key and key.split()[0] == period.split()[0]]
        if quarters and period not in quarters and self.relative is None:
            raise self._wrong(
                f"{show(path_of(at))} is given by quarter in {period.split()[0]}", f"name {show(quarters[0])}"
            )
        if " " in period and not quarters and at[1] == "capital":
            raise self._wrong(f"{show(path_of(at))} is given by year", f"name {show(period.split()[0])}")

    def _wrong(self, what: str, remedy: str = "name a figure below it, or the figure itself") -> UserError:
        return UserError(f"{show(str(self.change), 200)}: {what}; {remedy}")


def _in_force(entries: Mapping[str, Node], period: str) -> Node | None:
    """The amount that counts in a period: the most exact entry wins."""
    year = period.split()[0]
    return next((entries[key] for key in (period, year, "default") if key in entries), None)


def _written(number: Decimal) -> str:
    """A number as a file has it, to a millionth."""
    rounded = number.quantize(Decimal("0.000001")).normalize()
    whole, _, part = f"{rounded:f}".partition(".")
    return f"{int(whole):_}" + (f".{part}" if part else "")


def changes_of(texts: Iterable[str]) -> tuple[FigureChange, ...]:
    """Changes from texts ``PATH=VALUE``, in order.

    Raises:
        UserError: one of them is no change.
    """
    return tuple(map(FigureChange.of, texts))


def what_has_errors(problems: Iterable[Problem], changes: Sequence[FigureChange]) -> str:
    """What has the errors of an inventory with changes, as :class:`consolidate.InvalidInventory` takes it."""
    if not changes:
        return "the inventory has"
    one, made = len(changes) == 1, set(map(str, changes))
    if all(problem.path in made for problem in problems if problem.severity == "error"):
        return "the change has" if one else "the changes have"
    return f"with the {'change' if one else 'changes'} the inventory has"
