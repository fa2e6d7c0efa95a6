r"""What days of people are worth, and which of them are bought.

With effort :math:`e` of a role in a quarter, own days :math:`d`, agency days :math:`L` at most, :math:`r` the price of
one and :math:`w` what a day of one's own people is worth, :math:`a` days are bought and the quarter costs

.. math:: w\,(e - a) + r\,a, \qquad a = \begin{cases} \max(e - d, 0) & r \ge w \\ \min(e, L) & r < w \end{cases}

since agency days are never more than the effort and may replace own days: bought where they are lacking or cheaper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import fsum

from consolidate.inventory import Inventory, Role
from consolidate.solving.formulation.choices import BuildChoice, Choice
from consolidate.solving.formulation.costs import worth

Days = dict[tuple[str, int], float]
"""Person-days by (role, quarter)."""


def premium(role: Role, quarter: int) -> float:
    """What an agency day costs more than the day of one's own that it replaces, undiscounted; below 0 if less."""
    return role.day_rate[quarter] - worth(role, quarter)


def agency_is_cheaper(role: Role, quarter: int) -> bool:
    """Whether agency days are bought though own days would do."""
    return role.agency_days[quarter] > 0 and premium(role, quarter) < 0


def bought(role: Role, quarter: int, effort: float) -> float:
    """Agency days that are bought for an effort in a quarter, whether there are as many or not."""
    if quarter >= len(role.agency_days):
        return 0.0
    if agency_is_cheaper(role, quarter):
        lacking = 0.0 if role.days is None else effort - role.days[quarter]
        return max(min(effort, role.agency_days[quarter]), lacking)
    return 0.0 if role.days is None else max(effort - role.days[quarter], 0.0)


def with_enough_days(inventory: Inventory) -> Inventory:
    """The same inventory, but that no role which agency staff can stand in for at less is without a limit.

    Such a role has as many days in each quarter as all work could take together, so that nothing changes.
    """
    cheaper = {
        role.id: role
        for role in inventory.roles.values()
        if role.days is None and any(agency_is_cheaper(role, quarter) for quarter in range(len(role.agency_days)))
    }
    if not cheaper:
        return inventory
    efforts = [[step.effort for one in system.options for step in one.steps] for system in inventory.systems.values()]
    efforts += [[service.build.effort] for service in inventory.services.values() if service.build is not None]
    enough = {id: 1.0 + fsum(fsum(fsum(effort.get(id, ())) for effort in every) for every in efforts) for id in cheaper}
    days = {id: replace(role, days=(enough[id],) * len(role.agency_days)) for id, role in cheaper.items()}
    return replace(inventory, roles={**inventory.roles, **days})


def most_saved_by_agency(inventory: Inventory) -> float:
    """What agency days that are cheaper than own ones can save at most, discounted."""
    return fsum(
        -premium(role, quarter) * limit * inventory.discount(quarter)
        for role in inventory.roles.values()
        for quarter, limit in enumerate(role.agency_days)
        if agency_is_cheaper(role, quarter)
    )


def worked(choice: Choice | BuildChoice) -> Iterator[tuple[str, int, float]]:
    """The effort of a choice or a build: (role, quarter, person-days)."""
    if isinstance(choice, BuildChoice):
        assert choice.service.build is not None
        works: Iterable[tuple[Mapping[str, tuple[float, ...]], int]] = [(choice.service.build.effort, choice.start)]
    else:
        works = [(step.effort, start) for step, start in zip(choice.option.steps, choice.when.starts, strict=False)]
    for effort, start in works:
        for role, days in effort.items():
            yield from ((role, quarter, used) for quarter, used in enumerate(days, start) if used)


def effort_of(choices: Iterable[Choice | BuildChoice]) -> Days:
    """The effort of some choices and builds together."""
    found: Days = defaultdict(float)
    for choice in choices:
        for role, quarter, days in worked(choice):
            found[role, quarter] += days
    return found


def agency_days(inventory: Inventory, choices: Iterable[Choice | BuildChoice]) -> Days:
    """Agency days that some choices and builds together buy."""
    found = {
        (role, quarter): bought(inventory.roles[role], quarter, days)
        for (role, quarter), days in effort_of(choices).items()
    }
    return {key: days for key, days in found.items() if days > 5e-7}
