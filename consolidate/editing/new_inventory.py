"""A first inventory in a new folder, and the schemas of its files for editors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from consolidate.errors import Message, Remedy, UserError
from consolidate.loading.schema import SCHEMAS, schema_text
from consolidate.output_files import write_file

_STARTER = Path(__file__).parents[1] / "data" / "starter"


def start_inventory(folder: str | Path) -> tuple[Path, ...]:
    """Write a small commented inventory to start from, with its schemas.

    Parameters
    ----------
    folder
        A folder that is not there yet, or is empty.

    Returns
    -------
    tuple
        The files written.

    Raises
    ------
    UserError
        There is something in the folder, or it cannot be written.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(Message(f"{folder} is there already; ", Remedy.NEW_FOLDER))
    written = []
    for source in sorted(_STARTER.rglob("*.yaml")):
        written.append(folder / source.relative_to(_STARTER))
        write_file(written[-1], source.read_text(encoding="utf-8"))
    return (*written, *write_schemas(folder / "schemas"))


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
