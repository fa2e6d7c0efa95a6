"""A solution of the planning problem: the choices and builds of a plan, and whether they obey the rules.

This is how the solving side decides whether a plan may serve as a start or as an upper bound. It depends neither on
how the plan was found nor on the model's rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, breaks_of
from consolidate.solving.formulation.resources import ResourceFamily, Resources, closeness


@dataclass(frozen=True)
class Solution:
    """The choices and builds that make up a plan."""

    choices: tuple[Choice, ...]
    builds: tuple[BuildChoice, ...]


def finish_of(plan: Solution) -> int:
    """Quarters up to and including the last cutover."""
    return 1 + max((choice.finish for choice in plan.choices), default=-1)


def first_needed(choice: Choice) -> dict[str, int]:
    """The services that a choice needs, each with the first quarter in which it does."""
    first: dict[str, int] = {}
    for step, start in zip(choice.option.steps, choice.when.starts, strict=False):
        for service in step.needs:
            first.setdefault(service, start)
    return first


def first_violation(inventory: Inventory, plan: Solution) -> str | None:
    """The family of the first rule that a plan violates; None when it obeys all of them."""
    for name, obeyed in RULES.items():
        if not obeyed(inventory, plan):
            return name
    resources = Resources(inventory)
    return next((name for name, family in resources.families.items() if not _kept(resources, family, plan)), None)


def _kept(resources: Resources, family: ResourceFamily, plan: Solution) -> bool:
    """Whether a plan keeps within every resource of a family, or provides what it has to."""
    used = resources.used(family, plan.choices, plan.builds)
    for resource, amount in resources.counted(family, used):
        less, more = (resource.in_all, amount) if family.at_least else (amount, resource.in_all)
        if less > more + closeness(more):
            return False
    return True


def _once(inventory: Inventory, plan: Solution) -> bool:
    """Each system takes one choice."""
    return sorted(choice.system.id for choice in plan.choices) == sorted(inventory.systems)


def _unbroken(inventory: Inventory, plan: Solution, kind: str) -> bool:
    """No choice breaks a bound of one kind."""
    return not any(
        found == kind
        for choice in plan.choices
        for found, *_ in breaks_of(inventory, choice.system, choice.when, inventory.plan_quarters)
    )


def _horizon(inventory: Inventory, plan: Solution) -> bool:
    """All work ends inside the horizon."""
    return _unbroken(inventory, plan, "horizon") and all(build.ready < inventory.plan_quarters for build in plan.builds)


def _window(inventory: Inventory, plan: Solution) -> bool:
    """No system starts before its ``earliest`` or cuts over after its ``latest``."""
    early = (
        choice.when.starts[len(choice.system.began)] < _earliest(inventory, choice)
        for choice in plan.choices
        if len(choice.when.starts) > len(choice.system.began)
    )
    return not any(early) and _unbroken(inventory, plan, "latest")


def _earliest(inventory: Inventory, choice: Choice) -> int:
    """The quarter before which no step may start that is not fixed already."""
    return inventory.open if choice.system.began else max(choice.system.earliest, inventory.open)


def _freeze(inventory: Inventory, plan: Solution) -> bool:
    """Nothing happens in a quarter that is frozen for it."""
    return _unbroken(inventory, plan, "freeze")


def _after(inventory: Inventory, plan: Solution) -> bool:
    """Work starts once what the system waits for is live, or never will be."""
    live = {choice.system.id: choice.live for choice in plan.choices}
    return not any(
        choice.when.starts and before is not None and before >= choice.when.starts[0]
        for choice in plan.choices
        for before in map(live.__getitem__, choice.system.after)
    )


def _together(inventory: Inventory, plan: Solution) -> bool:
    """A group cuts over in one quarter, or stays."""
    live = {choice.system.id: choice.live for choice in plan.choices}
    return all(len({live[key] for key in group}) == 1 for group in inventory.together)


def _build(inventory: Inventory, plan: Solution) -> bool:
    """Services are built once, only if there is something to build, and not too soon."""
    built = [build.service.id for build in plan.builds]
    return len(set(built)) == len(built) and all(
        build.service.build is not None
        and build.start >= max(build.service.earliest, inventory.open)
        and (build.service.latest is None or build.ready <= build.service.latest)
        for build in plan.builds
    )


def _ready_from(inventory: Inventory, plan: Solution) -> Callable[[str], int]:
    """From which quarter a service is ready; the horizon's end where it never is."""
    ready = {key: service.ready or 0 for key, service in inventory.services.items() if service.build is None}
    ready.update((build.service.id, build.ready) for build in plan.builds)
    return lambda service: ready.get(service, inventory.plan_quarters)


def _ready(inventory: Inventory, plan: Solution) -> bool:
    """Work starts once the services that it needs are ready."""
    ready = _ready_from(inventory, plan)
    return all(
        ready(service) <= quarter for choice in plan.choices for service, quarter in first_needed(choice).items()
    )


def _gate(inventory: Inventory, plan: Solution) -> bool:
    """Builds start once all systems that they wait for have moved."""
    live = {choice.system.id: choice.live for choice in plan.choices}
    waits = ((build.start, live[id]) for build in plan.builds for id in build.service.after)
    return all(moved is not None and moved < start for start, moved in waits)


def _must_build(inventory: Inventory, plan: Solution) -> bool:
    """Services that must be built are."""
    built = {build.service.id for build in plan.builds}
    return all(id in built for id, service in inventory.services.items() if service.must_build)


def _needs(inventory: Inventory, plan: Solution) -> bool:
    """Builds start once the services that they need are ready."""
    ready = _ready_from(inventory, plan)
    return all(ready(need) <= build.start for build in plan.builds for need in build.service.needs)


RULES: dict[str, Callable[[Inventory, Solution], bool]] = {
    "once": _once,
    "horizon": _horizon,
    "window": _window,
    "freeze": _freeze,
    "after": _after,
    "together": _together,
    "build": _build,
    "ready": _ready,
    "needs": _needs,
    "gate": _gate,
    "must_build": _must_build,
}
"""The rules that are no sums, by the name that the accounts give them; those that are follow (``Resources``)."""
