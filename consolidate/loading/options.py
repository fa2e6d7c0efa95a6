"""Which options a system has, complete: what it leaves out is filled in from `approaches`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from consolidate.inventory import Capital, Effort, Option, Step
from consolidate.loading import schema
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.schema import Percent
from consolidate.vocabulary import plural
from consolidate.yaml_files.nodes import Findings, Map, Mark, Node, show

DEFAULT_SIZE = "medium"

_Spec = schema.Template | schema.Then


@dataclass(frozen=True)
class _Written:
    """An option, a second step or an entry of `approaches`, with the tree it was read from."""

    spec: _Spec
    node: Map

    def has(self, key: str) -> bool:
        return getattr(self.spec, key, None) is not None

    def place(self, key: str) -> Mark:
        node = self.node.get(key)
        return node if node is not None else self.node


_NOTHING: _Spec = schema.Template.model_construct()


@dataclass
class Offers:
    """Works out options, and reports what is wrong with them."""

    draft: Draft
    findings: Findings
    forbidden: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    """By system, the options that `must_move` drops: they may have been taken all the same."""
    _efforts: dict[tuple[int, int], Effort] = field(default_factory=dict)

    # What is there to choose from

    @cached_property
    def templates(self) -> Mapping[tuple[str, str], _Written]:
        """What a move takes, by approach and size."""
        programme = self.draft.programme
        below = self.draft.programme_node.get("approaches")
        found = {}
        for approach, sizes in programme.approaches.items() if programme is not None else ():
            for size, template in sizes.items():
                assert isinstance(below, Map)
                found[approach, size] = _Written(template, _map(_map(below[approach])[size]))
        return found

    @cached_property
    def approaches(self) -> tuple[str, ...]:
        return tuple(self.draft.programme.approaches) if self.draft.programme is not None else ()

    @cached_property
    def _providers(self) -> Mapping[str, list[str]]:
        """Services by the capability they provide, in the order of services.yaml."""
        found: dict[str, list[str]] = {}
        for service, model in self.draft.services.items():
            found.setdefault(model.provides or service, []).append(service)
        return found

    @cached_property
    def _certain(self) -> bool:
        """False when faults in services.yaml leave it open which services fit."""
        nodes = self.draft.services_node
        whole = self.draft.sources.services_read and not nodes.lost and "classifications" not in self._programme_lost
        return whole and all(isinstance(node, Map) and not node.lost for node in nodes.values())

    @cached_property
    def _programme_lost(self) -> frozenset[str]:
        return self.draft.programme_node.lost

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        classes = self.draft.programme.classifications if self.draft.programme is not None else ()
        return {name: rank for rank, name in enumerate(classes)}

    @cached_property
    def _pots(self) -> Mapping[str, str | None]:
        """The pot of plain-number capital, by partner."""
        pots = list(self.draft.programme.capital) if self.draft.programme is not None else []
        first = pots[0] if pots else None
        return {
            partner: model.pot or (partner if partner in pots else first)
            for partner, model in self.draft.partners.items()
        }

    def pot_of(self, partner: str) -> str | None:
        """The pot for plain-number capital of a partner's moves; None where there are no pots."""
        return self._pots[partner]

    def accredited(self, service: str, entry: Entry) -> bool:
        """Whether the service may hold the system's information."""
        accredited_to = self.draft.services[service].accredited_to
        classification = entry.model.classification
        if accredited_to is None or classification is None:
            return True
        return self._ranks.get(classification, 0) <= self._ranks.get(accredited_to, len(self._ranks))

    def fitting(self, entry: Entry) -> list[str]:
        """Services that provide the system's capability and are accredited to its classification."""
        capability = entry.model.capability or entry.id.partition("/")[2]
        return [service for service in self._providers.get(capability, ()) if self.accredited(service, entry)]

    # The entries of `approaches` by themselves

    def check_templates(self) -> None:
        """Reports what is wrong with the entries of `approaches`, whoever uses them."""
        below = self.draft.programme_node.get("approaches")
        retain = below.get("retain") if isinstance(below, Map) else None
        if isinstance(retain, Map) and retain:
            key = next(iter(retain))
            self.findings.add(retain.key(key), "`retain` takes nothing, for no size; write `retain: {}`")
        for (approach, _), written in self.templates.items():
            if approach != "retain":
                self._check_rules(approach, written)
                self._check_lengths(written)

    def _check_rules(self, approach: str, written: _Written) -> None:
        """What an approach can't take."""
        spec, node, add = written.spec, written.node, self.findings.add
        if approach == "refresh" and spec.parallel_run is not None:
            add(node.key("parallel_run"), "`refresh` takes no `parallel_run`: nothing is cut over; take it out")
        then = spec.then if isinstance(spec, schema.Template) else None
        if then is None:
            return
        if approach in ("refresh", "retire", "retain"):
            add(node.key("then"), f"nothing follows `{approach}`; take `then` out, or choose another approach")
        second = _Written(then, _map(node["then"]))
        if then.approach in ("retain", "refresh"):
            place = second.place("approach")
            add(place, f"a second step can't be `{then.approach}`; choose an approach that moves the system")
        if then.approach != "consolidate" and then.to is not None:
            add(second.node.key("to"), f"only `consolidate` takes `to`, not `{then.approach}`; take it out")

    def _check_lengths(self, written: _Written) -> None:
        """An effort list has one figure for each quarter that stands beside it."""
        spec = written.spec
        if "quarters" in written.node.lost:
            return
        quarters = spec.quarters or 1
        for role, days in (spec.effort or {}).items():
            if isinstance(days, tuple) and len(days) != quarters:
                self.findings.add(_role_place(written, role), _length(role, len(days), quarters))

    # A system's options

    def of(self, entry: Entry) -> tuple[Option, ...]:
        """The options of a system, numbered as written; what `must_move` forbids is left out."""
        offered = self._explicit(entry) if entry.model.options is not None else self._implied(entry)
        options = []
        dropped = []
        doubtful = False
        for number, first, then in offered:
            if first is None:
                doubtful = True
            elif not (entry.model.must_move and first.approach in ("retain", "refresh")):
                options.append(Option(number, first, then))
            else:
                dropped.append(Option(number, first, then))
        if dropped:
            self.forbidden[entry.id] = tuple(dropped)
        if not options and not doubtful:
            self._without_option(entry)
        return tuple(options)

    def _without_option(self, entry: Entry) -> None:
        open_to_doubt = {"options", "size", "capability", "classification", "must_move"} & entry.node.lost
        if open_to_doubt or self.draft.programme is None or not self._certain or "approaches" in self._programme_lost:
            return
        size = entry.model.size or DEFAULT_SIZE
        if entry.model.must_move and (entry.model.options or "retain" in self.approaches):
            what = "`must_move` forbids every option it has; give it another option"
        elif entry.model.options is not None:
            what = "its `options` is empty; list at least one, such as `- {approach: retain}`"
        else:
            what = f"no approach has its size {show(size)}; give `options`, or add the size in programme.yaml"
        self.findings.add(entry.key, f"{show(entry.id)} is left without an option: {what}")

    def _implied(self, entry: Entry) -> Iterator[tuple[int, Step | None, Step | None]]:
        """One option for each approach with the system's size, and for each service that fits."""
        size = entry.model.size or DEFAULT_SIZE
        number = 0
        for approach in self.approaches:
            template = self.templates.get((approach, size))
            if approach == "retain":
                number += 1
                yield number, self._retained(entry), None
            elif template is not None:
                for to in self.fitting(entry) if approach == "consolidate" else (None,):
                    number += 1
                    yield number, *self._steps(entry, approach, to, None)

    def _explicit(self, entry: Entry) -> Iterator[tuple[int, Step | None, Step | None]]:
        nodes = entry.node.get("options")
        for number, spec in enumerate(entry.model.options or (), 1):
            assert isinstance(nodes, list)
            written = _Written(spec, _map(nodes[number - 1]))
            if spec.approach == "retain":
                self._check_retain(written)
                yield number, self._retained(entry), None
                continue
            self._check_rules(spec.approach, written)
            to = self._destination(entry, written)
            if to is None and spec.approach == "consolidate":
                yield number, None, None
            else:
                yield number, *self._steps(entry, spec.approach, to, written)

    def _check_retain(self, written: _Written) -> None:
        for key in written.node:
            if key != "approach":
                self.findings.add(written.node.key(key), f"`retain` takes no {show(key)}: nothing is done; take it out")

    def _destination(self, entry: Entry, written: _Written) -> str | None:
        """The service an option or second step goes to; None when there is none, or that is a fault."""
        spec, node = written.spec, written.node
        assert isinstance(spec, schema.Option | schema.Then)
        if spec.approach != "consolidate":
            if spec.to is not None and isinstance(spec, schema.Option):
                place = node.key("to")
                self.findings.add(place, f"only `consolidate` takes `to`, not `{spec.approach}`; take it out")
            return None
        if "to" in node.lost or (spec.to is not None and spec.to not in self.draft.services):
            return None
        fitting = self.fitting(entry)
        if spec.to is not None:
            self._check_accredited(entry, spec.to, node, fitting)
            return spec.to
        if len(fitting) != 1 and self._certain and not {"capability", "classification"} & entry.node.lost:
            self.findings.add(node, _nowhere(entry, fitting))
        return fitting[0] if len(fitting) == 1 else None

    def _check_accredited(self, entry: Entry, to: str, node: Map, fitting: list[str]) -> None:
        lost = {"classification"} & entry.node.lost or not self._certain
        if lost or self.accredited(to, entry):
            return
        held = self.draft.services[to].accredited_to
        hint = f"choose {' or '.join(map(show, fitting))}" if fitting else "choose another option"
        self.findings.add(
            node["to"],
            f"{show(to)} is accredited to {show(held or '')}, and {show(entry.id)} is "
            f"{show(entry.model.classification or '')}; {hint}",
        )

    def _steps(
        self, entry: Entry, approach: str, to: str | None, written: _Written | None
    ) -> tuple[Step | None, Step | None]:
        """The first and, if there is one, the second step of an option."""
        template = self.templates.get((approach, entry.model.size or DEFAULT_SIZE))
        first = self._step(entry, approach, to, written, template)
        holder = written if written is not None and written.has("then") else template
        then = getattr(holder.spec, "then", None) if holder is not None else None
        if then is None or holder is None or approach in ("refresh", "retire"):
            return first, None
        second = _Written(then, _map(holder.node["then"]))
        if then.approach in ("retain", "refresh"):
            return None, None
        to = self._destination(entry, second)
        if to is None and then.approach == "consolidate":
            return None, None
        other = self.templates.get((then.approach, entry.model.size or DEFAULT_SIZE))
        return first, self._step(entry, then.approach, to, second, other)

    # One step

    def _retained(self, entry: Entry) -> Step:
        return Step("retain", None, 0, {}, {}, 0.0, entry.model.run_cost, 0, None, ())

    def _step(
        self, entry: Entry, approach: str, to: str | None, written: _Written | None, template: _Written | None
    ) -> Step:
        spec: _Spec = written.spec if written is not None else _NOTHING
        base: _Spec = template.spec if template is not None else _NOTHING
        quarters = _either(spec.quarters, base.quarters) or 1
        run_cost: float | Percent | None = spec.run_cost if spec.run_cost is not None else base.run_cost
        capital: float | dict[str, float] | None = spec.capital if spec.capital is not None else base.capital
        needs = (*entry.model.needs, *(_either(spec.needs, base.needs) or ()), *((to,) if to is not None else ()))
        return Step(
            approach=approach,
            to=to,
            quarters=quarters,
            effort=self._effort(entry, quarters, written, template),
            capital=by_pot(capital, self._pots[entry.partner]),
            one_off=_either(spec.one_off, base.one_off) or 0.0,
            run_cost=self._run_cost(entry, approach, to, run_cost),
            parallel_run=_either(spec.parallel_run, base.parallel_run) or 0,
            end_of_life=_either(spec.end_of_life, base.end_of_life),
            needs=tuple(dict.fromkeys(needs)),
        )

    def _effort(self, entry: Entry, quarters: int, written: _Written | None, template: _Written | None) -> Effort:
        holder = written if written is not None and written.has("effort") else template
        if holder is None or not holder.spec.effort:
            return {}
        known = self._efforts.get((id(holder.node), quarters))
        if known is None:
            known = self._efforts[id(holder.node), quarters] = spread(holder.spec.effort, quarters)
        if any(isinstance(days, tuple) and len(days) != quarters for days in holder.spec.effort.values()):
            doubtful = "size" in entry.node.lost or self.draft.programme is None or "approaches" in self._programme_lost
            self._report_lengths(quarters, holder, written, template, doubtful)
        return known

    def _report_lengths(
        self,
        quarters: int,
        holder: _Written,
        written: _Written | None,
        template: _Written | None,
        doubtful: bool,
    ) -> None:
        """An effort list of the wrong length; where all is inherited it was reported at the source."""
        if written is None or "quarters" in written.node.lost:
            return
        if not written.has("quarters") and (doubtful or (template is not None and "quarters" in template.node.lost)):
            return
        for role, days in (holder.spec.effort or {}).items():
            if isinstance(days, tuple) and len(days) != quarters:
                if holder is written:
                    self.findings.add(_role_place(written, role), _length(role, len(days), quarters))
                elif written.has("quarters"):
                    message = f"{_length(role, len(days), quarters)} (the list is inherited: give `effort` here)"
                    self.findings.add(written.place("quarters"), message)

    def _run_cost(self, entry: Entry, approach: str, to: str | None, given: float | Percent | None) -> float:
        """Running cost a year once the step is done."""
        if isinstance(given, Percent):
            return float(given.share * Fraction(entry.model.run_cost))
        if given is not None:
            return given
        if to is not None:
            service = self.draft.services[to]
            return service.run_cost_per_user * self.users(entry) + service.run_cost_per_system
        return 0.0 if approach == "retire" else entry.model.run_cost

    def users(self, entry: Entry) -> float:
        """The system's users, or its partner's."""
        if entry.model.users is not None:
            return entry.model.users
        return self.draft.partners[entry.partner].users or 0.0


