"""What is kept of a partner as bytes, and back: JSON, which cannot run anything when it is read.

How the values of :mod:`consolidate.inventory` are written follows from the types of their fields, so that a field that
is added to them is kept, too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from consolidate.inventory import EndOfLife, Option, System
from consolidate.loading.kept_partner import KeptPartner, PartnerFacts, SystemPlaces
from consolidate.yaml_files.findings import Remark
from consolidate.yaml_files.nodes import Map, Mark, Node, Place, Seq, Text, list_at, map_at, text_at

MOST_BYTES = 20_000_000
"""How long what is compressed may be: some 20,000 systems, each of whose values takes far more memory than here."""
_FAST = 1
_Tables = Mapping[str, Sequence[Any]]
"""Values that many others have in common, by their kind: in their place stands their number."""


class NotEncodable(ValueError):
    """Something stands in another file, or there is too much of it."""


class Damaged(ValueError):
    """These bytes are not what :func:`encoded` made."""


def encoded(kept: KeptPartner, source: str) -> bytes:
    """A partner as bytes.

    Args:
        source: the partner's file, as its nodes name it; how it is named is not kept.

    Raises:
        NotEncodable: it is not to be kept.
    """
    option, writer = _record(Option), _Writer(source)
    facts = kept.facts
    places = [writer.system_places(facts.places[id]) for id in kept.systems]
    systems = [writer.system(system) for system in kept.systems.values()]
    forbidden = {id: [option.write(one, writer) for one in options] for id, options in kept.forbidden.items()}
    content = {
        "head": writer.node(kept.head),
        "nodes": kept.nodes,
        "systems": systems,
        "places": places,
        "forbidden": forbidden,
        "products": kept.products,
        "latest": kept.latest,
        "remarks": [[*writer.place(one.mark), one.message, one.kind, one.more] for one in facts.remarks],
        "amounts": [[kind, amount, *writer.place(mark)] for kind, amount, mark in facts.amounts],
        "unprovided": [[capability, *writer.place(mark)] for capability, mark in facts.unprovided],
        "draws_by_default": facts.draws_by_default,
        "rows": writer.rows,
    }
    data = json.dumps(content, separators=(",", ":"), check_circular=False).encode()
    if len(data) > MOST_BYTES:
        raise NotEncodable
    return zlib.compress(data, _FAST)


def decoded(data: bytes, source: str) -> KeptPartner:
    """The partner that such bytes hold, its file named ``source``.

    Raises:
        Damaged: they hold none.
    """
    try:
        unpacker = zlib.decompressobj()
        content = json.loads(unpacker.decompress(data, MOST_BYTES))
        return _partner(content, source)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, zlib.error) as error:
        raise Damaged(str(error)) from None


def _partner(content: Mapping[str, Any], source: str) -> KeptPartner:
    system_codec, option, rows = _record(System), _record(Option), content["rows"]
    tables: _Tables = {kind: [_TABLES[kind].read(row, {}) for row in rows[kind]] for kind in rows}
    systems, places = {}, {}
    for row, where in zip(content["systems"], content["places"], strict=True):
        row[_PLACE] = f"{source}:{where[0]}"
        system = system_codec.read(row, tables)
        systems[system.id], places[system.id] = system, where
    facts = PartnerFacts(
        tuple(Remark(Place(source, line, column), *rest) for line, column, *rest in content["remarks"]),
        [(kind, amount, Place(source, line, column)) for kind, amount, line, column in content["amounts"]],
        tuple((capability, Place(source, line, column)) for capability, line, column in content["unprovided"]),
        content["draws_by_default"],
        _Places(places, source),
    )
    head = _node(content["head"], source)
    if not isinstance(head, Map):
        raise Damaged
    products = content["products"]
    if not isinstance(products, list) or not all(isinstance(product, str) for product in products):
        raise Damaged
    for part, kind in (("nodes", int), ("draws_by_default", bool), ("latest", dict)):
        if not isinstance(content[part], kind):
            raise Damaged
    return KeptPartner(
        head,
        content["nodes"],
        systems,
        {id: tuple(option.read(row, tables) for row in options) for id, options in content["forbidden"].items()},
        tuple(products),
        content["latest"],
        facts,
    )


class _Places(Mapping[str, SystemPlaces]):
    """The places of systems, made when they are asked for: few are."""

    def __init__(self, rows: Mapping[str, tuple[int, int, list[tuple[int, int]] | None]], source: str) -> None:
        self.rows = rows
        self.source = source

    def __getitem__(self, id: str) -> SystemPlaces:
        line, column, options = self.rows[id]
        below = None if options is None else [Place(self.source, *where) for where in options]
        return SystemPlaces(Place(self.source, line, column), below)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


# -- places and trees -----------------------------------------------------------------------------


class _Writer:
    """Writes parts of a partner; ``rows`` collects what stands in several of them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.rows: dict[str, list[Any]] = {}
        self.numbers: dict[str, dict[Any, int]] = {}

    def place(self, mark: Mark) -> tuple[int, int]:
        """Where something stands in the partner's file."""
        if mark.source != self.source:
            raise NotEncodable
        return mark.line, mark.column

    def system(self, system: System) -> list[Any]:
        """A system, without its place: how its file is named is not kept."""
        row: list[Any] = _record(System).write(system, self)
        row[_PLACE] = None
        return row

    def system_places(self, places: SystemPlaces) -> list[Any]:
        options = None if places.options is None else [self.place(one) for one in places.options]
        return [*self.place(places.key), options]

    def node(self, node: Node) -> list[Any]:
        """A tree: texts as they are, in front of them their places."""
        at = self.place(node)
        if isinstance(node, Map):
            return [*at, [[self.node(_text(key)), self.node(value)] for key, value in node.items()], None]
        if isinstance(node, Seq):
            return [*at, [self.node(entry) for entry in node]]
        return [*at, str(node), node.plain]

    def new_number(self, kind: str, key: Any, row: Any) -> int:
        """The number of a value that is the first of its kind with this key; ``row``: the value as it is written."""
        table = self.rows.setdefault(kind, [])
        number = self.numbers.setdefault(kind, {})[key] = len(table)
        table.append(row)
        return number


