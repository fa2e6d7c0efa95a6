"""Changes of figures written down as a scenario of an inventory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consolidate.errors import InvalidArgument, UserError
from consolidate.loading import changed_tree, load
from consolidate.loading.schema.fields import Fault, identifier
from consolidate.output_files import write_new_file
from consolidate.yaml_files.nodes import Place, text_at
from consolidate.yaml_files.writer import yaml_text


def save_scenario(folder: str | Path, name: str, changes: Sequence[str], *, scenario: str | None = None) -> Path:
    """Write changes of figures into an inventory as a new scenario.

    The scenario means what ``load(folder, scenario, changes=changes)`` gives.

    Parameters
    ----------
    folder
        The inventory's folder.
    name
        The new scenario's name: ``scenarios/NAME.yaml`` is written.
    changes
        Figures to change, as :func:`consolidate.load` takes them.
    scenario
        The scenario that they are changes of; by default they change the inventory itself.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InvalidInventory
        With the changes the inventory would have errors.
    InvalidArgument
        The name is no id, or there are no changes.
    UserError
        There is a scenario of that name already, the folder cannot be written to, or there is no such folder,
        scenario, or figure to change.
    """
    path = new_scenario_path(folder, name)
    if not changes:
        raise InvalidArgument("changes", "nothing", "give at least one, such as capital.onewales.2017/18=-10%")
    load(folder, scenario, changes=changes)
    title = f"What if: {', '.join(changes)}" + (f" (on top of {scenario})" if scenario else "")
    try:
        write_new_file(path, yaml_text(changed_tree(folder, scenario, changes, title=title)))
    except FileExistsError:
        raise _there_already(path) from None
    return path


def new_scenario_path(folder: str | Path, name: str, argument: str = "name") -> Path:
    """Where a new scenario of that name is written: ``scenarios/NAME.yaml``.

    Args:
        folder: the inventory's.
        name: the scenario's.
        argument: what gave the name.

    Raises:
        InvalidArgument: the name is no id.
        UserError: there is a scenario of that name already.
    """
    try:
        identifier(text_at(Place("name"), name))
    except Fault as fault:
        raise InvalidArgument(argument, name, str(fault)) from None
    path = Path(folder) / "scenarios" / f"{name}.yaml"
    if path.exists():
        raise _there_already(path)
    return path


def _there_already(path: Path) -> UserError:
    return UserError(f"{path} is there already; choose another name, or take that file away")
