"""Warnings: what looks like a slip, because it is unlike the rest of the inventory or costs nothing by an omission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache
from statistics import median

from consolidate.catalogue import end_of_life
from consolidate.inventory import Inventory, System
from consolidate.loading import schema
from consolidate.loading.defaults import capability_of
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.kept_partner import Amount, PartnerFacts
from consolidate.quarters import Calendar, parse_date
from consolidate.vocabulary import money
from consolidate.yaml_files.findings import Findings, Remarks
from consolidate.yaml_files.messages import Guesses, show
from consolidate.yaml_files.nodes import Map, Mark, Text

_ALIKE = 0.8
"""How alike (0 to 1) two capabilities are that may be meant to be one."""
_TIMES_OFF = 100
"""How many times above or below the median of its kind an amount is doubted."""
_ENOUGH = 5
"""How many amounts of a kind there must be for their median to mean anything."""


def warn_of_slips(inventory: Inventory, draft: Draft, facts: Mapping[str, PartnerFacts], findings: Findings) -> None:
    """Warns of what is unlike the rest of the inventory; ``facts`` by partner."""
    _capabilities(inventory, facts, findings)
    _pots(inventory, draft, facts, findings)
    _outliers(inventory, draft, facts, findings)


class SystemSlips:
    """Warns of what looks like a slip in the entry of a system, and finds what does so only beside all others."""

    def __init__(self, inventory: Inventory, draft: Draft) -> None:
        self.inventory = inventory
        self.draft = draft
        self.provided = {service.provides for service in inventory.services.values()}
        self.paid = {key for key, service in inventory.services.items() if service.run_cost_per_user}
        self.tiers = ", ".join(show(tier) for tier in list(inventory.tiers)[:8])
        programme = draft.programme
        assert programme is not None
        templates = [template for sizes in programme.approaches.values() for template in sizes.values()]
        self.inherits_plain_capital = any(map(_has_plain_capital, templates))

    def warn(self, entry: Entry, system: System, remarks: Remarks) -> None:
        """Warns of what one system's entry, the programme and the services make so."""
        self._tier(entry, system, remarks)
        self._users(entry, system, remarks)
        _hidden_end_of_life(self.draft, entry, remarks)

    def _tier(self, entry: Entry, system: System, remarks: Remarks) -> None:
        """A system that loses its support and has no tier, where there are tiers."""
        if system.tier is not None or not self.tiers:
            return
        if system.end_of_life is not None or any(
            step.end_of_life is not None for option in system.options for step in option.steps
        ):
            what = f"{show(entry.id)} has no tier, so that running it without support is judged to cost nothing"
            message = f"{what}; give it a `tier`: {self.tiers}"
            remarks.warn(entry.key, message, "systems whose support ends have no tier")

    def _users(self, entry: Entry, system: System, remarks: Remarks) -> None:
        """A system without a number of users that may move into a service paid by user."""
        if entry.model.users is not None or self.draft.partners[entry.partner].users is not None:
            return
        steps = (step for option in system.options for step in option.steps)
        to = next((step.to for step in steps if step.to in self.paid), None)
        if to is not None:
            what = f"{show(entry.id)} has no users, and {show(to)} is paid by user"
            message = f"{what}; give `users` here or for the partner"
            remarks.warn(entry.key, message, "systems without users may go into a service that is paid by user")

    def unprovided(self, entry: Entry, system: System) -> tuple[str, Mark] | None:
        """A capability that no service provides, and where it stands, if the system can go into none."""
        capability = capability_of(entry)
        if capability in self.provided or any(step.to for option in system.options for step in option.steps):
            return None
        return capability, entry.node.get("capability", entry.key)

    def draws_by_default(self, entry: Entry, system: System) -> bool:
        """Whether capital that names no pot comes from the first one."""
        if not self.inherits_plain_capital and not any(map(_has_plain_capital, entry.model.options or ())):
            return False
        first = next(iter(self.inventory.pots), None)
        return any(first in step.capital for option in system.options for step in option.steps)


def _capabilities(inventory: Inventory, facts: Mapping[str, PartnerFacts], findings: Findings) -> None:
    """Capabilities that no service provides, but one provides something alike."""
    provided = sorted({service.provides for service in inventory.services.values()})
    guesses, alike = Guesses(), dict[str, str | None]()
    for capability, place in (one for known in facts.values() for one in known.unprovided):
        if capability not in alike:
            alike[capability] = guesses.nearest(capability, provided, _ALIKE)
        guess = alike[capability]
        if guess is not None:
            message = f"no service provides {show(capability)}; did you mean `capability: {guess}`?"
            findings.warn(place, message, "no service provides the capability, but one much like it")


