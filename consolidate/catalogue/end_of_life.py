"""When support ends for products: the catalogue that ships with the package.

A look-up is exact (the product's id or one of its aliases, and the release); similar names only serve for
suggestions. The catalogue is `data/eol.yaml`: facts, each with its source.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from consolidate.quarters import parse_date
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map, Seq, Text
from consolidate.yaml_files.parser import parse


@dataclass(frozen=True)
class Product:
    """A product, and the day on which support of each release ends.

    ``checked``: the date on which ``source`` was read.
    """

    id: str
    name: str
    source: str
    checked: str
    releases: Mapping[str, dt.date]


@dataclass(frozen=True)
class Support:
    """What a look-up found: the day on which support of a release ends."""

    product: str
    release: str
    ends: dt.date


class UnknownProduct(ValueError):
    """The catalogue has no such product or release; the message says what may be meant."""


@cache
def catalogue() -> Mapping[str, Product]:
    """The products of the package's catalogue, by id and by alias, both as :func:`_normalised` writes them."""
    text = resources.files("consolidate").joinpath("data/eol.yaml").read_text(encoding="utf-8")
    return read(text)


def read(text: str) -> Mapping[str, Product]:
    """A catalogue, by id and by alias.

    Raises:
        ValueError: when it isn't one, with each problem on a line.
    """
    findings = Findings()
    root = parse(text, "eol.yaml", findings)
    products: dict[str, Product] = {}
    entries = root.get("products") if root is not None else None
    for key, entry in entries.items() if isinstance(entries, Map) else ():
        try:
            product = _product(key, entry)
        except ValueError as error:
            findings.add(entry, f"{show(key)}: {error}")
            continue
        aliases = entry.get("aliases") if isinstance(entry, Map) else None
        for name in (key, *(aliases if isinstance(aliases, Seq) else ())):
            if products.setdefault(_normalised(str(name)), product) is not product:
                findings.add(entry, f"{show(str(name))} names two products; keep one of them")
    if findings.failed or not products:
        raise ValueError("\n".join(map(str, findings.sorted())) or "eol.yaml:1:1: no products")
    return products


def _product(key: str, entry: object) -> Product:
    releases = entry.get("releases") if isinstance(entry, Map) else None
    if not isinstance(entry, Map) or not isinstance(releases, Map):
        raise ValueError("a product is a mapping with `releases`")
    words = {name: entry.get(name, "") for name in ("name", "source", "checked")}
    if not all(isinstance(word, Text) and word for word in words.values()):
        raise ValueError("a product has a `name`, a `source` and the date on which it was `checked`")
    parse_date(str(words["checked"]))
    ends = {_normalised(release): parse_date(str(date)) for release, date in releases.items()}
    return Product(key, str(words["name"]), str(words["source"]), str(words["checked"]), ends)


def _normalised(text: str) -> str:
    """Lower case, with one hyphen for every run of blanks and hyphens.

    >>> _normalised("Windows  Server 2008 R2")
    'windows-server-2008-r2'
    """
    return re.sub(r"[\s-]+", "-", text.strip().lower())


def look_up(text: str) -> Support:
    """When support ends for ``windows-server 2008-r2``: a product's id or alias, then the release.

    Raises:
        UnknownProduct: when no product and release of the catalogue are exactly meant.
    """
    key = _normalised(text)
    found = None
    for cut in (index for index, letter in enumerate(key) if letter == "-"):
        product = catalogue().get(key[:cut])
        if product is not None:
            found = product
            ends = product.releases.get(key[cut + 1 :])
            if ends is not None:
                return Support(product.id, key[cut + 1 :], ends)
    raise UnknownProduct(_remedy(text, found or catalogue().get(key)))


def _remedy(text: str, product: Product | None) -> str:
    what = f"no end of life is known for {show(text)}"
    if product is not None:
        listed = ", ".join(product.releases)
        return f"{what}; the releases of {product.id} are {listed}: name one of them, or give `end_of_life`"
    every = [f"{key} {release}" for key, entry in catalogue().items() for release in entry.releases]
    guess = nearest(text.lower(), every)
    hint = f"did you mean {show(guess)}? Else give" if guess else "name product and release, or give"
    return f"{what}; {hint} `end_of_life`"
