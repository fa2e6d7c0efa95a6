"""What really happened: from the reports of past quarters to where each piece of work stands.

Reports are read in the order of their quarters. A later entry stands, key by key; `capital` and `effort`
belong to their own quarter. What was `stopped` or `cancelled` and then starts again, starts from nothing:
what had been spent until then is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from consolidate.inventory import (
    Delivery,
    Name,
    Option,
    Progress,
    Risk,
    ServiceReport,
    Spent,
    StepReport,
)
from consolidate.loading import schema
from consolidate.loading.drafts import Draft
from consolidate.loading.options import Offers
from consolidate.loading.references import horizon_of
from consolidate.yaml_files.nodes import Findings, Map, Mark, Node, show

_ENDED = ("stopped", "cancelled")
_DONE = ("live", "off", "ready")
_Entry = schema.ReportedSystem | schema.ReportedService


@dataclass
class _Story:
    """All that is said of one piece of work: the keys as they stand, and where each was written last."""

    said: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    place: Mark | None = None
    reported: int = 0
    off: int | None = None
    spent: list[Spent] = field(default_factory=list)
    lost: list[Spent] = field(default_factory=list)

    def tell(self, model: _Entry, node: Map, key: Mark, quarter: int) -> None:
        """One report more."""
        before = self.said.get("status")
        if before in _ENDED and model.status is not None and model.status not in _ENDED:
            self.lost += self.spent
            self.spent, self.off = [], None
            self._keep("approach", "to", "option", "step")
        if self._other(model, "approach"):
            self._forget("to", "option")
        elif self._other(model, "to"):
            self._forget("option")
        for name in model.model_fields_set - {"capital", "effort"}:
            self.said[name] = getattr(model, name)
            self.nodes[name] = node[name]
        self.place, self.reported = key, quarter
        if model.status == "off" and before != "off":
            self.off = quarter

    def _other(self, model: _Entry, name: str) -> bool:
        """Whether a report says otherwise than those before; what is said for the first time is no other."""
        return name in model.model_fields_set and self.said.get(name) not in (None, getattr(model, name, None))

    def _keep(self, *names: str) -> None:
        self._forget(*(name for name in [*self.said] if name not in names))

    def _forget(self, *names: str) -> None:
        for name in names:
            self.said.pop(name, None)
            self.nodes.pop(name, None)

    def at(self, name: str) -> Mark:
        """Where a key stands, or the entry that ought to have it."""
        assert self.place is not None
        return self.nodes.get(name, self.place)


def progress(
    draft: Draft,
    offers: Offers,
    options: Mapping[str, tuple[Option, ...]],
    findings: Findings,
    approved: str | None = None,
) -> Progress | None:
    """The reports as one :class:`~consolidate.inventory.Progress`; None where there are none, or none of use.

    ``approved``: the hash of the reports that the approved plan was made with. If these begin with those, what
    they said goes with it.
    """
    if not draft.sources.progress or draft.programme is None or "horizon" in draft.programme_node.lost:
        return None
    told = _files(draft, findings)
    if not told:
        return None
    whole = _Reports(draft, offers, options, findings, told).read()
    for count in range(len(told), 0, -1) if approved is not None else ():
        first = dict(list(told.items())[:count])
        if _hash(draft, first) == approved:
            # Whatever is wrong with them was found above, or a later report has mended it since.
            unheard = Findings()
            then = _Reports(draft, offers, options, unheard, first).read()
            return whole if unheard.failed else replace(whole, approved=then)
    return whole


@dataclass(frozen=True)
class _File:
    path: str
    model: schema.Progress
    node: Map


def _files(draft: Draft, findings: Findings) -> dict[int, _File]:
    """The reports that can be used, by quarter, rising."""
    found: dict[int, _File] = {}
    for path, node in draft.sources.progress.items():
        model, pruned = schema.validated(schema.Progress, node, draft.known, findings)
        if model is not None and _in_time(draft, findings, _File(path, model, pruned), found):
            found[model.quarter] = _File(path, model, pruned)
    return dict(sorted(found.items()))


def _in_time(draft: Draft, findings: Findings, file: _File, known: Mapping[int, object]) -> bool:
    """Whether the report's quarter is one that can be reported on, once."""
    place, quarter, label, T = file.node["quarter"], file.model.quarter, draft.calendar.label, horizon_of(draft)[0]
    first, last = label(0), label(T - 1)
    if quarter < 0:
        what = f"{label(quarter)} is before the horizon, which starts in {first}; if the horizon has moved on"
        what += f", take this file out of progress/ (git keeps it), say in the report on {first} what is still "
        findings.add(place, f"{what}under way, and describe what is done in the inventory as it is now")
    elif quarter >= T:
        findings.add(place, f"{label(quarter)} is outside the horizon; report on {first} to {last}")
    elif quarter in known:
        findings.add(place, f"another file reports on {label(quarter)}; keep one file for each quarter")
    else:
        wanted = f"{label(quarter).replace('/', '-').replace(' ', '-')}.yaml"
        if not file.path.endswith(f"/{wanted}"):
            findings.warn(place, f"a file on {label(quarter)} is easier to find as {show(wanted)}")
        return True
    return False


