"""The entries of `approaches`: what a move takes by approach and size; and rules for steps, wherever they are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consolidate.loading import schema
from consolidate.loading.drafts import Draft
from consolidate.vocabulary import plural
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Mark, Node

NOT_MOVING = ("retain", "refresh")
"""Approaches that leave a system where it is."""
StepModel = schema.Template | schema.Then


@dataclass(frozen=True)
class StepSource:
    """Where the values of a step come from: an option, a second step or an entry of `approaches`, with its tree."""

    model: StepModel
    node: Map

    def has(self, key: str) -> bool:
        """Whether a value is given for ``key``."""
        return getattr(self.model, key, None) is not None

    def place(self, key: str) -> Mark:
        """Where the value of ``key`` stands, else the whole."""
        node = self.node.get(key)
        return node if node is not None else self.node

    def place_of_role(self, role: str) -> Mark:
        """Where the effort of ``role`` stands, else the whole."""
        effort = self.node.get("effort")
        return effort[role] if isinstance(effort, Map) and role in effort else self.node

    @property
    def then(self) -> StepSource | None:
        """The second step that is given here."""
        model = getattr(self.model, "then", None)
        return None if model is None else StepSource(model, as_map(self.node["then"]))


def as_map(node: Node) -> Map:
    """A node that the schema has found to be a mapping."""
    assert isinstance(node, Map)
    return node


def read_approaches(draft: Draft) -> Mapping[tuple[str, str], StepSource]:
    """The entries of `approaches`, by approach and size."""
    below = draft.programme_node.get("approaches")
    found = {}
    for approach, sizes in draft.programme.approaches.items() if draft.programme is not None else ():
        for size, template in sizes.items():
            assert isinstance(below, Map)
            found[approach, size] = StepSource(template, as_map(as_map(below[approach])[size]))
    return found


def check_approaches(draft: Draft, approaches: Mapping[tuple[str, str], StepSource], findings: Findings) -> None:
    """Reports what is wrong with the entries of `approaches` by themselves, whether a system uses them or not."""
    below = draft.programme_node.get("approaches")
    retain = below.get("retain") if isinstance(below, Map) else None
    if isinstance(retain, Map) and retain:
        key = next(iter(retain))
        findings.add(retain.key(key), "`retain` takes nothing, for no size; write `retain: {}`")
    for (approach, _), source in approaches.items():
        if approach != "retain":
            check_step(approach, source, findings)
            if "quarters" not in source.node.lost:
                check_effort_lengths(source, source.model.quarters or 1, findings)


def check_step(approach: str, source: StepSource, findings: Findings) -> None:
    """Reports what a step by ``approach`` cannot have, its second step included."""
    node, add = source.node, findings.add
    if approach == "refresh" and source.model.contract is not None:
        add(node.key("contract"), "`refresh` takes no `contract`: the contract runs on; take it out")
    if approach == "refresh" and source.model.parallel_run is not None:
        add(node.key("parallel_run"), "`refresh` takes no `parallel_run`: nothing is cut over; take it out")
    second = source.then if isinstance(source.model, schema.Template) else None
    if second is None:
        return
    assert isinstance(second.model, schema.Then)
    if approach in ("retire", *NOT_MOVING):
        add(node.key("then"), f"nothing follows `{approach}`; take `then` out, or choose another approach")
    follows = second.model.approach
    if follows in NOT_MOVING:
        place = second.place("approach")
        add(place, f"a second step can't be `{follows}`; choose an approach that moves the system")
    if follows != "consolidate" and second.model.to is not None:
        add(second.node.key("to"), f"only `consolidate` takes `to`, not `{follows}`; take it out")


def check_effort_lengths(source: StepSource, quarters: int, findings: Findings) -> None:
    """Reports effort lists that do not have one figure for each quarter of work."""
    for role, message in wrong_lengths(source, quarters):
        findings.add(source.place_of_role(role), message)


def wrong_lengths(source: StepSource, quarters: int) -> list[tuple[str, str]]:
    """The roles whose effort list does not have ``quarters`` figures, each with what is wrong."""
    lists = [(role, days) for role, days in (source.model.effort or {}).items() if isinstance(days, tuple)]
    return [(role, _wrong_length(role, len(days), quarters)) for role, days in lists if len(days) != quarters]


def _wrong_length(role: str, found: int, quarters: int) -> str:
    figures, work = f"{found} {plural(found, 'figure')}", f"{quarters} {plural(quarters, 'quarter')} of work"
    return f"the effort of {show(role)} lists {figures} for {work}; write one for each quarter"
