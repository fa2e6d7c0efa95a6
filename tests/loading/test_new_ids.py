# ruff: noqa: E501
"""Ids that a scenario adds: which are taken for slips, and that all is said in one go."""

from __future__ import annotations

from pathlib import Path

import pytest
from problem_cases import agree

CASES = {
    "ids that are much like one there is, and all at once": """
== scenarios/bold.yaml
programme:
  tiers: {glod: {exposure: 5}}  #?11 there is no tier `glod` in the inventory, so the scenario makes a new one; did you mean `gold`?
  roles:
    dba: {days: {default: 10, 2029/30: 4}}  #?31 `2029/30` lies outside the horizon; it counts for nothing
    networks: {days: 4}
  approaches:
    rehost: {mediun: {capital: 5}, large: {capital: 6}}  #?14 there is no size `mediun` in the inventory, so the scenario makes a new one; did you mean `medium`?
  capital:
    comon: {amount: 5}  #?5 there is no pot `comon` in the inventory, so the scenario makes a new one; did you mean `common`?
  freezes:
    - {quarters: [2029/30 Q1]}  #? no quarter of this freeze lies in the horizon
  milestones:
    - {by: 2019/20 Q1, live: 10%}  #? `by` lies after the horizon
  limit: []  #! unknown key `limit`; did you mean `limits`?
services:
  emial: {build: {capital: 3}, earliest: 2015/16 Q1}  #? there is no service `emial` in the inventory, so the scenario makes a new one; did you mean `email`? | `earliest` lies before
partners:
  torfean: {systems: {}}  #?3 there is no partner `torfean` in the inventory, so the scenario makes a new one; did you mean `torfaen`?
  torfaen:
    systems:
      libary: {latest: 2017/18 Q1}  #?7 there is no system `torfaen/libary` in the inventory, so the scenario makes a new one; did you mean `library`?
      email:
        tier: silver  #! unknown tier `silver`
        earliest: 2015/16 Q1  #? `earliest` lies before
""",
    "other warnings at such an id would follow from the slip": """
== scenarios/bold.yaml
programme:
  capital: {comon: {amount: 5}}  #? there is no pot `comon` in the inventory
partners:
  torfaen: {systems: {libary: {end_of_life: {hardware: 2017-03-31}}}}  #? there is no system `torfaen/libary`
""",
    "a hyphen is not a number; of several with the same letters the first by the alphabet is named": """
== partners/abc.yaml
systems: {}
== partners/acb.yaml
systems: {}
== scenarios/bold.yaml
services: {e-mail: {build: {capital: 3}}, email-2: {build: {capital: 3}}}  #? there is no service `e-mail` in the inventory, so the scenario makes a new one; did you mean `email`? | no system can use the service `email-2`
partners:
  bca: {systems: {}}  #? there is no partner `bca` in the inventory, so the scenario makes a new one; did you mean `abc`?
""",
    "what takes another's place, and what is unlike all there is, is new": """
== scenarios/bold.yaml
programme: {roles: {dba: null, dbas: {days: 12}}}
partners: {torfaen: {systems: {library: null, library-2: {}, email-2: {}, fleet: {}}}}
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
roles: {dba: {days: 10}}
approaches:
  rehost: {medium: {effort: {dbas: 1}}}
== services.yaml
services: {}
""",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_ids_that_are_much_like_one_there_is(case: str, tmp_path: Path) -> None:
    agree(tmp_path, case, "bold")
