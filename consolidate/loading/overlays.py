"""Trees of files laid over one another: a scenario's over the inventory's, one change over another."""

from __future__ import annotations

from collections.abc import Iterable

from consolidate.loading.schema.apportion_rule import by_year
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map, Mark, Node, Text, map_at, text_at


def merge(base: Map, change: Map, findings: Findings) -> Map:
    """``change`` laid over ``base``: mappings key by key, lists and values replaced, null removes."""
    removed: set[str] = set()
    items: dict[str, Node] = dict(base)
    for key, value in change.items():
        old = base.get(key)
        if key == "end_of_life":
            old, value = None if old is None else _by_part(old, change.key(key)), _by_part(value, change.key(key))
        if isinstance(value, Text) and value.is_null:
            if old is None:
                findings.warn(change.key(key), nothing_to_remove(key, base))
            removed.add(key)
        elif isinstance(value, Map) and isinstance(old, Map):
            items[key] = merge(old, value, findings)
        else:
            items[key] = without_nulls(value, findings) if isinstance(value, Map) else value
        if key == "end_of_life" and key in items and not items[key]:
            removed.add(key)  # neither date is left
    return base.copy_of((key, value) for key, value in items.items() if key not in removed)


def _by_part(dates: Node, key: Mark) -> Node:
    """A plain end of life as `{software: …}`, so that changes of software and hardware leave each other alone."""
    if not isinstance(dates, Text) or dates.is_null:
        return dates
    return map_at(dates, [(text_at(key, "software"), dates)])


def without_nulls(value: Map, findings: Findings) -> Map:
    """A mapping where there was none; a null in it removes nothing, which is warned of."""
    return merge(value.copy_of([]), value, findings)


def nothing_to_remove(key: str, known: Iterable[str]) -> str:
    """The warning that there is no such key among those that are known."""
    names = list(known)
    guess = nearest(key, names)
    hint = f"did you mean {show(guess)}?" if guess else "leave it out"
    return f"nothing to remove: there is no {show(key)}; {hint}"


def to_apportion_otherwise(base: Map, change: Node) -> Map:
    """A programme without the rules of who pays that a scenario gives anew: shares are one whole, which adds up.

    Rules by year are replaced year by year; a rule for all years is replaced, or replaces, as a whole.
    """
    new = change.get("apportion") if isinstance(change, Map) else None
    old = base.get("apportion")
    if not isinstance(new, Map) or not isinstance(old, Map):
        return base
    if not (by_year(old) and by_year(new)):
        return base.copy_of((key, value) for key, value in base.items() if key != "apportion")
    rest = old.copy_of((year, rule) for year, rule in old.items() if not isinstance(new.get(year), Map))
    return base.copy_of((key, rest if key == "apportion" else value) for key, value in base.items())


def composed(first: Map, second: Map) -> Map:
    """What, laid over an inventory, does the same as ``first`` and ``second`` laid over it one after the other.

    Mappings are composed key by key, the rest replaced; null stays, for it removes what lies below.
    """
    if "programme" in second and isinstance(programme := first.get("programme"), Map):
        base = to_apportion_otherwise(programme, second["programme"])
        first = first.copy_of((key, base if key == "programme" else value) for key, value in first.items())
    return _composed(first, second)


def _composed(first: Map, second: Map) -> Map:
    items: dict[str, Node] = dict(first)
    for key, value in second.items():
        old = items.get(key)
        if key == "end_of_life":
            value = _by_part(value, second.key(key))
            old = None if old is None else _by_part(old, first.key(key))
        items[key] = _composed(old, value) if isinstance(value, Map) and isinstance(old, Map) else value
    return first.copy_of(items.items())