def _pots(inventory: Inventory, draft: Draft, facts: Mapping[str, PartnerFacts], findings: Findings) -> None:
    """Partners that spend the first pot only because they have none of their own, as others have."""
    if not any(model.pot or partner in inventory.pots for partner, model in draft.partners.items()):
        return  # pots are no partner's here
    first = next(iter(inventory.pots))
    for partner, model in draft.partners.items():
        if facts[partner].draws_by_default and model.pot is None and partner not in inventory.pots:
            what = f"no `pot`, so that capital of its moves comes from the first one, {show(first)}"
            findings.warn(draft.partner_nodes[partner], f"{what}; write `pot: {first}` if that is meant, or another")


def _has_plain_capital(option: schema.Template) -> bool:
    """Whether one of its steps takes capital that names no pot."""
    steps = (option, option.then) if option.then is not None else (option,)
    return any(isinstance(step.capital, float) and step.capital > 0 for step in steps)


def _outliers(inventory: Inventory, draft: Draft, facts: Mapping[str, PartnerFacts], findings: Findings) -> None:
    """Amounts a hundred times above or below the median of their kind: thousands typed for pounds, or pence."""
    kinds: dict[str, list[tuple[float, Mark]]] = {}
    for known in facts.values():
        for kind, amount, place in known.amounts:
            kinds.setdefault(kind, []).append((amount, place))
    for kind, amount, place in _amounts_of_builds(draft):
        if amount:
            kinds.setdefault(kind, []).append((amount, place))
    for kind, amounts in kinds.items():
        if len(amounts) < _ENOUGH:
            continue
        usual = median(amount for amount, _ in amounts)
        for amount, place in amounts:
            if usual < amount * _TIMES_OFF and amount < usual * _TIMES_OFF:
                continue
            far = "above" if amount > usual else "below"
            what = f"{money(amount, inventory.currency)} is {_TIMES_OFF} times or more {far} the usual"
            message = f"{what} {show(kind)}, {money(usual, inventory.currency)}; correct it if that is a slip"
            findings.warn(place, message, f"amounts of {show(kind)} are far from the usual one")


def amounts_of(entry: Entry) -> Iterator[Amount]:
    """The amounts of money in a system's entry, those of nothing left out."""
    model, node = entry.model, entry.node
    if model.run_cost:
        yield "run_cost", model.run_cost, node.key("run_cost")
    for interface, below in zip(model.interfaces, node.list_of("interfaces"), strict=False):
        if interface.cost:
            yield "interfaces", interface.cost, below
    contract = node.get("contract")
    if model.contract is not None and isinstance(contract, Map):
        if model.contract.cost:
            yield "contract", model.contract.cost, contract.key("cost")
        if model.contract.exit:
            yield "exit", model.contract.exit, contract.key("exit")
    for option, below in zip(model.options or (), node.list_of("options"), strict=False):
        if isinstance(below, Map):
            if total := _total(option.capital):
                yield "capital of options", total, below.key("capital")
            if option.one_off:
                yield "one_off", option.one_off, below.key("one_off")


def _amounts_of_builds(draft: Draft) -> Iterator[Amount]:
    for key, service in draft.services.items():
        below = draft.services_node[key]
        build = below.get("build") if isinstance(below, Map) else None
        if service.build is not None and isinstance(build, Map):
            yield "capital of builds", _total(service.build.capital), build.key("capital")
            yield "run_cost of builds", service.build.run_cost, build.key("run_cost")


def _total(capital: float | dict[str, float] | None) -> float:
    return sum(capital.values()) if isinstance(capital, dict) else capital or 0.0


def _hidden_end_of_life(draft: Draft, entry: Entry, findings: Remarks) -> None:
    """A system's own date that hides an earlier one of its product."""
    given = entry.node.get("end_of_life")
    if isinstance(given, Map):
        given = given.get("software")
    if entry.model.product is None or not isinstance(given, Text) or given.is_null:
        return
    ends = _end_of_product(entry.model.product)
    if ends is not None and ends < _last_day(given, draft.calendar):
        what = f"support of {show(entry.model.product)} ends earlier, on {ends.isoformat()}, and this date counts"
        findings.warn(
            given,
            f"{what}; take out `end_of_life`, or leave it if support was extended",
            "dates that hide an earlier one of the product",
        )


@lru_cache(1_000)
def _end_of_product(product: str) -> dt.date | None:
    try:
        return end_of_life.look_up(product).ends
    except end_of_life.UnknownProduct:
        return None


def _last_day(text: str, calendar: Calendar) -> dt.date:
    """The day that a date or the label of a quarter means; `never` is the last of all."""
    try:
        return parse_date(text)
    except ValueError:
        pass
    try:
        return calendar.last_day(calendar.quarter(text))
    except ValueError:
        return dt.date.max
