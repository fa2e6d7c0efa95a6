# ruff: noqa: E501
"""What is wrong with contracts, dates of support, gates, joining, budgets, dates and risks; as in `test_problems`."""

from __future__ import annotations

from pathlib import Path

import pytest
from problem_cases import agree

CASES = {
    "when support ends, by part": """
== partners/torfaen.yaml
systems:
  a: {end_of_life: {softwear: 2018-03-31, hardware: 2018-02-30}}  #! unknown key `softwear`; did you mean `software`? | there is no such day
  b: {end_of_life: {}}  #!20 no date here; write `{software: 2018-03-31, hardware: never}`, or leave the key out
  c: {end_of_life: {software: , hardware: nevermore}}  #! no value here; write one, such as `2018-03-31` | write a quarter as 2016/17 Q1, or a date as 2018-03-31 (or `never`)
  d: {end_of_life: [2018-03-31]}  #! a list where one value belongs; write it as `2018-03-31`
  e: {end_of_life: {software: never, hardware: 2018-03-31}}
  f: {end_of_life: never, options: [{approach: replatform, end_of_life: {hardware: 2019-01-32}}]}  #! there is no such day
  g:
    product: windows-server 2009  #! no end of life is known for `windows-server 2009`
    end_of_life: {hardware: 2018-03-31}
  h: {product: iTrent 9, end_of_life: never}
""",
    "extended support": """
== partners/torfaen.yaml
systems:
  a: {extended_support: {until: 2018-03-31}}  #!25 what does it cost? write it as `{cost: 30_000, until: 2023-01-10}`
  b: {extended_support: {cost: -1, until: 2018/19}}  #! `-1` is negative | `2018/19` is no such time
  c: {extended_support: {cost: 1, untill: 2018-03-31}}  #! unknown key `untill`; did you mean `until`?
  d: {extended_support: {cost: 1, until: never}}  #! `never` is no such time
  e: {end_of_life: 2017-03-31, extended_support: {cost: 1, until: 2018/19 Q1}}
""",
    "contracts that end or run on": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches:
  rehost: {medium: {contract: stops}}  #! `stops` is not one of the words for this; write `ends` or `runs`
  refresh: {medium: {contract: runs}}  #! `refresh` takes no `contract`
  retain: {}
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  email:
    options:
      - {approach: retain, contract: runs}  #! `retain` takes no `contract`: nothing is done; take it out
      - {approach: refresh, contract: ends}  #! `refresh` takes no `contract`
      - {approach: rehost, contract: yes, then: {approach: refactor, contract: end}}  #! `yes` is not one of the words | did you mean `ends`?
      - {approach: rehost, contract: ends}
""",
    "gates": """
== services.yaml
services:
  email: {build: {}, after: [library, torfaen/libary, torfaen/fax]}  #! `library` is not a whole id; write `torfaen/library` | unknown system `torfaen/libary`; did you mean `torfaen/library`?
  mail:
    provides: email
    after: [torfaen/library]  #!5 `mail` isn't built, so it takes no `after`; take it out
    must_build: yes  #!5 `mail` isn't built, so it takes no `must_build`
    latest: 2016/17 Q4  #!5 `mail` isn't built, so it takes no `latest`
  post:
    provides: email
    earliest: 2017/18 Q1
    must_build: yes
    latest: 2017/18 Q2  #! `latest` leaves no time to build it: built from 2017/18 Q1 on it is ready in 2017/18 Q3; write that or later
    build: {quarters: 2}
  review: {provides: email, must_build: perhaps, build: {}}  #! `perhaps` is neither yes nor no
== partners/torfaen.yaml
systems:
  email: {}
  library: {}
  fax: {}
""",
    "circles through services and systems": """
== services.yaml
services:
  zone: {build: {}}
  review: {build: {}, after: [torfaen/email], needs: [zone]}  #!31 a cycle in `after` and `needs`: review -> torfaen/email -> review; take one of these out
  parts: {build: {}, after: [torfaen/fax]}
== partners/torfaen.yaml
systems:
  email: {needs: [review], options: [{approach: rehost}, {approach: retain}]}
  library: {after: [email], needs: [review]}
  fax: {options: [{approach: rehost, needs: [zone]}, {approach: consolidate, to: parts}]}
""",
    "a circle of inherited needs": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches:
  rehost: {medium: {needs: [review]}}
== services.yaml
services:
  review: {build: {}, after: [torfaen/email]}  #! a cycle in `after` and `needs`: review -> torfaen/email -> review; take one of these out; an option's own `needs: []` frees it of those that it inherits
== partners/torfaen.yaml
systems:
  email: {}
  library: {}
""",
    "joining": """
== services.yaml
services: {}
== partners/torfaen.yaml
joins: 2018/19 Q1  #!8 2018/19 Q1 is outside the horizon; write 2016/17 Q1 to 2017/18 Q4
systems: {email: {}}
== partners/newport.yaml
joins: next year  #! `next year` is no such time
systems: {email: {}}
== partners/monmouthshire.yaml
systems: {email: {}}
""",
    "nobody from the start": """
== services.yaml
services: {}
== partners/torfaen.yaml
joins: 2017/18 Q1
systems: {email: {}}
== partners/newport.yaml
joins: 2016/17 Q2  #! no partner takes part from the start; let one join in 2016/17 Q1, or begin later
systems: {email: {}}
""",
    "a report of somebody yet to join": """
== services.yaml
services: {}
== partners/torfaen.yaml
systems: {email: {}}
== partners/newport.yaml
joins: 2016/17 Q2
systems: {email: {}, fax: {}}
== progress/2016-17-Q1.yaml
quarter: 2016/17 Q1
systems:
  newport/email: {status: started, approach: rehost, start: 2016/17 Q1}  #!3 `newport` joins in 2016/17 Q2; nothing of it can be reported before that
== progress/2016-17-Q2.yaml
quarter: 2016/17 Q2
systems:
  newport/fax: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}  #!56 `newport` joins in 2016/17 Q2; nothing
""",
    "budgets, targets of partners, and what own days are worth": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
roles:
  dba: {days: 10, day_cost: {default: -1, 2016: 5}}  #! `-1` is negative | `2016` is no period
approaches: {rehost: {medium: {effort: {dba: 1}}}, retain: {}}
budgets:
  - {year: 2018/19, at_most: 1}  #!12 `2018/19` lies outside the appraisal; write a year of 2016/17 to 2017/18
  - {year: 2016/17}  #! `at_most` is missing
  - {year: 2016/17, at_most: -5}  #! `-5` is negative
  - {year: 2016/17, at_most: 5, partners: [torfean]}  #! unknown partner `torfean`; did you mean `torfaen`?
  - {year: 2016/17, at_most: 5, partners: []}  #! an empty list; name at least one partner, or leave the key out
targets:
  - {year: 2016/17, savings: 1, partners: [cardiff]}  #! unknown partner `cardiff`
  - {year: 2016/17, savings: 1, at_most: 5}  #! unknown key `at_most`
== services.yaml
services: {}
""",
    "milestones that are dates": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
approaches: {rehost: {medium: {}}, retain: {}}
milestones:
  - {by: 2016/17 Q4}  #! what is due then? write `live: 70%`, or a `name` for a date that asks nothing of the plan
  - {by: 2017-01-15, name: Board, kind: govern}  #! `govern` is not one of the words for this; did you mean `governance`?
  - {by: 2017-01-15, name: Board, partners: [torfaen], tiers: []}  #! a milestone without `live` speaks of no systems; take `partners` out | an empty list
  - {by: 2017-02-30, name: {en: Board}}  #! there is no such day
  - {by: 2030-01-15, name: {en: Board, cy: Bwrdd}, kind: planning}
  - {by: 2016/17 Q4, live: 0%, name: Pilots, kind: deliverable}
== services.yaml
services: {}
""",
    "a register of risks": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
approaches: {rehost: {medium: {}}, retain: {}}
risks:
  - {likelihood: low, impact: high}  #! `risk` is missing
  - {risk: late, likelihood: seldom, impact: high}  #! `seldom` is not one of the words for this
  - {risk: late, likelihood: low, impact: high, systems: [email]}  #! `email` is not a whole id; write `torfaen/email`
  - {risk: late, likelihood: low, impact: high, system: [torfaen/email]}  #! unknown key `system`; did you mean `systems`?
  - {risk: {en: late, cy: hwyr}, likelihood: low, impact: high, owner: Board, action: wait, systems: [torfaen/email]}
== services.yaml
services: {}
""",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_problems_stand_where_they_are(case: str, tmp_path: Path) -> None:
    agree(tmp_path, case)


SCENARIO_CASES = {
    "dates and gates of a scenario": """
== partners/torfaen.yaml
systems:
  email: {end_of_life: {hardware: 2017-03-31}, extended_support: {cost: 5, until: 2017-03-31}}
  library: {}
== services.yaml
services: {email: {build: {}}}
== scenarios/bold.yaml
programme: {budgets: [{year: 1999/00, at_most: 1}]}  #! `1999/00` lies outside the appraisal
services: {email: {build: null, must_build: yes}}  #! `email` isn't built, so it takes no `must_build`
partners:
  torfaen: {systems: {email: {end_of_life: 2018-02-30, extended_support: {until: null}}}}  #! there is no such day
  newport: null  #? nothing to remove: there is no `newport`
""",
}


@pytest.mark.parametrize("case", SCENARIO_CASES.values(), ids=SCENARIO_CASES)
def test_scenarios_are_checked_as_strictly(case: str, tmp_path: Path) -> None:
    agree(tmp_path, case, "bold")