def _text(key: str) -> Text:
    if not isinstance(key, Text):
        raise NotEncodable
    return key


def _node(row: list[Any], source: str) -> Node:
    line, column, content, *rest = row
    place = Place(source, line, column)
    if isinstance(content, str):
        text = text_at(place, content)
        text.plain = rest[0]
        return text
    if not rest:
        return list_at(place, (_node(entry, source) for entry in content))
    return map_at(place, ((_key(key, source), _node(value, source)) for key, value in content))


def _key(row: list[Any], source: str) -> Text:
    key = _node(row, source)
    if not isinstance(key, Text):
        raise Damaged
    return key


# -- values by their types ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Codec:
    """How values of a type are written and read; ``plain``: as they are; ``table``: as a number in that table."""

    write: Callable[[Any, _Writer], Any]
    read: Callable[[Any, _Tables], Any]
    plain: bool = False
    table: str | None = None


_PLAIN = _Codec(lambda value, _: value, lambda row, _: row, plain=True)
_DATE = _Codec(lambda value, _: value.isoformat(), lambda row, _: date.fromisoformat(row))


def _codec(hint: Any) -> _Codec:
    """How values of a type are written.

    Raises:
        TypeError: that is not known.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if hint in (str, int, float, bool, NoneType):
        return _PLAIN
    if hint is date:
        return _DATE
    if hint is EndOfLife:
        return _shared("ends", lambda value: value, _record(EndOfLife))
    if origin in (Union, UnionType):
        return _optional(inner)
    if origin is tuple and inner == (str, ...):
        return _shared("texts", lambda value: value, _tuple(_PLAIN))
    if origin is tuple and inner[1:] == (...,):
        return _tuple(_codec(inner[0]))
    if origin is Mapping:
        values = _codec(inner[1])
        return _shared("mappings" if values.plain else "lists", lambda value: tuple(value.items()), _mapping(values))
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    raise TypeError(f"give values of the type {hint} a way to be written")


def _optional(hints: Sequence[Any]) -> _Codec:
    """Of several types, of which at most one is not plain: None stands for None."""
    codecs = [codec for hint in hints if not (codec := _codec(hint)).plain]
    if not codecs:
        return _PLAIN
    if len(codecs) > 1 or len(hints) > 2 or NoneType not in hints:
        raise TypeError(f"give values of the types {hints} a way to be written")
    write, read = codecs[0].write, codecs[0].read
    return _Codec(
        lambda value, writer: None if value is None else write(value, writer),
        lambda row, tables: None if row is None else read(row, tables),
    )


def _tuple(inner: _Codec) -> _Codec:
    if inner.plain:
        return _Codec(lambda value, _: value, lambda row, _: tuple(row))
    write, read = inner.write, inner.read
    return _Codec(
        lambda value, writer: [write(one, writer) for one in value],
        lambda row, tables: tuple([read(one, tables) for one in row]),
    )


@cache
def _record(kind: type[Any]) -> _Codec:
    """Of a dataclass: its fields in their order. Found when it is needed first, which small inventories never do."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    special = [(place, codec) for place, name in enumerate(names) if not (codec := _codec(hints[name])).plain]
    values_of = attrgetter(*names)

    def write(value: Any, writer: _Writer) -> list[Any]:
        row = list(values_of(value)) if len(names) > 1 else [values_of(value)]
        for place, codec in special:
            row[place] = codec.write(row[place], writer)
        return row

    readers = [(place, codec.read) for place, codec in special if codec.table is None]
    numbered = [(place, codec.table) for place, codec in special if codec.table is not None]

    def read(row: list[Any], tables: _Tables) -> Any:
        for place, table in numbered:
            row[place] = tables[table][row[place]]
        for place, reader in readers:
            if row[place] is not None:
                row[place] = reader(row[place], tables)
        return kind(*row)

    return _Codec(write, read)


def _mapping(values: _Codec) -> _Codec:
    """Of mappings by something plain: pairs, since the keys of JSON are texts."""
    return _Codec(
        lambda value, writer: [(key, values.write(one, writer)) for key, one in value.items()],
        lambda row, tables: {key: values.read(one, tables) for key, one in row},
    )


_TABLES: dict[str, _Codec] = {}
"""How the rows of each table are read and written."""


def _shared(kind: str, key: Callable[[Any], Any], inner: _Codec) -> _Codec:
    """Of values that many have in common: a number in a table; ``key`` tells them apart."""
    _TABLES[kind] = inner
    nothing: dict[Any, int] = {}

    def write(value: Any, writer: _Writer) -> int:
        known = key(value)
        number = writer.numbers.get(kind, nothing).get(known)
        return writer.new_number(kind, known, inner.write(value, writer)) if number is None else number

    return _Codec(write, lambda row, tables: tables[kind][row], table=kind)


_PLACE = [field.name for field in fields(System)].index("place")
