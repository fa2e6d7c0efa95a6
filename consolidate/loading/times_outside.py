"""Warnings: dates and periods outside the horizon, which count for nothing.

They need no inventory without errors: what of the files is valid by itself is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consolidate.loading import schema
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.references import horizon_of
from consolidate.quarters import Calendar
from consolidate.yaml_files.findings import Findings, Remarks
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Mark, Node


@dataclass(frozen=True)
class Times:
    """The calendar, and how many quarters the horizon and the appraisal have."""

    calendar: Calendar
    horizon: int
    appraisal: int


def warn_of_times(draft: Draft, times: Times, findings: Findings) -> None:
    """Warns of what stands in programme.yaml and services.yaml for periods outside the horizon, or the appraisal."""
    _rules(draft, times, findings)
    _services(draft, times, findings)
    _amounts(draft, times, findings)


def warn_in_spite_of_errors(draft: Draft, extend: int, findings: Findings) -> None:
    """The same of files with errors, and of systems, too, as far as what is right in them says when the horizon is."""
    if draft.programme is None or {"horizon", "appraise_to"} & draft.programme_node.lost:
        return
    horizon, appraisal = horizon_of(draft)
    if horizon < 1:
        return
    times = Times(draft.calendar, horizon + extend, max(appraisal, horizon + extend))
    warn_of_times(draft, times, findings)
    remarks = Remarks()
    for entry in draft.systems.values():
        warn_of_dates(times.calendar, entry, remarks)
    findings.repeat(remarks.all())


def warn_of_dates(calendar: Calendar, entry: Entry, findings: Remarks) -> None:
    """Warns of dates of a system that lie before the horizon."""
    node, model = entry.node, entry.model
    given = model.end_of_life or schema.WrittenEndOfLife()
    for word in ("earliest", "latest"):
        if word in node:
            _before(calendar, getattr(model, word), node[word], word, findings)
    ends = node.get("end_of_life")
    for part, date in (("software", given.software), ("hardware", given.hardware)):
        if date is not None and ends is not None:
            _before(calendar, date.quarter, ends[part] if isinstance(ends, Map) else ends, "end_of_life", findings)
    contract = node.get("contract")
    if model.contract is not None and isinstance(contract, Map):
        _before(calendar, calendar.of_month(model.contract.ends), contract["ends"], "ends", findings)


def _before(calendar: Calendar, quarter: int | None, place: Mark, what: str, findings: Findings | Remarks) -> None:
    if quarter is not None and quarter < 0:
        start = calendar.label(0)
        findings.warn(place, f"`{what}` lies before the horizon, which begins with {start}", "dates before the horizon")


def _services(draft: Draft, times: Times, findings: Findings) -> None:
    for key, model in draft.services.items():
        node = draft.services_node[key]
        if isinstance(node, Map) and "earliest" in node and model.build is not None:
            _before(times.calendar, model.earliest, node.key("earliest"), "earliest", findings)


def _rules(draft: Draft, times: Times, findings: Findings) -> None:
    """Freezes and milestones that lie outside the horizon."""
    assert draft.programme is not None
    node, calendar = draft.programme_node, times.calendar
    inside = range(times.horizon)
    for freeze, place in zip(draft.programme.freezes, node.list_of("freezes"), strict=True):
        every_year = {named.index for named in freeze.quarters if isinstance(named, schema.Recurring)}
        held = any(quarter in freeze.quarters or calendar.index_in_year(quarter) in every_year for quarter in inside)
        if not held and isinstance(place, Map):
            findings.warn(place["quarters"], "no quarter of this freeze lies in the horizon")
    for milestone, place in zip(draft.programme.milestones, node.list_of("milestones"), strict=True):
        if milestone.live is not None and milestone.by.quarter not in inside and isinstance(place, Map):
            when = "before" if milestone.by.quarter < 0 else "after"
            findings.warn(place["by"], f"`by` lies {when} the horizon")


def _amounts(draft: Draft, times: Times, findings: Findings) -> None:
    """Entries for periods outside the horizon (of `day_cost`: the appraisal)."""
    for path in _tables(draft):
        node: Node = draft.programme_node
        for step in path:
            assert isinstance(node, Map)
            node = node[step]
        if isinstance(node, Map):
            _outside(times, node, findings, "appraisal" if path[-1] == "day_cost" else "horizon")


def _tables(draft: Draft) -> Iterator[tuple[str, ...]]:
    """Where amounts by period stand in programme.yaml."""
    programme = draft.programme
    assert programme is not None
    for role, model in programme.roles.items():
        if model.days is not None:
            yield "roles", role, "days"
        if model.agency is not None:
            yield "roles", role, "agency", "days"
            yield "roles", role, "agency", "day_rate"
        if model.day_cost is not None:
            yield "roles", role, "day_cost"
    for pot in programme.capital:
        yield "capital", pot, "amount"


def _outside(times: Times, node: Map, findings: Findings, time: str) -> None:
    calendar = times.calendar
    end = times.horizon if time == "horizon" else times.appraisal
    inside = {calendar.year_label(quarter) for quarter in range(end)}
    for key in node:
        if key == "default" or key in inside:
            continue
        try:
            outside = ("Q" not in key and "-" not in key) or not 0 <= calendar.quarter(key) < end
        except ValueError:
            continue
        if outside:
            findings.warn(node.key(key), f"{show(key)} lies outside the {time}; it counts for nothing")
