"""A first inventory in a new folder, and the schemas of its files for editors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from consolidate.errors import InvalidArgument, Message, Remedy, UserError
from consolidate.loading.schema import SCHEMAS, schema_text
from consolidate.output_files import write_file
from consolidate.yaml_files.messages import meant

EXAMPLES = ("srs", "sts", "onesource", "worcestershire", "plymouth-cco")
"""Real programmes that an inventory can be started from, by the names of their folders."""

_DATA = Path(__file__).parents[1] / "data"
_SOURCE = Path(__file__).parents[2]
_SCHEMA_COMMENT = re.compile(r"(?<=\$schema=)(\.\./)*(?=schemas/)")
"""Where a file's first line says how to get to the folder of schemas."""


def start_inventory(folder: str | Path, example: str | None = None) -> tuple[Path, ...]:
    """Write an inventory to start from, with its schemas: a small commented one, or a copy of an example.

    Parameters
    ----------
    folder
        A folder that is not there yet, or is empty.
    example
        One of ``consolidate.EXAMPLES``, to be copied; by default the small one is written.

    Returns
    -------
    tuple
        The files written.

    Raises
    ------
    InvalidArgument
        There is no such example.
    UserError
        There is something in the folder, or it cannot be written.
    """
    folder = Path(folder)
    origin = _DATA / "starter" if example is None else _example(example)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(Message(f"{folder} is there already; ", Remedy.NEW_FOLDER))
    written = []
    for source in sorted((*origin.rglob("*.yaml"), *origin.glob("README.md"))):
        place = source.relative_to(origin)
        up = "../" * (len(place.parts) - 1)
        written.append(folder / place)
        write_file(written[-1], _SCHEMA_COMMENT.sub(up, source.read_text(encoding="utf-8"), count=1))
    return (*written, *write_schemas(folder / "schemas"))


def _example(name: str) -> Path:
    """The folder of an example: among the data of what is installed, or where the repository has it."""
    if name not in EXAMPLES:
        raise InvalidArgument("example", name, f"the examples are {', '.join(EXAMPLES)}{meant(name, EXAMPLES)}")
    installed = _DATA / "examples" / name
    if installed.is_dir():
        return installed
    return _SOURCE / "inventory" if name == "srs" else _SOURCE / "examples" / name


def write_schemas(folder: str | Path, kinds: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Write the JSON Schema of each kind of file of an inventory, for editors and checks.

    Parameters
    ----------
    folder
        Where they go: ``programme.schema.json`` and so on.
    kinds
        Of ``consolidate.SCHEMAS``; all of them by default.

    Returns
    -------
    tuple
        The files written.

    Raises
    ------
    InvalidArgument
        There is no such kind; nothing is written.
    UserError
        A file cannot be written.
    """
    texts = {Path(folder) / f"{kind}.schema.json": schema_text(kind) for kind in (SCHEMAS if kinds is None else kinds)}
    for path, text in texts.items():
        write_file(path, text)
    return tuple(texts)
