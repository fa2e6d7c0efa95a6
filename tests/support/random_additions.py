"""What the format has learnt since its first version, drawn for a random inventory.

It is drawn apart from the rest (:mod:`random_inventories`), so that the rest of a seed stays what it was.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

Raw = dict[str, Any]


class Additions:
    """Draws the additions to a sketch that has all else."""

    seed: int
    r: random.Random
    T: int
    A: int
    origin: int
    starts: int
    programme: Raw
    services: Raw
    scenario: Raw | None
    partners: dict[str, Raw]
    approaches: Raw
    ids: list[str]

    def maybe(self, chance: float) -> bool:
        return self.r.random() < chance

    def label(self, quarter: int) -> str:
        year, index = divmod(self.origin + quarter, 4)
        return f"{year}/{(year + 1) % 100:02d} Q{index + 1}"

    def year(self, quarter: int) -> str:
        return self.label(quarter)[:7]

    def date(self, quarter: int) -> str:
        """A day in the quarter, its very first and last ones included."""
        month = (self.origin + quarter) * 3 + self.starts - 1 + self.r.randrange(3)
        return f"{month // 12}-{month % 12 + 1:02d}-{self.r.choice([1, 15, 28]):02d}"

    def when(self, quarter: int) -> str:
        return self.date(quarter) if self.r.random() < 0.3 else self.label(quarter)

    def by_period(self, low: int, high: int, years: bool = True) -> object:
        """An amount: plain, or by default, year and quarter, also outside the horizon."""
        r = self.r
        if self.maybe(0.5):
            return r.randint(low, high)
        amounts: Raw = {}
        if self.maybe(0.7):
            amounts["default"] = r.randint(low, high)
        inside = list(dict.fromkeys(self.year(q) for q in range(self.T)))
        if self.maybe(0.5) or not amounts:
            amounts[r.choice(inside)] = r.randint(low, high)
        if self.maybe(0.5):
            quarter = self.label(r.randrange(-1, self.T + 1))
            if years or quarter[:7] not in amounts:
                amounts[quarter] = r.randint(low, high)
        return amounts

    def entry(self, system: str) -> Raw:
        partner, name = system.split("/")
        found: Raw = self.partners[partner]["systems"][name]
        return found

    # what the format has learnt since: drawn apart, so that the rest of a seed stays what it was -----------------
    def additions(self) -> None:
        """Contracts, support by part, gates, joining, worth of days, budgets, parts by rule, dates and risks."""
        rest, self.r = self.r, random.Random(self.seed + 1_000_000)
        if self.maybe(0.75):
            self.joining()
            for option in list(self.every_option()):
                self.option_additions(option)
            for system in self.ids:
                self.system_additions(self.entry(system))
            self.people_additions()
            self.gates()
            self.apportioning()
            self.budgets()
            self.register()
            self.r = random.Random(self.seed + 2_000_000)
            self.more_gates()
            self.changed_additions()
        self.r = rest

    def every_option(self) -> Iterator[Raw]:
        """Every option and second step, of systems and of approaches."""
        for kind, sizes in self.approaches.items():
            for work in sizes.values():
                yield from self.with_second(work, kind)
        for system in self.ids:
            for option in self.entry(system).get("options", ()):
                yield from self.with_second(option, option["approach"])

    @staticmethod
    def with_second(option: Raw, approach: str) -> Iterator[Raw]:
        if approach not in ("retain", "refresh"):
            yield option
        if "then" in option:
            yield option["then"]

    def option_additions(self, option: Raw) -> None:
        if self.maybe(0.3):
            option["contract"] = self.r.choice(["ends", "runs"])
        if "end_of_life" in option or self.maybe(0.15):
            option["end_of_life"] = self.support(option.get("end_of_life"))

    def support(self, given: object) -> object:
        """An end of support in any of its forms."""
        r = self.r
        hardware = r.choice(["never", self.when(r.randrange(-1, self.A + 2))])
        software = given if given is not None else r.choice(["never", self.when(r.randrange(-1, self.A + 2))])
        return r.choice(
            [software, {"software": software, "hardware": hardware}, {"hardware": hardware}, {"software": software}]
        )

    def system_additions(self, entry: Raw) -> None:
        if self.maybe(0.4):
            entry["end_of_life"] = self.support(entry.get("end_of_life"))
            if "product" in entry and self.maybe(0.6):
                entry["end_of_life"] = {"hardware": self.when(self.r.randrange(-1, self.A))}
        if "extended_support" in entry and self.maybe(0.5):
            until = self.when(self.r.randrange(-1, self.A))
            entry["extended_support"] = {"cost": entry["extended_support"], "until": until}

    def joining(self) -> None:
        if len(self.partners) > 1 and self.maybe(0.4):
            self.partners["beta"]["joins"] = self.when(self.r.randrange(0, self.T))

    def people_additions(self) -> None:
        for role in self.programme.get("roles", {}).values():
            if self.maybe(0.6):
                role["day_cost"] = self.by_period(100, 650)

    def gates(self) -> None:
        """Services that wait for systems, none of which waits for the service in turn."""
        for name, service in self.services.items():
            if "build" not in service:
                continue
            free = [system for system in self.ids if name not in self.awaited(system)]
            if free and self.maybe(0.4):
                service["after"] = self.r.sample(free, self.r.randint(1, min(2, len(free))))
            if self.maybe(0.25):
                service["must_build"] = self.maybe(0.8)
            if self.maybe(0.25):
                soonest = self.origin_of(service) + service["build"].get("quarters", 1)
                service["latest"] = self.when(
                    self.r.randrange(soonest, self.T + 2) if soonest < self.T + 2 else soonest
                )

    def origin_of(self, service: Raw) -> int:
        """The first quarter in which its build may start."""
        given = service.get("earliest")
        if given is None:
            return 0
        return max(next((q for q in range(self.T + 1) if self.label(q) == given or self.holds(q, given)), 0), 0)

    def holds(self, quarter: int, date: str) -> bool:
        """Whether a date lies in a quarter."""
        if "Q" in date:
            return False
        year, month, _ = map(int, date.split("-"))
        return (year * 12 + month - 1 - (self.starts - 1)) // 3 - self.origin == quarter

    def awaited(self, system: str) -> set[str]:
        """All services and systems that a system may wait for, and what these wait for in turn."""
        found: set[str] = set()
        open_ = [system]
        while open_:
            one = open_.pop()
            if one in found:
                continue
            found.add(one)
            if one in self.services:
                open_ += [*self.services[one].get("needs", ()), *self.services[one].get("after", ())]
                continue
            entry, partner = self.entry(one), one.split("/")[0]
            open_ += [other if "/" in other else f"{partner}/{other}" for other in entry.get("after", ())]
            words = json.dumps([entry, self.approaches])
            open_ += [name for name in self.services if f'"{name}"' in words or "consolidate" in words]
        return found

    def more_gates(self) -> None:
        """Gates as often as any other key: of services that have none, and of a review that some work waits for."""
        if "review" not in self.services and self.maybe(0.35):
            self.services["review"] = {"build": self.build()}
            if self.maybe(0.6):
                self.services["review"]["must_build"] = True
            if self.maybe(0.5):
                entry = self.entry(self.r.choice(self.ids))
                seconds = [option["then"] for option in entry.get("options", ()) if "then" in option]
                waiting = self.r.choice([entry, *seconds])
                waiting["needs"] = [*waiting.get("needs", ()), "review"]
        for name, service in self.services.items():
            if "build" not in service or "after" in service or self.maybe(0.3):
                continue
            free = sorted(self.movable_without(name)) or ([] if self.maybe(0.7) else self.immovable())
            if free:
                service["after"] = self.r.sample(free, self.r.randint(1, min(2, len(free))))

    def immovable(self) -> list[str]:
        """Systems that stay whatever happens: whoever waits for one waits for ever."""
        return [system for system in self.ids if not list(self.ways_to_move(system))]

    def ways_to_move(self, system: str) -> Iterator[set[str]]:
        """What the first step of each option by which a system may move needs."""
        entry = self.entry(system)
        size, needs = entry.get("size", "medium"), entry.get("needs", ())
        if "options" in entry:
            for option in entry["options"]:
                kind = option["approach"]
                template = self.approaches.get(kind, {}).get(size, {})
                if kind not in ("retain", "refresh"):
                    into = set(self.fitting(entry, entry["capability"])) if kind == "consolidate" else set()
                    named = {option["to"]} if "to" in option else into
                    yield {*needs, *option.get("needs", template.get("needs", ())), *named}
            return
        for kind, to in self.offered(entry):
            if kind not in ("retain", "refresh"):
                template = self.approaches[kind][size]
                yield {*needs, *template.get("needs", ()), *([to] if to else [])}

    def movable_without(self, name: str) -> set[str]:
        """Systems that some option moves though a service is never built, and nothing waits for it in a circle."""
        ready: set[str] = set()
        moves: set[str] = set()
        while True:
            more = {
                service
                for service, entry in self.services.items()
                if service != name and ready >= set(entry.get("needs", ())) and moves >= set(entry.get("after", ()))
            }
            moved = {
                system
                for system in self.ids
                if moves >= self.before(system) and any(ready >= needs for needs in self.ways_to_move(system))
            }
            if (more, moved) == (ready, moves):
                return moves
            ready, moves = more, moved

    def before(self, system: str) -> set[str]:
        """The systems that one waits for, by their whole ids."""
        partner = system.split("/")[0]
        return {other if "/" in other else f"{partner}/{other}" for other in self.entry(system).get("after", ())}

    def changed_additions(self) -> None:
        """What a scenario changes of all this."""
        if self.scenario is None:
            return
        system: Raw = next(iter(next(iter(self.scenario["partners"].values()))["systems"].values()))
        if self.maybe(0.7):
            system["end_of_life"] = self.support(None)
        if self.maybe(0.4):
            system["extended_support"] = self.r.choice([9_000, {"cost": 18_000}, None])
        roles = self.programme.get("roles", {})
        if roles and self.maybe(0.5):
            self.scenario["programme"]["roles"] = {self.r.choice(list(roles)): {"day_cost": self.by_period(100, 650)}}
        if self.maybe(0.3):
            self.scenario["programme"]["budgets"] = None

    def apportioning(self) -> None:
        rules: list[object] = ["users", "systems", "equal"]
        if len(self.partners) == 2:
            rules += [{"alpha": "62.5%", "beta": "37.5%"}, {"alpha": "100%"}]
        if self.maybe(0.7):
            self.programme["apportion"] = self.r.choice(rules)
            if self.maybe(0.4):
                year = self.year(self.r.randrange(self.A))
                self.programme["apportion"] = {"default": self.r.choice(rules), year: self.r.choice(rules)}

    def budgets(self) -> None:
        r, p = self.r, self.programme
        cost = sum(
            self.entry(system).get("run_cost", 0) + self.entry(system).get("contract", {}).get("cost", 0)
            for system in self.ids
        )
        if self.maybe(0.45):
            p["budgets"] = []
            for _ in range(r.choice([1, 1, 2])):
                most = r.choice([90, 100, 105, 120, 200]) * (cost + 20_000) // 100
                budget: Raw = {"year": self.year(r.randrange(self.A)), "at_most": most}
                if self.maybe(0.4):
                    budget["partners"] = [r.choice(list(self.partners))]
                p["budgets"].append(budget)
        for target in p.get("targets", ()):
            if self.maybe(0.5):
                target["partners"] = [r.choice(list(self.partners))]
                target["savings"] //= 2

    def register(self) -> None:
        """What has no effect on the plan."""
        if self.maybe(0.3):
            date: Raw = {"by": self.when(self.r.randrange(-1, self.A)), "name": {"en": "Business case", "cy": "Achos"}}
            if self.maybe(0.6):
                date["kind"] = self.r.choice(["governance", "engagement", "deliverable", "planning"])
            self.programme.setdefault("milestones", []).insert(0, date)
        if self.maybe(0.3):
            risk: Raw = {"risk": "supplier leaves", "likelihood": "low", "impact": "high", "owner": "Head of Service"}
            if self.maybe(0.6):
                risk["systems"] = [self.r.choice(self.ids)]
            self.programme["risks"] = [risk]
