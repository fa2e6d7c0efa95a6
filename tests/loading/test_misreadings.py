# ruff: noqa: E501
"""`check` warns of what means something else than it seems; cases as in `test_problems`."""

from __future__ import annotations

from pathlib import Path

import pytest
from problem_cases import agree, write

from consolidate.inventory import EndOfLife, Option, Step
from consolidate.loading import load
from consolidate.loading.cycles import Waiting

CASES = {
    "software that is not renewed": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2018/19 Q4
approaches:
  rehost: {medium: {}, small: {end_of_life: {hardware: 2020-03-31}}, large: {end_of_life: {software: never}}}
  replatform: {medium: {}}
  refresh: {medium: {}, small: {end_of_life: {hardware: 2023-03-31}}}
  retain: {}
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  a:
    end_of_life: 2017-07-14
    options:
      - {approach: rehost}  #?9 option 1 (rehost) of `torfaen/a` renews no software, whose support ends 2017-07-14: it runs on without; write its `end_of_life` if this is meant, or choose a way that renews the software
      - {approach: rehost, end_of_life: 2017-07-14}
      - {approach: rehost, end_of_life: {hardware: 2020-03-31}}
      - {approach: relocate}  #? option 4 (relocate) of `torfaen/a` renews no software
      - {approach: refresh}  #? option 5 (refresh) of `torfaen/a` renews no software
      - {approach: refresh, end_of_life: {hardware: 2023-03-31}}
      - {approach: replatform}  #? option 7 (replatform) of `torfaen/a` gives no `end_of_life`, so the new software is supported without end (today's: 2017-07-14); write when its support ends, or `never`
      - {approach: replatform, end_of_life: never}
      - {approach: rehost, then: {approach: replatform}}  #? option 9 (rehost) of `torfaen/a` gives no `end_of_life` for its second step
      - {approach: rehost, then: {approach: replatform, end_of_life: 2027-01-12}}
      - {approach: rehost, end_of_life: 2020-01-01, then: {approach: relocate}}
      - {approach: replatform, end_of_life: 2017/18 Q1, then: {approach: relocate}}  #? option 12 (replatform) of `torfaen/a` has a second step (relocate) that renews no software, whose support ends 2017/18 Q1
      - {approach: refactor}
      - {approach: retain}
  b: {end_of_life: 2017/18 Q1}  #?3 rehost for `torfaen/b`, from `approaches`, renews no software, whose support ends 2017/18 Q1 | replatform for `torfaen/b`, from `approaches`, gives no | refresh for `torfaen/b`, from `approaches`, renews no
  c: {end_of_life: {hardware: 2017-07-14}}
  d: {end_of_life: 2019-03-31, options: [{approach: rehost}, {approach: replatform}]}
  e: {size: small, end_of_life: 2017-07-14}
  f: {size: large, end_of_life: 2017-07-14}
""",
    "contracts beside nothing to run": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches: {rehost: {medium: {run_cost: 0%}}, retain: {}}
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  a:
    run_cost: 10
    contract: {cost: 5, ends: 2017-03-31}
    options:
      - {approach: rehost}  #?9 option 1 (rehost) of `torfaen/a` lets the contract run on, though nothing is left that costs anything to run; write `contract: ends` if it ends with this, or what running it costs
      - {approach: rehost, contract: ends}
      - {approach: rehost, run_cost: 90%}
      - {approach: repurchase, run_cost: 0}
      - {approach: repurchase, run_cost: 0, contract: runs}  #? option 5 (repurchase) of `torfaen/a` lets the contract run on
      - {approach: retire, contract: runs}  #? option 6 (retire) of `torfaen/a` lets the contract run on
      - {approach: rehost, run_cost: 3, then: {approach: relocate, run_cost: 0}}  #? option 7 (rehost)
      - {approach: rehost, then: {approach: retire}}
  b: {run_cost: 10, contract: {cost: 5, ends: 2017-03-31}}  #? rehost for `torfaen/b`, from `approaches`, lets the contract run on
  c: {contract: {cost: 5, ends: 2017-03-31}}
  d: {run_cost: 10}
""",
    "gates": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches: {rehost: {medium: {}}, refresh: {small: {}}, retain: {}}
== services.yaml
services:
  review:
    after:
      - torfaen/must
      - torfaen/may  #?9 `review` is built only if `torfaen/may` moves, and it may stay; write `must_move: yes` for it, or leave it if that is meant
    build: {}
  closed: {build: {}, after: [torfaen/stays, torfaen/must]}  #?31 `closed` is never built: it waits for `torfaen/stays`, which cannot move; give that an option that moves it, or take it out here
  behind: {build: {}, needs: [review, closed]}  #?39 `behind` is never built: it needs `closed`, which never is
  sure: {build: {}, after: [torfaen/waits]}  #? `sure` is never built: it waits for `torfaen/waits`, which cannot move
== partners/torfaen.yaml
systems:
  must: {must_move: yes}
  may: {}
  stays: {options: [{approach: refresh}, {approach: retain}]}
  waits:
    options:
      - {approach: rehost, needs: [behind]}  #?9 option 1 (rehost) of `torfaen/waits` can never be taken: it needs `behind`, which is never built
      - {approach: retain}
  other: {options: [{approach: rehost, needs: [sure]}, {approach: rehost, needs: [review]}]}  #? option 1 (rehost) of `torfaen/other` can never be taken: it needs `sure`
""",
    "an option that closes a circle": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches: {rehost: {medium: {}}, retain: {}}
== services.yaml
services:
  review: {build: {}, after: [torfaen/pilot]}
  later: {build: {}, needs: [review]}
  fork: {build: {}, after: [torfaen/by-turns]}
== partners/torfaen.yaml
systems:
  pilot:
    must_move: yes
    options:
      - {approach: rehost}
      - {approach: replatform, end_of_life: never, needs: [later]}  #?9 option 2 (replatform) of `torfaen/pilot` can never be taken: it needs `later`, which waits for `torfaen/pilot` itself (`after`); an option's own `needs: []` frees it of those that it inherits
  other: {must_move: yes, after: [pilot], options: [{approach: rehost, needs: [review]}]}
  left: {must_move: yes, options: [{approach: rehost, needs: [fork]}, {approach: rehost}]}
  right: {must_move: yes, options: [{approach: rehost, needs: [review]}]}
  by-turns: {must_move: yes, options: [{approach: rehost, needs: [review]}, {approach: rehost, needs: [later]}]}
  third: {must_move: yes, after: [by-turns], options: [{approach: rehost, needs: [fork]}]}
""",
    "a latest that leaves no start": """
== services.yaml
services:
  email:
    earliest: 2017/18 Q1
    latest: 2017/18 Q2  #?13 `email` is never built: begun in 2017/18 Q1, its first quarter, it is ready in 2017/18 Q3, after its `latest`; write that or later, or an earlier `earliest`
    build: {quarters: 2, capital: 5}
  mail: {provides: email, earliest: 2017/18 Q1, latest: 2017/18 Q3, build: {quarters: 2}}
== partners/torfaen.yaml
systems:
  email:
    options:
      - {approach: consolidate, to: email}  #? option 1 (consolidate) of `torfaen/email` can never be taken: the service `email` can't be ready in time
      - {approach: consolidate, to: mail}
  library: {}
""",
    "what days are worth": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
roles:
  dba: {days: 10, day_cost: 300}
  writer: {days: 10}  #?3 `writer` has no `day_cost`, as other roles have, so its days cost nothing; write what a day is worth, or `day_cost: 0` if that is meant
  free: {day_cost: 0}
approaches: {rehost: {medium: {effort: {dba: 1, writer: 1, free: 1}}}, retain: {}}
== services.yaml
services: {}
== partners/torfaen.yaml
systems: {email: {}}
""",
    "budgets": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2018/19 Q2
approaches: {rehost: {medium: {end_of_life: never}}, retain: {}}
budgets:
  - {year: 2016/17, at_most: 410}
  - {year: 2016/17, at_most: 409.99}  #?30 leaving everything as it is costs £410 in 2016/17, £0.01 more than this, so a plan must save that in the year, or there is none; write a higher `at_most`, or leave it if that is meant
  - {year: 2017/18, at_most: 430}
  - {year: 2017/18, at_most: 100, partners: [newport]}
  - {year: 2017/18, at_most: 99, partners: [newport]}  #? leaving everything as it is costs £100 in 2017/18, £1 more than this
  - {year: 2018/19, at_most: 400}  #?12 the appraisal holds 2 quarters of 2018/19, and the budget is for that part; write what may be spent in it, or appraise the whole year
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  a: {run_cost: 200, contract: {cost: 120, ends: 2016-09-30}}
  b: {end_of_life: 2016-06-30, extended_support: {cost: 120, until: 2017-03-31}}
== partners/newport.yaml
joins: 2017/18 Q2
systems: {a: {run_cost: 133.333333}}
""",
    "milestones before somebody joins": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches: {rehost: {medium: {}}, retain: {}}
milestones:
  - {by: 2016/17 Q4, live: 50%}  #?10 systems of `newport`, which joins in 2017/18 Q1, are not counted here; name in `partners` whom it is for, or set a later `by`
  - {by: 2017/18 Q1, live: 50%}
  - {by: 2016/17 Q4, live: 50%, partners: [torfaen]}
  - {by: 2016/17 Q4, live: 50%, capabilities: [email]}
  - {by: 2016/17 Q4, live: 50%, systems: [newport/fax, torfaen/email]}  #? systems of `newport`, which joins
  - {by: 2016-12-24, name: Christmas}
== services.yaml
services: {}
== partners/torfaen.yaml
systems: {email: {}}
== partners/newport.yaml
joins: 2017/18 Q1
systems: {fax: {}}
""",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_misreadings_are_warned_of(case: str, tmp_path: Path) -> None:
    agree(tmp_path, case)


def test_of_very_many_some_are_said_and_the_rest_is_counted(tmp_path: Path) -> None:
    systems = "".join(f"  s{number}: {{end_of_life: 2016-12-31}}\n" for number in range(500))
    programme = "programme: T\nhorizon: {from: 2016/17 Q1, to: 2017/18 Q4}\napproaches: {rehost: {medium: {}}}\n"
    write(tmp_path, {"programme.yaml": programme, "partners/a.yaml": f"systems:\n{systems}"})
    warnings = load(tmp_path).warnings
    assert len(warnings) == 21
    assert warnings[-1].message.startswith("480 more warnings of the same kind (software whose support ends is not")


def _way(*needs: str) -> Option:
    return Option(1, Step("rehost", None, 1, {}, {}, 0.0, 0.0, 0, None, needs, support_ends=EndOfLife()))


def test_a_circle_that_every_way_of_somebody_else_closes_is_found() -> None:
    """``b`` may move by one of two ways, and either waits for ``a``: so what waits for ``b`` waits for ``a``."""
    services = {"x": ((), ("a",)), "y": ((), ("a",)), "z": ((), ("b",))}
    ways = {"a": (_way(), _way("z")), "b": (_way("x"), _way("y"))}
    waiting = Waiting(services, {"a": (), "b": ()}, ways)
    assert [waiting.closed_by("a", option) for option in ways["a"]] == [None, "z"]
    freed = Waiting(services, {"a": (), "b": ()}, {**ways, "b": (*ways["b"], _way())})
    assert freed.closed_by("a", ways["a"][1]) is None


def test_the_parts_of_a_large_circle_are_looked_through_once() -> None:
    """Thousands of systems that need a service which waits for them all."""
    ids = [f"s{number}" for number in range(3_000)]
    ways = {id: (_way(), _way("end")) for id in ids}
    waiting = Waiting({"end": ((), tuple(ids))}, dict.fromkeys(ids, ()), ways)
    calls = []
    spread = waiting.possible
    waiting.possible = lambda without=None: calls.append(without) or spread(without)  # type: ignore[method-assign]
    assert all(waiting.closed_by(id, ways[id][1]) == "end" for id in ids)
    assert not calls
