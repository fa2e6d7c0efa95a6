"""Which services a system can move into: those that provide its capability and may hold its information."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from consolidate.loading import schema
from consolidate.loading.approaches import StepSource
from consolidate.loading.defaults import capability_of
from consolidate.loading.drafts import Draft, Entry
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map


class Destinations:
    """The services that fit each system; what is wrong with a `to` is reported."""

    def __init__(self, draft: Draft, findings: Findings) -> None:
        self.draft = draft
        self.findings = findings

    @cached_property
    def certain(self) -> bool:
        """Whether it is known which services fit; faults in services.yaml may leave that open."""
        nodes = self.draft.services_node
        whole = self.draft.sources.services_read and not nodes.lost
        whole = whole and "classifications" not in self.draft.programme_node.lost
        return whole and all(isinstance(node, Map) and not node.lost for node in nodes.values())

    @cached_property
    def _providers(self) -> Mapping[str, list[str]]:
        """Services by the capability they provide, in the order of services.yaml."""
        found: dict[str, list[str]] = {}
        for service, model in self.draft.services.items():
            found.setdefault(model.provides or service, []).append(service)
        return found

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        """The classifications' ranks, the lowest first."""
        classes = self.draft.programme.classifications if self.draft.programme is not None else ()
        return {name: rank for rank, name in enumerate(classes)}

    def fitting(self, entry: Entry) -> list[str]:
        """The services that provide the system's capability and are accredited to its classification."""
        providers = self._providers.get(capability_of(entry), ())
        return [service for service in providers if self._accredited(service, entry)]

    def _accredited(self, service: str, entry: Entry) -> bool:
        """Whether the service may hold the system's information."""
        accredited_to = self.draft.services[service].accredited_to
        classification = entry.model.classification
        if accredited_to is None or classification is None:
            return True
        return self._ranks.get(classification, 0) <= self._ranks.get(accredited_to, len(self._ranks))

    def of_step(self, entry: Entry, source: StepSource) -> str | None:
        """The service that an option or second step goes to; None when there is none, or that is a fault."""
        model, node = source.model, source.node
        assert isinstance(model, schema.Option | schema.Then)
        if model.approach != "consolidate":
            if model.to is not None and isinstance(model, schema.Option):
                place = node.key("to")
                self.findings.add(place, f"only `consolidate` takes `to`, not `{model.approach}`; take it out")
            return None
        if "to" in node.lost or (model.to is not None and model.to not in self.draft.services):
            return None
        fitting = self.fitting(entry)
        if model.to is not None:
            self._check_accredited(entry, model.to, node, fitting)
            return model.to
        if self.draft.known.without_services is not None:
            self.draft.known.without_services.append(node)
            return None
        if len(fitting) != 1 and self.certain and not {"capability", "classification"} & entry.node.lost:
            self.findings.add(node, _ambiguous(entry, fitting))
        return fitting[0] if len(fitting) == 1 else None

    def _check_accredited(self, entry: Entry, to: str, node: Map, fitting: list[str]) -> None:
        lost = {"classification"} & entry.node.lost or not self.certain
        if lost or self._accredited(to, entry):
            return
        held = self.draft.services[to].accredited_to
        hint = f"choose {' or '.join(map(show, fitting))}" if fitting else "choose another option"
        self.findings.add(
            node["to"],
            f"{show(to)} is accredited to {show(held or '')}, and {show(entry.id)} is "
            f"{show(entry.model.classification or '')}; {hint}",
        )


def _ambiguous(entry: Entry, fitting: list[str]) -> str:
    """What is wrong with a `consolidate` without `to`: several services fit, or none."""
    if fitting:
        return f"`consolidate` could go to {' or '.join(map(show, fitting))}; say which with `to`"
    return f"no service provides {show(capability_of(entry))} at its classification; say with `to` where it goes"