def _map(node: Node) -> Map:
    assert isinstance(node, Map)
    return node


_Value = TypeVar("_Value")


def _either(given: _Value | None, otherwise: _Value | None) -> _Value | None:
    return otherwise if given is None else given


def _length(role: str, found: int, quarters: int) -> str:
    figures = f"{found} {plural(found, 'figure')}"
    work = f"{quarters} {plural(quarters, 'quarter')} of work"
    return f"the effort of {show(role)} lists {figures} for {work}; write one for each quarter"


def _role_place(written: _Written, role: str) -> Mark:
    effort = written.node.get("effort")
    return effort[role] if isinstance(effort, Map) and role in effort else written.node


def _nowhere(entry: Entry, fitting: list[str]) -> str:
    capability = show(entry.model.capability or entry.id.partition("/")[2])
    if fitting:
        return f"`consolidate` could go to {' or '.join(map(show, fitting))}; say which with `to`"
    return f"no service provides {capability} at its classification; say with `to` where it goes"


def spread(effort: Mapping[str, float | tuple[float, ...]] | None, quarters: int) -> Effort:
    """Person-days by role and quarter of work: a number is spread evenly, a list stands."""
    length = max(quarters, 1)
    every = {
        role: days if isinstance(days, tuple) else (days / length,) * length for role, days in (effort or {}).items()
    }
    return {role: days for role, days in every.items() if any(days)}


def by_pot(capital: float | Mapping[str, float] | None, pot: str | None) -> Capital:
    """Capital by pot: a plain number belongs to ``pot``."""
    if isinstance(capital, Mapping):
        return {name: amount for name, amount in capital.items() if amount}
    return {pot: capital} if capital else {}
