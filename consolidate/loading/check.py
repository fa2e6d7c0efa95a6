"""All that is wrong with an inventory and its scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from consolidate.errors import InvalidInventory, Problem, UserError
from consolidate.loading import load
from consolidate.loading.sources import scenario_names


@dataclass(frozen=True)
class InventoryCheck:
    """What is wrong with an inventory, and its size.

    Attributes
    ----------
    problems
        Errors and warnings, by file and line; those of scenarios, too.
    systems, partners
        How many there are, in the last scenario (or without one) that has no error.
    """

    problems: tuple[Problem, ...]
    systems: int = 0
    partners: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is no error: the inventory, and each of its scenarios, can be planned."""
        return all(problem.severity != "error" for problem in self.problems)


def check_inventory(folder: str | Path) -> InventoryCheck:
    """Find everything that is wrong with an inventory, and with each of its scenarios.

    Parameters
    ----------
    folder
        The folder that holds programme.yaml.

    Returns
    -------
    InventoryCheck
        All problems; none is raised.

    Raises
    ------
    UserError
        There is no such folder.
    """
    folder = Path(folder)
    problems: set[Problem] = set()
    systems = partners = 0
    for scenario in (None, *_scenarios(folder)):
        try:
            inventory = load(folder, scenario)
        except InvalidInventory as error:
            problems.update(error.problems)
        else:
            problems.update(inventory.warnings)
            systems, partners = len(inventory.systems), len(inventory.partners)
    return InventoryCheck(tuple(sorted(problems)), systems, partners)


def _scenarios(folder: Path) -> tuple[str, ...]:
    """The scenarios' names; none where the folder cannot be read, of which loading it says more."""
    try:
        return tuple(scenario_names(folder))
    except UserError:
        return ()
