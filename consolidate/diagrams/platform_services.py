"""The shared services as drawings show them: a code and a colour for each, when it is built and ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from consolidate.diagrams.engine import themes
from consolidate.inventory import Inventory, Service
from consolidate.plan import Plan, ServiceBuild


@dataclass(frozen=True)
class PlatformServices:
    """The services of an inventory, by id, with what the plan builds of them."""

    inventory: Inventory
    plan: Plan

    @cached_property
    def builds(self) -> Mapping[str, ServiceBuild]:
        """The plan's builds; those of unknown services are left out."""
        return {build.service: build for build in self.plan.builds if build.service in self.inventory.services}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The code that stands for each service on bars and boxes."""
        return service_codes(self.inventory.services)

    @cached_property
    def colours(self) -> Mapping[str, str]:
        """The colour of each service; they repeat when there are more services than colours."""
        return {
            service: themes.SERVICES[index % len(themes.SERVICES)]
            for index, service in enumerate(self.inventory.services)
        }

    def ready(self, service: Service) -> int | None:
        """The first quarter in which a service can be used; None when it is never built."""
        if service.build is None:
            return service.ready or 0
        build = self.builds.get(service.id)
        return None if build is None else build.ready

    def takes_time_to_build(self, service: Service) -> bool:
        """Whether the plan builds the service over at least one quarter."""
        build = self.builds.get(service.id)
        return build is not None and build.ready > build.start


def service_codes(ids: Iterable[str]) -> dict[str, str]:
    """A short code for each id, unique: initials, else its first letter and another one of it.

    >>> service_codes(["hr-payroll", "email", "hr-portal", "e"])
    {'hr-payroll': 'HP', 'email': 'EM', 'hr-portal': 'HO', 'e': 'E'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for identity in ids:
        found[identity] = next(code for code in _candidates(identity) if code not in taken)
        taken.add(found[identity])
    return found


def _candidates(identity: str) -> Iterable[str]:
    """Codes for one id, the best first, without end."""
    parts = [part for part in identity.upper().split("-") if part]
    letters = "".join(parts)
    if len(parts) > 1:
        yield parts[0][0] + parts[1][0]
    elif len(letters) == 1:
        yield letters
    for others in (*parts[1:], letters[1:]):
        for letter in others:
            yield letters[0] + letter
    count = 1
    while True:
        yield f"{letters[0]}{count}"
        count += 1
