"""All that is wrong with an inventory and its scenarios."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from consolidate.errors import InvalidInventory, Problem, UserError
from consolidate.inventory import Inventory
from consolidate.loading import read
from consolidate.loading.sources import scenario_names
from consolidate.vocabulary import counted, plural
from consolidate.yaml_files.findings import named
from consolidate.yaml_files.messages import show


@dataclass(frozen=True)
class InventoryCheck:
    """What is wrong with an inventory, and its size.

    Attributes
    ----------
    problems
        Errors and warnings, by file and line; those of scenarios, too.
    systems, partners
        How many the inventory has; where it has errors, how many there are with a scenario that mends them.
    scenarios
        The names of the scenarios that were checked, too.
    """

    problems: tuple[Problem, ...]
    systems: int = 0
    partners: int = 0
    scenarios: tuple[str, ...] = ()

    def __repr__(self) -> str:
        errors = sum(problem.severity == "error" for problem in self.problems)
        found = f"{counted(errors, 'error')}, {counted(len(self.problems) - errors, 'warning')}"
        return f"<InventoryCheck: {found}; {counted(self.systems, 'system')}, {counted(self.partners, 'partner')}>"

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
    inventory, found = _read(folder, None)
    only_with: dict[Problem, list[str]] = {}
    scenarios = _scenarios(folder)
    for scenario in scenarios:
        changed, problems = _read(folder, scenario)
        inventory = inventory or changed
        for problem in problems:
            if problem not in found:
                only_with.setdefault(problem, []).append(scenario)
    every = [*found, *(_named(folder, problem, names) for problem, names in only_with.items())]
    sizes = (len(inventory.systems), len(inventory.partners)) if inventory is not None else (0, 0)
    return InventoryCheck(tuple(sorted(every)), *sizes, scenarios)


def _read(folder: Path, scenario: str | None) -> tuple[Inventory | None, Collection[Problem]]:
    """The inventory, if it can be planned, and all that is wrong with it."""
    try:
        inventory = read(folder, scenario)
    except InvalidInventory as error:
        return None, dict.fromkeys(error.problems)
    return inventory, dict.fromkeys(inventory.warnings)


def _named(folder: Path, problem: Problem, scenarios: Sequence[str]) -> Problem:
    """A problem that is there only with some scenarios: it names them, unless it stands in the file of one."""
    if problem.path in (f"{folder}/scenarios/{scenario}.yaml" for scenario in scenarios):
        return problem
    first = " and ".join(map(show, scenarios[:2]))
    more = f" and {len(scenarios) - 2} more" if len(scenarios) > 2 else ""
    return named(problem, f"{plural(len(scenarios), 'scenario')} {first}{more}")


def _scenarios(folder: Path) -> tuple[str, ...]:
    """The scenarios' names; none where the folder cannot be read, of which loading it says more."""
    try:
        return tuple(scenario_names(folder))
    except UserError:
        return ()
