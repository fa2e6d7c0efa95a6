"""Warnings: what looks like a slip, because it is unlike the rest of the inventory or costs nothing by an omission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from statistics import median

from consolidate.catalogue import end_of_life
from consolidate.inventory import Inventory
from consolidate.loading import schema
from consolidate.loading.defaults import capability_of
from consolidate.loading.drafts import Draft, Entry
from consolidate.quarters import Calendar, parse_date
from consolidate.vocabulary import money
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import Guesses, show
from consolidate.yaml_files.nodes import Map, Mark, Text

_ALIKE = 0.8
"""How alike (0 to 1) two capabilities are that may be meant to be one."""
_TIMES_OFF = 100
"""How many times above or below the median of its kind an amount is doubted."""
_ENOUGH = 5
"""How many amounts of a kind there must be for their median to mean anything."""


def warn_of_slips(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Warns of what the rules allow and what nevertheless looks like a slip."""
    _capabilities(inventory, draft, findings)
    _tiers(inventory, draft, findings)
    _users(inventory, draft, findings)
    _pots(inventory, draft, findings)
    _outliers(inventory, draft, findings)
    for entry in draft.systems.values():
        _hidden_end_of_life(draft, entry, findings)


def _capabilities(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Capabilities that no service provides, but one provides something alike."""
    provided = sorted({service.provides for service in inventory.services.values()})
    guesses, alike = Guesses(), dict[str, str | None]()
    for key, entry in draft.systems.items():
        capability = capability_of(entry)
        if capability in provided or any(step.to for option in inventory.systems[key].options for step in option.steps):
            continue
        if capability not in alike:
            alike[capability] = guesses.nearest(capability, provided, _ALIKE)
        guess = alike[capability]
        if guess is not None:
            place = entry.node.get("capability", entry.key)
            message = f"no service provides {show(capability)}; did you mean `capability: {guess}`?"
            findings.warn(place, message, "no service provides the capability, but one much like it")


def _tiers(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Systems that lose their support and have no tier, where there are tiers."""
    if not inventory.tiers:
        return
    tiers = ", ".join(show(tier) for tier in list(inventory.tiers)[:8])
    for key, entry in draft.systems.items():
        system = inventory.systems[key]
        ends = system.end_of_life is not None or any(
            step.end_of_life is not None for option in system.options for step in option.steps
        )
        if system.tier is None and ends:
            what = f"{show(key)} has no tier, so that running it without support is judged to cost nothing"
            findings.warn(entry.key, f"{what}; give it a `tier`: {tiers}", "systems whose support ends have no tier")


def _users(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Systems without a number of users that may move into a service paid by user."""
    paid = {key for key, service in inventory.services.items() if service.run_cost_per_user}
    for key, entry in draft.systems.items():
        if entry.model.users is not None or draft.partners[entry.partner].users is not None:
            continue
        steps = (step for option in inventory.systems[key].options for step in option.steps)
        to = next((step.to for step in steps if step.to in paid), None)
        if to is not None:
            message = f"{show(key)} has no users, and {show(to)} is paid by user; give `users` here or for the partner"
            findings.warn(entry.key, message, "systems without users may go into a service that is paid by user")


def _pots(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Partners that spend the first pot only because they have none of their own, as others have."""
    programme = draft.programme
    assert programme is not None
    if not any(model.pot or partner in inventory.pots for partner, model in draft.partners.items()):
        return  # pots are no partner's here
    first = next(iter(inventory.pots))
    templates = [template for sizes in programme.approaches.values() for template in sizes.values()]
    inherited = any(map(_has_plain_capital, templates))
    by_default = set()
    for key, entry in draft.systems.items():
        plain = inherited or any(map(_has_plain_capital, entry.model.options or ()))
        if plain and any(first in step.capital for option in inventory.systems[key].options for step in option.steps):
            by_default.add(entry.partner)
    for partner, model in draft.partners.items():
        if partner in by_default and model.pot is None and partner not in inventory.pots:
            what = f"no `pot`, so that capital of its moves comes from the first one, {show(first)}"
            findings.warn(draft.partner_nodes[partner], f"{what}; write `pot: {first}` if that is meant, or another")


def _has_plain_capital(option: schema.Template) -> bool:
    """Whether one of its steps takes capital that names no pot."""
    steps = (option, option.then) if option.then is not None else (option,)
    return any(isinstance(step.capital, float) and step.capital > 0 for step in steps)


_Amount = tuple[str, float, Mark]
"""An amount of money: the key that says its kind, how much, and where."""


def _outliers(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Amounts a hundred times above or below the median of their kind: thousands typed for pounds, or pence."""
    kinds: dict[str, list[tuple[float, Mark]]] = {}
    for kind, amount, place in _amounts(draft):
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


def _amounts(draft: Draft) -> Iterator[_Amount]:
    for entry in draft.systems.values():
        model, node = entry.model, entry.node
        yield "run_cost", model.run_cost, node.key("run_cost")
        for interface, below in zip(model.interfaces, node.list_of("interfaces"), strict=False):
            yield "interfaces", interface.cost, below
        contract = node.get("contract")
        if model.contract is not None and isinstance(contract, Map):
            yield "contract", model.contract.cost, contract.key("cost")
            yield "exit", model.contract.exit or 0.0, contract.key("exit")
        for option, below in zip(model.options or (), node.list_of("options"), strict=False):
            if isinstance(below, Map):
                yield "capital of options", _total(option.capital), below.key("capital")
                yield "one_off", option.one_off or 0.0, below.key("one_off")
    for key, service in draft.services.items():
        below = draft.services_node[key]
        build = below.get("build") if isinstance(below, Map) else None
        if service.build is not None and isinstance(build, Map):
            yield "capital of builds", _total(service.build.capital), build.key("capital")
            yield "run_cost of builds", service.build.run_cost, build.key("run_cost")


def _total(capital: float | dict[str, float] | None) -> float:
    return sum(capital.values()) if isinstance(capital, dict) else capital or 0.0


def _hidden_end_of_life(draft: Draft, entry: Entry, findings: Findings) -> None:
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