def _hash(draft: Draft, told: Mapping[int, _File]) -> str:
    return draft.sources.progress_hash({file.path for file in told.values()})


class _Reports:
    def __init__(
        self,
        draft: Draft,
        offers: Offers,
        options: Mapping[str, tuple[Option, ...]],
        findings: Findings,
        told: Mapping[int, _File],
    ) -> None:
        self.draft = draft
        self.offers = offers
        self.options = options
        self.findings = findings
        self.told = told
        self.label = draft.calendar.label
        self.open = max(told) + 1
        self.systems: dict[tuple[str, int], _Story] = {}
        self.services: dict[str, _Story] = {}
        self.delivery: dict[int, Delivery] = {}

    def read(self) -> Progress:
        for quarter, file in self.told.items():
            self._report(quarter, file.model, file.node)
        return Progress(
            tuple(self.told),
            dict(self._systems()),
            dict(self._services()),
            self.delivery,
            _hash(self.draft, self.told),
        )

    def _report(self, quarter: int, model: schema.Progress, node: Map) -> None:
        below = node.get("systems")
        for system, entry in model.systems.items():
            assert isinstance(below, Map)
            story = self.systems.setdefault((system, entry.step or 1), _Story())
            partner = system.partition("/")[0]
            # A partner whose file can't be read is complained of elsewhere.
            pot = self.offers.pot_of(partner) if partner in self.draft.partners else None
            self._which_step(entry, below, system)
            self._entry(story, entry, below, system, quarter, pot)
            if story is self.systems.get((system, 1)) and entry.status in _ENDED:
                self._forget_second(system, story)
        below = node.get("services")
        pots = list(self.draft.programme.capital) if self.draft.programme is not None else []
        for service, told in model.services.items():
            assert isinstance(below, Map)
            if service not in self.draft.services:
                hint = self.draft.known.suggest(service, self.draft.services)
                self.findings.add(below.key(service), f"unknown service {show(service)}; {hint}")
                continue
            story = self.services.setdefault(service, _Story())
            self._entry(story, told, below, service, quarter, pots[0] if pots else None)
        if model.delivery is not None:
            self.delivery[quarter] = _delivery(model.delivery)

    def _which_step(self, model: schema.ReportedSystem, below: Map, system: str) -> None:
        """An entry without ``step`` is of the first step: whoever has told of the second may have meant that."""
        second = self.systems.get((system, 2))
        if model.step is None and second is not None and second.said.get("status") not in (None, "cancelled"):
            what = "taken to be of its first step; write `step: 2` if it is of the second, `step: 1` if it is not"
            self.findings.warn(below.key(system), what)

    def _forget_second(self, system: str, first: _Story) -> None:
        """With its first step a second that was given up is to be planned anew as well; what it took is lost."""
        second = self.systems.get((system, 2))
        if second is not None and second.said.get("status") in _ENDED:
            first.lost += second.lost + second.spent
            del self.systems[system, 2]

    def _entry(self, story: _Story, model: _Entry, below: Map, key: str, quarter: int, pot: str | None) -> None:
        node = below[key]
        assert isinstance(node, Map)
        if model.status is None and "status" not in story.said:
            if "status" not in node.lost:
                self.findings.add(below.key(key), "how does it stand? write its `status`: no earlier report does")
            return
        if model.status is None and story.said.get("status") in _ENDED:
            for name in ("start", "cutover", "expected"):
                if getattr(model, name, None) is not None:
                    was = story.said["status"]
                    self.findings.add(node[name], f"it is {show(was)}; write `status: started` if work goes on")
        before = story.said.get("status")
        if before in _DONE and model.status is not None and model.status not in _DONE:
            so = "as not ready" if before == "ready" else "as not moved"
            what = f"it was {show(before)} before; now it counts {so} again (if it does not, leave `status` out)"
            self.findings.warn(node["status"], what)
        story.tell(model, node, below.key(key), quarter)
        spent = self._spent(model, node, quarter, pot)
        if spent is not None:
            story.spent.append(spent)
        for name in ("start", "cutover"):
            when = getattr(model, name, None)
            if when is not None and when > quarter:
                now = self.label(quarter)
                message = f"`{name}` is after {now}, the quarter reported on; write what has happened, or `expected`"
                self.findings.add(node[name], message)
        if model.status == "started" and getattr(model, "cutover", None) is not None:
            self.findings.add(node["cutover"], "what is `started` has no `cutover` yet; write `expected`, or `live`")

    def _spent(self, model: _Entry, node: Map, quarter: int, pot: str | None) -> Spent | None:
        if model.capital is None and model.effort is None:
            return None
        capital: dict[str | None, float] | None = None
        if isinstance(model.capital, Mapping):
            capital = dict(model.capital.items())
        elif model.capital is not None:
            capital = {pot: model.capital}
        return Spent(quarter, capital, model.effort)

    # -- systems ------------------------------------------------------------------

    def _systems(self) -> Iterator[tuple[str, tuple[StepReport, ...]]]:
        steps: dict[str, dict[int, StepReport]] = {}
        for (system, step), story in sorted(self.systems.items()):
            if system not in self.draft.systems:
                continue
            report = self._step(system, step, story, steps.get(system, {}).get(1))
            if report is not None:
                steps.setdefault(system, {})[step] = report
                self._built(report, story)
        for system, found in steps.items():
            yield system, tuple(found.values())

    def _built(self, report: StepReport, story: _Story) -> None:
        """Nobody moves into what is not there: if it is, a report on the service is missing."""
        to = report.option.steps[report.step - 1].to if report.stands and report.option is not None else None
        service = None if to is None else self.draft.services.get(to)
        if to is not None and service is not None and service.build is not None and to not in self.services:
            what = f"no report says that {show(to)} is built; write it under `services`, or the plan may build it later"
            self.findings.warn(story.at("to"), what)

    def _step(self, system: str, step: int, story: _Story, first: StepReport | None) -> StepReport | None:
        said = story.said
        if "status" not in said:
            return None
        option = self._option(system, step, story, first)
        if option is None and said["status"] not in _ENDED:
            return None
        start, cutover = said.get("start"), said.get("cutover")
        if said["status"] not in _ENDED and not self._dated(system, story, first if step == 2 else None):
            return None
        live = said["status"] in ("live", "off")
        return StepReport(
            system=system,
            step=step,
            status=said["status"],
            option=option,
            start=start,
            cutover=cutover if live else None,
            expected=said.get("expected") if said["status"] == "started" else None,
            off=story.off if said["status"] == "off" else None,
            spent=tuple(story.spent),
            lost=tuple(story.lost),
            reported=story.reported,
            note=said.get("note") or "",
            place=_place(story.place),
        )

    def _option(self, system: str, step: int, story: _Story, first: StepReport | None) -> Option | None:
        """The option that was taken: the one named, or the first with that approach and service."""
        if step not in (1, 2):
            self.findings.add(story.at("step"), "a system has a step 1 and perhaps a step 2; write one of them")
            return None
        if step == 2:
            return self._second(story, first)
        said = story.said
        ended = said["status"] in _ENDED
        number, approach, to = said.get("option"), said.get("approach"), said.get("to")
        if number is None and approach is None:
            if not ended:
                self.findings.add(story.at("approach"), "how does it move? write its `approach` (and `to`)")
            return None
        every = (*self.options.get(system, ()), *self.offers.forbidden.get(system, ()))
        for option in sorted(every, key=lambda one: one.number):
            fits = number in (None, option.number) and approach in (None, option.approach)
            if fits and to in (None, option.first.to) and option.approach != "retain":
                return option
        named = next((option for option in every if option.number == number and option.approach != "retain"), None)
        wrong = _no_option(system, every) if named is None else _other_option(named, approach, to)
        self.findings.add(story.at("option" if number else "approach"), wrong)
        return None

    def _second(self, story: _Story, first: StepReport | None) -> Option | None:
        said = story.said
        given_up = said["status"] == "cancelled" and first is not None and first.stands
        if first is None or (first.cutover is None and not given_up):
            self.findings.add(story.at("step"), "its step 1 is not reported to be live; report that first")
            return None
        then = first.option.then if first.option is not None else None
        if then is None:
            self.findings.add(story.at("step"), "the option it takes has no second step; leave `step` out")
            return None
        assert first.option is not None
        if said.get("option") not in (None, first.option.number):
            what = f"its first step is of option {first.option.number}, and so is its second; leave `option` out"
            self.findings.add(story.at("option"), what)
            return None
        wanted = (said.get("approach") or then.approach, said.get("to") or then.to)
        if wanted != (then.approach, then.to):
            way = then.approach + (f" into {then.to}" if then.to else "")
            self.findings.add(story.at("approach"), f"the second step of the option it takes is {show(way)}")
            return None
        return first.option

    def _dated(self, system: str, story: _Story, before: StepReport | None) -> bool:
        """Whether its dates are all there and can be."""
        said, label = story.said, self.label
        start, cutover, expected = said.get("start"), said.get("cutover"), said.get("expected")
        if start is None:
            return self._fault(story, "start", "when did work start? write `start`")
        if before is not None and before.cutover is not None and start <= before.cutover:
            told = _place(self.systems[system, 1].at("cutover"))
            what = f"its first step cut over in {label(before.cutover)} ({told}); start after that, or write `step: 2`"
            return self._fault(story, "start", f"{what} there if the second is meant")
        if said["status"] == "started":
            if expected is not None and expected < self.open:
                open_ = label(self.open)
                return self._fault(story, "expected", f"{label(expected)} is past; write {open_} or later, or `live`")
            return True
        if cutover is None:
            return self._fault(story, "cutover", "when did it cut over? write `cutover`")
        if cutover < start:
            return self._fault(story, "cutover", f"it cuts over before work starts in {label(start)}; mend one of them")
        if cutover < 0:
            what = f"it cut over before the horizon starts in {label(0)}; describe the system as it is now"
            return self._fault(story, "cutover", what)
        return True

    def _fault(self, story: _Story, name: str, message: str) -> bool:
        self.findings.add(story.at(name), message)
        return False

    # -- services -----------------------------------------------------------------

    def _services(self) -> Iterator[tuple[str, ServiceReport]]:
        for service, story in self.services.items():
            said = story.said
            if "status" not in said or not self._service_dated(service, story):
                continue
            ready = said["status"] == "ready"
            yield (
                service,
                ServiceReport(
                    service=service,
                    status=said["status"],
                    start=said.get("start"),
                    ready=said.get("ready") if ready else None,
                    expected=None if ready else said.get("expected"),
                    spent=tuple(story.spent),
                    reported=story.reported,
                    note=said.get("note") or "",
                    place=_place(story.place),
                ),
            )

    def _service_dated(self, service: str, story: _Story) -> bool:
        said, label = story.said, self.label
        start, ready, expected = said.get("start"), said.get("ready"), said.get("expected")
        if start is None and self.draft.services[service].build is not None:
            return self._fault(story, "start", "when did its build start? write `start`")
        if said["status"] == "started":
            if expected is not None and expected < self.open:
                open_ = label(self.open)
                return self._fault(story, "expected", f"{label(expected)} is past; write {open_} or later, or `ready`")
            return True
        if ready is None:
            return self._fault(story, "ready", "from which quarter could it be used? write `ready`")
        if ready > story.reported + 1:
            now = label(story.reported + 1)
            return self._fault(story, "ready", f"what is `ready` could be used by {now}; write that, or `started`")
        if start is not None and ready < start:
            return self._fault(story, "ready", f"it is ready before its build starts in {label(start)}; mend one")
        return True


def _no_option(system: str, every: tuple[Option, ...]) -> str:
    ways = [_way(one) for one in every if one.goes_live]
    there = f"it has {', '.join(dict.fromkeys(ways))}" if ways else "it has none that moves it"
    return f"{show(system)} has no such option; {there}"


def _other_option(option: Option, approach: str | None, to: str | None) -> str:
    said = f"{approach or option.approach}{f' into {to}' if to else ''}"
    what = f"option {option.number} is {show(_way(option))}, and {show(said)} is reported"
    return f"{what}; leave `option` out, or write what fits"


def _way(option: Option) -> str:
    return f"{option.approach}{f' into {option.first.to}' if option.first.to else ''}"


def _place(mark: Mark | None) -> str:
    return "" if mark is None else f"{mark.source}:{mark.line}"


def _name(texts: Mapping[str, str] | None) -> Name | None:
    return None if texts is None else Name(texts)


def _delivery(model: schema.Delivery) -> Delivery:
    risks = [
        Risk(Name(one.risk), one.likelihood, one.impact, _name(one.owner), _name(one.action)) for one in model.risks
    ]
    return Delivery(model.rag, _name(model.why), tuple(Name(text) for text in model.decisions), tuple(risks))
