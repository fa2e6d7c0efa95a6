"""What a name means in an inventory: a system, a partner or a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from consolidate.errors import UserError
from consolidate.inventory import Inventory
from consolidate.vocabulary import listed
from consolidate.yaml_files.messages import nearest, show

Kind = Literal["system", "partner", "service"]
KINDS: tuple[Kind, ...] = ("system", "partner", "service")

_TELLING = 3
"""So many letters say something by themselves, as a part of an id."""


@dataclass(frozen=True)
class Named:
    """What a name means. ``others``: ids (``kind:id``) that the same name might have meant as well."""

    kind: Kind
    id: str
    others: tuple[str, ...] = ()


def named_in(inventory: Inventory, name: str) -> Named:
    """The system, partner or service that is meant by a name.

    In this order: a whole id; the part of a system's id that is its own (``hr-payroll``); a name as people read it,
    in any language. What stands before a colon says which kind is meant: ``service:email``.

    Raises:
        UserError: there is none of that name, or several; the message has the nearest, or all of them.
    """
    kind, colon, rest = name.strip().partition(":")
    wanted = rest.strip() if colon and kind in KINDS else name.strip()
    every = [one for one in _known(inventory) if not colon or kind not in KINDS or one.kind == kind]
    ways = (
        [one for one in every if one.id == wanted],
        [one for one in every if one.kind == "system" and one.id.partition("/")[2] == wanted],
        [one for one in every if wanted.casefold() in _names(inventory, one)],
    )
    found = next((way for way in ways if way), [])
    if len(found) == 1:
        same = dict.fromkeys(f"{one.kind}:{one.id}" for way in ways for one in way if one not in found)
        return Named(found[0].kind, found[0].id, tuple(same))
    if found:
        alike = [one.id if one.kind == "system" else f"{one.kind}:{one.id}" for one in found]
        raise UserError(f"{show(name)} could be {listed(alike)}; say which")
    if colon and kind in KINDS:
        missing, guess = f"{kind} {show(wanted)}", _nearest(inventory, wanted, every)
    else:
        missing = f"system, partner or service {show(name)}"
        guess = _nearest(inventory, wanted, every) or _of_the_kind_meant(inventory, kind, rest.strip())
    hint = f"did you mean {guess}?" if guess else f"its partners are {listed(list(inventory.partners))}"
    raise UserError(f"there is no {missing} in the inventory; {hint}")


def _of_the_kind_meant(inventory: Inventory, kind: str, wanted: str) -> str | None:
    """What is meant by a name behind a misspelt kind: ``serivce:email``."""
    meant = nearest(kind, KINDS) if wanted else None
    every = [one for one in _known(inventory) if one.kind == meant]
    guess = _nearest(inventory, wanted, every) if every else None
    return f"{meant}:{guess}" if guess else None


def _known(inventory: Inventory) -> Iterator[Named]:
    yield from (Named("system", id) for id in inventory.systems)
    yield from (Named("partner", id) for id in inventory.partners)
    yield from (Named("service", id) for id in inventory.services)


def _names(inventory: Inventory, one: Named) -> set[str]:
    if one.kind == "system":
        name = inventory.systems[one.id].name
    elif one.kind == "partner":
        name = inventory.partners[one.id].name
    else:
        name = inventory.services[one.id].name
    return {text.casefold() for text in name.texts.values()}


def _nearest(inventory: Inventory, wanted: str, every: list[Named]) -> str | None:
    """The id in other letters, small or capital; those that hold what was written; else the one most like it.

    That is a whole id, a system's own part, or one whose name it is.
    """
    if same := [one.id for one in every if one.id.casefold() == wanted.casefold()]:
        return listed(same, 4)
    if len(wanted) >= _TELLING and (holding := [one.id for one in every if wanted.casefold() in one.id]):
        return listed(holding, 4)
    if guess := nearest(wanted, [one.id for one in every]):
        return guess
    own = {one.id.partition("/")[2]: one.id for one in every if one.kind == "system"}
    if guess := nearest(wanted, own):
        return own[guess]
    names = {text: one.id for one in every for text in _names(inventory, one)}
    return names[guess] if (guess := nearest(wanted.casefold(), names)) else None
