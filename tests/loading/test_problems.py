# ruff: noqa: E501
"""What is wrong in an inventory is said where it stands.

Each case is YAML with the expected messages on the offending lines: after `#!` an error, after
`#?` a warning, several parted by ` | `; `#!3` gives the column as well. The files a case leaves
out are those of a valid inventory. Nothing else may be reported.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from problem_cases import FILES, agree, found, write

PROGRAMME = FILES["programme.yaml"]
PARTNER = """partner: Torfaen
systems:
  email: {tier: gold}
  library: {}
"""

CASES = {
    "unknown key": """
== partners/torfaen.yaml
partner: Torfaen
contakt: someone  #!1 unknown key `contakt`; did you mean `contact`?
systems:
  email: {tier: gold, users: 5, colour: red}  #!33 unknown key `colour`; the keys here are name, capability, tier
""",
    "a misspelt key is read as what was meant": """
== programme.yaml
programm: Test  #!1 unknown key `programm`; did you mean `programme`?
horizn: {fro: 2016/17 Q1, to: 2017/18 Q4}  #! unknown key `horizn`; did you mean `horizon`? | unknown key `fro`; did you mean `from`?
tier: {gold: {exposure: 100}}  #!1 unknown key `tier`; did you mean `tiers`?
role: {dba: {day: 10}}  #! unknown key `role`; did you mean `roles`? | unknown key `day`; did you mean `days`?
capitl: {common: {amount: 5}}  #!1 unknown key `capitl`; did you mean `capital`?
approache: {rehost: {small: {effort: {dba: 1}, capital: {common: 1}}}}  #!1 unknown key `approache`; did you mean `approaches`?
milestones: [{byx: 2017/18 Q4, live: 10%}]  #! unknown key `byx`; did you mean `by`?
limit: many  #!1 unknown key `limit`; did you mean `limits`?
== services.yaml
service: {mail: {provides: email}}  #!1 unknown key `service`; did you mean `services`?
== partners/torfaen.yaml
system:  #!1 unknown key `system`; did you mean `systems`?
  email: {tier: gold, size: small, options: [{approach: consolidate, to: mail}], contract: {cost: 5, ends: 2018-03-31, note: by phone}}  #! unknown key `note`; did you mean `notice`?
  library: {size: small, interfaces: [{wit: email, costs: 1}]}  #! unknown key `wit`; did you mean `with`? | unknown key `costs`; did you mean `cost`?
""",
    "a second colon": """
== partners/torfaen.yaml
partner: Torfaen: the borough  #!17 a colon out of place; quote a text
""",
    "missing keys": """
== programme.yaml
approaches: {retain: {}}  #!1 `programme` is missing; write `programme: SRS move to OneWales`
horizon: {from: 2016/17 Q1}  #!1 `to` is missing; write `to: 2019/20 Q4`
tiers: {gold: {exposure: 1}}
""",
    "a fault in the horizon hides nothing else": """
== programme.yaml
horizon: {from: 2016/17 Q1, to: 2017/18 Q9}  #! is no such time | `programme` is missing
tiers: {gold: {exposure: 100}}
capital: {common: {amount: {2016/17: 1, 2016/17 Q1: 1}}}  #! `2016/17` has an amount beside its quarter
approaches: {rehost: {small: {quarters: 2, effort: {}}}}
targets: [{year: 1999/00, savings: 1}]
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  email: {}  #! left without an option
  library: {options: [{approach: consolidate}]}  #! no service provides `library`
""",
    "faults in approaches do not spread": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
roles: {dba: {days: 10}}
approaches:
  rehost: {medium: {quarters: two}}  #! `two` is not a number
  retire: []  #! a list where a mapping belongs
== services.yaml
services: 5  #! `5` stands where more belongs
== partners/torfaen.yaml
systems:
  email: {options: [{approach: rehost, effort: {dba: [1, 2]}}, {approach: consolidate}, {approach: consolidate, to: x}]}
  library: {size: enormous}
  fax: {users: 1.2.3}  #! `1.2.3` is not a number
""",
    "no value": """
== partners/torfaen.yaml
partner:  #!1 no value here; write one
systems:
  email:  #!3 no value here; write a mapping, `key: value` (such as `name`, `capability`, `tier`), or `{}` for none
  library: {users: , tier: ~}  #! no value here; write one, such as `12_000` | no value here; write one, such as `an-id`
""",
    "a faulty system is there all the same": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches: {retain: {}}
limits: [{moves: 1, capabilities: [email, fax, library]}]
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  email:  #! no value here; write a mapping
  fax: some words  #! `some words` stands where more belongs
  library: {}
""",
    "wrong shapes": """
== partners/torfaen.yaml
partner: [Torfaen]  #!10 a list where one value belongs; write it as `Payroll`
systems:
  email: [tier, gold]  #! a list where a mapping belongs; write a mapping
  library:
    after: email  #! a list belongs here; write it as `[torfaen/email]`
    options: {approach: retain}  #! a mapping where a list belongs; write a list, with each entry after `- `
    contract: 70_000  #! `70_000` stands where more belongs; write a mapping, `key: value` (such as `cost`, `ends`
    users: {a: 1}  #! a mapping where one value belongs; write it as `12_000`
""",
    "numbers": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  a: {users: 1e3}  #! `1e3` has an exponent; write `1000`
  b: {users: 0x1f}  #! `0x1f` is not decimal; write `31`
  c: {users: 0o17}  #! `0o17` is not decimal; write `15`
  d: {users: 017}  #! `017` begins with 0, which some programs read as octal; write `17`
  e: {users: 12:30}  #! `12:30` has colons
  f: {users: .inf}  #! `.inf` is no amount
  g: {users: .NaN}  #! `.NaN` is no amount
  h: {users: "5"}  #! `5` is quoted, so it is a text; write the number bare: `5`
  i: {users: -5}  #! `-5` is negative; write 0 or more
  j: {users: "1,000"}  #! `1,000` is quoted
  k: {users: 5k}  #! `5k` is shortened; write `5000`
  l: {users: £5000}  #! `£5000` names a currency; write `5000`
  m:
    users: 1,000  #!12 `1,000` has commas; write `1_000`
  n-o: {users: +5}  #! `+5` has a sign; write `5`
  o: {users: 90%}  #! `90%` is a percentage, and an amount belongs here
  p: {users: 1__0}  #! `1__0` has a `_` out of place
  q: {users: 5.}  #! `5.` ends in a point; write `5`
  r: {users: many}  #! `many` is not a number; write one such as `12_000`
  s: {users: 1_000_000_000_000_001}  #! too large
  t: {users: 99999999999999999999999999999999999999999999999999999999999999999999999999999999}  #! too large
  u: {users: 1.5e-3}  #! `1.5e-3` has an exponent; write `0.0015`
  v: {users: 2017-01-01}  #! `2017-01-01` is not a number
  w: {users: no}  #! `no` is not a number
  x: {users: ١٢}  #! `١٢` is not a number
  z: {users: 1_000.5, run_cost: 0.25, extended_support: 0}
""",
    "percentages": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0.035  #! `0.035` lacks its %; write `3.5%`
milestones:
  - {by: 2016/17 Q4, live: 170%}  #! `170%` is too much; write at most `100%`
  - {by: 2016/17 Q4, live: "70%"}  #! `70%` is quoted
  - {by: 2016/17 Q4, live: -5%}  #! `-5%` is negative; write 0 or more
  - {by: 2016/17 Q4, live: 70 %}  #! `70 %` has a blank before its %; write `70%`
approaches: {retain: {}, rehost: {medium: {run_cost: 1e1%}}}  #! `1e1%`
tiers: {gold: {exposure: 1}}
== services.yaml
services: {}
""",
    "booleans": """
== partners/torfaen.yaml
systems:
  a: {must_move: on}  #! `on` is neither yes nor no; write `yes` or `no`
  b: {must_move: "yes"}  #! `yes` is quoted, so it is a text; write `yes` bare
  c: {must_move: True}
  d: {must_move: 1}  #! `1` is neither yes nor no
""",
    "ids that are something else to YAML": """
== partners/torfaen.yaml
systems:
  no: {}  #!3 `no` is not a text to every program that reads YAML; quote it: `'no'`
  365: {}  #! quote it: `'365'`
  1e3: {}  #! quote it
  0x1f: {}  #! quote it
  2018-03-31: {}  #! quote it
  null: {}  #! no value here
  'on': {}
  "366": {capability: off}  #!23 quote it: `'off'`
  email: {tier: yes, after: [true, 'on']}  #! `yes` is not a text | `true` is not a text
""",
    "ids": """
== partners/torfaen.yaml
systems:
  Email: {}  #!3 `Email` is no id; write up to 63 of a-z, 0-9 and -, beginning with a letter or digit, such as `email`
  a b: {}  #! such as `a-b`
  -x: {}  #! such as `x`
  é: {}  #! `é` is no id
  x/y: {}  #! `x/y` is no id
""",
    "texts are taken as written": """
== partners/torfaen.yaml
partner: 1.10
contact: 12:30
systems:
  a: {name: no, area: 2020-13-14}
  b: {name: {en: 365, cy: yes}}
  c: {name: {English: Payroll}}  #!14 `English` is no language; write a code such as `en` or `cy`
  d: {name: {}}  #! a name without a text
  e: {name: "  "}  #! an empty text
  f: {name: Payroll, tier: gold, area: one, two}  #! unknown key `two` without a value; within braces a comma ends a text
""",
    "dates and quarters": """
== partners/torfaen.yaml
systems:
  a: {end_of_life: 2020-13-14}  #! `2020-13-14`: there is no such day; write a date as 2018-03-31
  b: {end_of_life: 2019-02-29}  #! there is no such day
  c: {end_of_life: 2016/18 Q1}  #! the year after 2016 is 17: write 2016/17
  d: {end_of_life: 2016/17}  #! `2016/17` is no such time; write a quarter as 2016/17 Q1, or a date as 2018-03-31
  e: {end_of_life: 31/03/2018}  #! `31/03/2018` is no such time
  f: {end_of_life: 2016/17 Q5}  #! is no such time
  g: {end_of_life: "2018-03-31", latest: 2017-03-31}
  h: {contract: {cost: 1, ends: 2018-02-30}}  #! there is no such day
  i: {end_of_life: ٢٠١٨-03-31}  #! write it with the digits 0 to 9
""",
    "duplicates": """
== partners/torfaen.yaml
partner: Torfaen
"partner": Torfaen  #!1 `partner` stands twice, first in line 1; keep one of them
systems:
  email: {}
  library: {after: [email, torfaen/email]}  #! `torfaen/email` stands twice in the list
  email: {}  #!3 `email` stands twice, first in line 4; keep one of them
""",
    "tags": """
== partners/torfaen.yaml
partner: !!python/object:os.system x  #! an unknown tag `!!python/object:os.system`; leave the tag out
contact: !!str 365
systems:
  a: !foo {users: 1}  #! an unknown tag `!foo`
  b: {users: !number 1}  #! an unknown tag `!number`
  c: {users: !!str 1}  #! `1` is quoted
""",
    "unknown references, with the nearest": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
classifications: [official, secret]
roles:
  dba: {days: 10}
capital:
  common: {amount: 1_000}
approaches:
  rehosts: {}  #!3 `rehosts` is not one of the words for this; did you mean `rehost`?
  consolidate:
    medium: {effort: {dbb: 1}, needs: [emial]}  #! unknown role `dbb`; did you mean `dba`? | unknown service `emial`
  rehost:
    medium: {capital: {commons: 5}}  #! unknown pot `commons`; did you mean `common`?
  retain: {}
freezes: [{quarters: [Q4], partners: [torfean]}]  #! unknown partner `torfean`; did you mean `torfaen`?
limits:
  - {moves: 1, capabilities: [libary]}  #! unknown capability `libary`; did you mean `library`?
  - {moves: 1, systems: [email]}  #! `email` is not a whole id; write `torfaen/email`
  - {moves: 1, tiers: [silver, gold]}  #! unknown tier `silver`; there is `gold`
  - {moves: 1, partners: []}  #! an empty list; name at least one partner, or leave the key out
together: [[torfaen/email, torfaen/libary]]  #! unknown system `torfaen/libary`; did you mean `torfaen/library`?
== services.yaml
services:
  email: {needs: [emali], accredited_to: secrets}  #! unknown service `emali`; did you mean `email`? | did you mean `secret`?
== partners/torfaen.yaml
pot: comon  #! unknown pot `comon`; did you mean `common`?
systems:
  email:
    tier: golden  #! unknown tier `golden`; did you mean `gold`?
    size: large  #! unknown size `large`; there is `medium`
    classification: top  #! unknown classification `top`; there is `official`, `secret`
    after: [libary, cardiff/x]  #! unknown system `libary`; did you mean `library`? | unknown system `cardiff/x`
    interfaces: [{with: libary, cost: 1}]  #! unknown system `libary`; did you mean `library`?
    options: [{approach: consolidate, to: e-mail}, {approach: retains}]  #! unknown service `e-mail` | did you mean `retain`?
  library: {}
""",
    "naming a pot where there is none": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches: {rehost: {medium: {capital: {common: 1}}}}  #! unknown pot `common`; there is none
== services.yaml
services: {}
== partners/torfaen.yaml
pot: torfaen  #! unknown pot `torfaen`; there is none
systems: {email: {}}
""",
    "cycles": """
== services.yaml
services:
  a: {build: {}, needs: [c]}  #!26 a cycle in the `needs` of services: a -> c -> b -> a; take one of these out
  b: {build: {}, needs: [a]}
  c: {build: {}, needs: [b]}
  d: {needs: [d]}  #! a cycle in the `needs` of services: d -> d
== partners/torfaen.yaml
systems:
  email: {after: [library]}  #! a cycle in `after`: torfaen/email -> torfaen/library -> torfaen/email
  library: {after: [torfaen/email]}
  itself: {after: [itself]}  #! a cycle in `after`: torfaen/itself -> torfaen/itself
""",
    "periods that contradict each other": """
== programme.yaml
programme: Test
horizon: {from: 2017/18 Q1, to: 2016/17 Q4}  #!33 the horizon ends before it begins; write `2017/18 Q1` or later
tiers: {gold: {exposure: 100}}
approaches: {retain: {}}
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  email: {earliest: 2017/18 Q3, latest: 2017/18 Q2}  #!41 `latest` is before `earliest`; write `2017/18 Q3` or later
""",
    "the appraisal and targets": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q2, to: 2017/18 Q4}
appraise_to: 2017/18 Q3  #! the appraisal ends before the horizon does; write `2017/18 Q4` or later
tiers: {gold: {exposure: 100}}
approaches: {retain: {}}
targets:
  - {year: 2015/16, savings: 1}  #! `2015/16` lies outside the appraisal; write a year of 2016/17 to 2017/18
  - {year: 2016/17, savings: 1}
== services.yaml
services: {}
""",
    "a horizon beyond reason": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2999/00 Q4}  #! a horizon of 3936 quarters; write one of at most 400
tiers: {gold: {exposure: 100}}
approaches: {retain: {}}
== services.yaml
services: {}
""",
    "an appraisal beyond reason": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2999/00 Q4  #! an appraisal of 3936 quarters; write one of at most 800
tiers: {gold: {exposure: 100}}
approaches: {retain: {}}
== services.yaml
services: {}
""",
    "amounts by period": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
capital:
  common: {amount: {2016/17: 5, 2016/17 Q3: 2, 2017/18 Q1: 1}}  #!21 `2016/17` has an amount beside its quarter `2016/17 Q3`
  other: {amount: {2016/17 Q3: 2, 2016-12-01: 3}}  #! `2016-12-01` names a quarter that stands here already
  third: {amount: {2016: 2, Q1: 5}}  #! `2016` is no period; write `default`, a year | `Q1` is no period
roles:
  dba: {days: {default: -1}, agency: {days: 5}}  #! `-1` is negative | `day_rate` is missing
approaches: {retain: {}}
== services.yaml
services: {}
""",
    "services": """
== services.yaml
services:
  email: {build: {quarters: 2, effort: {dba: [1]}}, ready: 2016/17 Q3}  #! both `build` and `ready` | lists 1 figures; write 2
  fax: {capacity: -1, build: {quarters: 1.5}}  #! `-1` is negative | `1.5` is not whole
""",
    "what an option can't take": """
== partners/torfaen.yaml
systems:
  email:
    tier: gold
    options:
      - {approach: retain, quarters: 1}  #! `retain` takes no `quarters`: nothing is done; take it out
      - {approach: refresh, parallel_run: 1}  #! `refresh` takes no `parallel_run`
      - {approach: rehost, to: email}  #! only `consolidate` takes `to`, not `rehost`; take it out
      - {approach: refresh, then: {approach: rehost}}  #! nothing follows `refresh`; take `then` out
      - {approach: rehost, then: {approach: retain}}  #! a second step can't be `retain`
      - {approach: rehost, then: {approach: refactor, to: email}}  #! only `consolidate` takes `to`, not `refactor`
      - {approach: rehost, then: {approach: refactor, then: {approach: rehost}}}  #! a second step has no `then` of its own
      - {approach: rehost, quarters: 0}  #! `0` is out of range; write 1 to 400 quarters
      - {approach: rehost, quarters: 401}  #! out of range
      - {approach: rehost, parallel_run: 401}  #! out of range
      - {approach: rehost, effort: {dba: [1, 2]}}  #! the effort of `dba` lists 2 figures for 1 quarter of work
      - {approach: consolidate, quarters: 3}  #! lists 2 figures for 3 quarters of work; write one for each quarter (the list is inherited
      - {quarters: 1}  #! `approach` is missing
  library: {options: []}  #! `torfaen/library` is left without an option: its `options` is empty
""",
    "approaches themselves": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
roles: {dba: {days: 10}}
approaches:
  rehost:
    medium: {quarters: 2, effort: {dba: [1]}}  #! lists 1 figure for 2 quarters of work
  refresh:
    medium: {parallel_run: 1}  #! `refresh` takes no `parallel_run`
  retain: {medium: {}}  #! `retain` takes nothing, for no size; write `retain: {}`
== services.yaml
services: {}
""",
    "where to consolidate": """
== services.yaml
services:
  email: {accredited_to: official}
  mail: {provides: email}
  post: {provides: email}
== partners/torfaen.yaml
systems:
  email:
    classification: secret
    options:
      - {approach: consolidate, to: email}  #! `email` is accredited to `official`, and `torfaen/email` is `secret`; choose `mail` or `post`
      - {approach: consolidate}  #! `consolidate` could go to `mail` or `post`; say which with `to`
      - {approach: rehost, then: {approach: consolidate, to: email}}  #! `email` is accredited to `official`
  library: {options: [{approach: consolidate}]}  #! no service provides `library` at its classification
""",
    "left without an option": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
approaches:
  rehost: {small: {}, large: {}}
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  email: {}  #!3 `torfaen/email` is left without an option: no approach has its size `medium`
  library: {size: large}
  fax: {must_move: yes, options: [{approach: retain}]}  #! `must_move` forbids every option it has
""",
    "groups and interfaces": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
approaches: {retain: {}}
together:
  - [torfaen/email]  #! a group of one; name two systems or more
  - [torfaen/email, torfaen/library, torfaen/email]  #! `torfaen/email` stands twice in the list
  - [email, torfaen/library]  #! `email` is not a whole id; write `torfaen/email`
== services.yaml
services: {}
== partners/torfaen.yaml
systems:
  email: {interfaces: [{with: email, cost: 1}, {with: library}]}  #! an interface of `torfaen/email` with itself | `cost` is missing
  library: {}
""",
    "products": """
== partners/torfaen.yaml
systems:
  a: {product: windows server 2008 R2}
  b: {product: windows-server 2009}  #! no end of life is known for `windows-server 2009`; the releases of windows-server are 2000
  c: {product: iTrent 9, end_of_life: 2017-03-31}
  d: {product: windoes-server 2003}  #! did you mean `windows-server 2003`?
  e: {product: iTrent 9, end_of_life: 2017-03-32}  #! there is no such day
""",
    "many faults in one system do not hide one another": """
== partners/torfaen.yaml
systems:
  email:
    users: -1  #! negative
    tier: silver  #! unknown tier
    after: [email, lib]  #! a cycle in `after` | unknown system `lib`
    earliest: 2017/18 Q3
    latest: 2017/18 Q2  #! `latest` is before `earliest`
    options:
      - {approach: rehost, to: email, quarters: x}  #! only `consolidate` takes `to` | `x` is not a number
""",
    "a file that can't be read hides only what it says": """
== services.yaml
services: @email  #! a text can't begin with this character; quote the text
== partners/torfaen.yaml
systems:
  email: {needs: [anything], users: -1}  #! negative
""",
    "odd": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2019/20 Q4
tiers: {gold: {exposure: 100}, silver: {exposure: 1}}
roles:
  dba: {day_cost: 1, days: {default: 10, 2015/16: 5, 2018/19 Q1: 5}}  #? `2015/16` lies outside the horizon | `2018/19 Q1` lies outside
  tester: {days: 5, day_cost: 0}  #? no option or build takes effort of `tester`
  writer: {day_cost: {default: 5, 2019/20: 6, 2020/21: 7, 2015/16 Q4: 8}}  #? `2020/21` lies outside the appraisal | `2015/16 Q4` lies outside the appraisal | no option or build takes effort of `writer`
capital:
  common: {amount: 1_000}
  spare: {amount: 1}  #? no option or build draws on the pot `spare`
approaches:
  rehost: {medium: {effort: {dba: 1}, capital: 10}}
  retain: {}
freezes:
  - {quarters: [2015/16 Q4]}  #? no quarter of this freeze lies in the horizon
  - {quarters: [Q4], tiers: [silver]}  #? the freeze matches no system
limits:
  - {moves: 1, tiers: [silver]}  #? the limit matches no system
milestones:
  - {by: 2015/16 Q4, live: 0%}  #? `by` lies before the horizon
  - {by: 2018/19 Q4, live: 0%, tiers: [silver]}  #? `by` lies after the horizon | the milestone matches no system
== services.yaml
services:
  email: {build: {quarters: 9}}
  fax: {}  #? no system can use the service `fax`
  old: {ready: 2016/17 Q1, earliest: 2016/17 Q1, needs: [email]}  #? `earliest` says nothing | `needs` says nothing | no system can use
== partners/torfaen.yaml
systems:
  a: {end_of_life: {hardware: 2015-07-14}, contract: {cost: 1, ends: 2016-03-31}}  #? `end_of_life` lies before the horizon | `ends` lies before | `torfaen/a` has no tier
  b: {earliest: 2015/16 Q4}  #? `earliest` lies before
  c: {latest: 2015/16 Q4}  #? `latest` lies before | rehost for `torfaen/c`, from `approaches`, can never be taken: no quarter leaves room
  d:
    options:
      - {approach: rehost, effort: {dba: 11}}  #? option 1 (rehost) of `torfaen/d` can never be taken: its effort of `dba` fits no quarter
      - {approach: rehost, capital: 1_001}  #? can never be taken: its capital of 1001 is more than the pot `common` has
      - {approach: rehost, quarters: 9}  #? can never be taken: no quarter leaves room for its 9 quarters of work
      - {approach: consolidate, to: email}  #? can never be taken: the service `email` can't be ready in time
      - {approach: retain}
""",
    "a slip in YAML is found where it was made": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email:
    run_cost:38_000  #!5 no blank after the colon; write `run_cost: 38_000
    tier: gold
""",
    "a slip within a mapping": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email:
    tier: gold
    run_cost:38_000  #!5 no blank after the colon; write `run_cost: 38_000
    users: 5
""",
    "a slip in braces, and where a mapping belongs": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email: {tier: gold, run_cost:38_000}  #! no blank after the colon; write `run_cost: 38_000`
  library: run_cost:38_000  #! no blank after the colon; write `run_cost: 38_000`
""",
    "a non-breaking blank": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email:
    tier: gold  #!10 a non-breaking or wide blank (U+00A0); write a plain blank
    run_cost: 38_000
""",
    "a non-breaking blank as indentation": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email:
    tier: gold
    run_cost: 38_000  #!1 a non-breaking or wide blank (U+00A0); write a plain blank
    users: 5
""",
    "an unclosed quote": """
== partners/torfaen.yaml
partner: "Torfaen  #!10 a quoted text that is never closed; close the quotes
systems:
  email: {}
""",
    "an unclosed quote that other quotes close": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email:
    name: "Email  #!11 a quoted text that is not closed in its line; close the quotes
    users: 5
  library:
    name: "Library"
""",
    "commas within braces": """
== partners/torfaen.yaml
partner: Torfaen
systems:
  email: {tier: gold, contract: {cost: 85,000, ends: 2018-03-31, exit: 1,250,000}}  #! `85,000` has commas, which end a value within braces; write `85_000` | `1,250,000` has commas
""",
    "nothing is left": """
== partners/torfaen.yaml
systems:
  email:
    tier: gold
    options: []  #!5 `torfaen/email` is left without an option: its `options` is empty; list at least one
  library:
    must_move: yes  #!5 `torfaen/library` is left without an option: `must_move` forbids every option it has
    options: [{approach: retain}]
""",
    "a quarter of a year that may be either": """
== partners/torfaen.yaml
systems:
  email: {latest: 2027 Q3, contract: {cost: 5, ends: 2027-q3}}  #! write 2027/28 Q3 | write 2027/28 Q3
""",
    "what looks like a slip": """
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2019/20 Q4
tiers: {gold: {exposure: 100}}
capital: {common: {amount: 1_000}, other: {amount: 1_000}}
approaches:
  rehost: {medium: {capital: 10, end_of_life: never}}
  consolidate: {medium: {capital: {other: 10}}}
  retain: {}
== services.yaml
services:
  hr-payroll: {run_cost_per_user: 9}
== partners/gwent.yaml
pot: other
systems: {fax: {}}
== partners/torfaen.yaml
partner: Torfaen  #? no `pot`, so that capital of its moves comes from the first one, `common`; write `pot: common` if that is meant
systems:
  a: {run_cost: 38_000, capability: hr-payrol}  #?37 no service provides `hr-payrol`; did you mean `capability: hr-payroll`?
  hr-payroll: {run_cost: 40_000}  #? `torfaen/hr-payroll` has no users, and `hr-payroll` is paid by user; give `users` here
  b: {run_cost: 38, users: 0}  #? £38 is 100 times or more below the usual `run_cost`, £40,000; correct it
  c: {run_cost: 4_000_000}  #? £4,000,000 is 100 times or more above the usual `run_cost`, £40,000
  d: {run_cost: 41_000, end_of_life: 2018-03-31}  #? `torfaen/d` has no tier, so that running it without support is judged to cost nothing; give it a `tier`: `gold`
  e: {tier: gold, product: windows-server 2003, end_of_life: 2017-03-31}  #?62 support of `windows-server 2003` ends earlier, on 2015-07-14, and this date counts; take out `end_of_life`
  f: {tier: gold, product: windows-server 2003, end_of_life: 2015-07-01}  #? `end_of_life` lies before
""",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_problems_stand_where_they_are(case: str, tmp_path: Path) -> None:
    agree(tmp_path, case)


SCENARIO_CASES = {
    "faults are the scenario's": """
== scenarios/bold.yaml
scenario: Bold
descripton: a typo  #!1 unknown key `descripton`; did you mean `description`?
programme:
  discount_rate: 5  #!18 `5` lacks its %; write `5%`
  appraise_to: null
  minimize: finish  #! unknown key `minimize`; did you mean `minimise`?
services:
  email: {capacity: -1, run_cost: 1}  #! negative | unknown key `run_cost`; did you mean `run_cost_per_user`?
  emial: null  #? nothing to remove: there is no `emial`; did you mean `email`?
partners:
  torfaen:
    systems:
      email: {tier: silver}  #! unknown tier `silver`
      library:
        name: null  #? nothing to remove: there is no `name`
""",
    "what is removed is no longer known": """
== scenarios/bold.yaml
programme: {capital: {common: null}}
== programme.yaml
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
capital:
  common: {amount: 1_000}
  other: {amount: 1_000}
approaches:
  rehost: {medium: {capital: {common: 1}}}  #! unknown pot `common`; there is `other`
== services.yaml
services: {}
""",
    "wrong shapes": """
== scenarios/bold.yaml
scenario: [Bold]  #! `scenario` takes a text
programme: 5  #!1 `programme` takes a mapping
partners:
  torfaen: 5  #! partner `torfaen` takes a mapping
  Cardiff: {}  #!3 `Cardiff` is no id; write
  cardiff: null  #? nothing to remove: there is no `cardiff`
""",
}


@pytest.mark.parametrize("case", SCENARIO_CASES.values(), ids=SCENARIO_CASES)
def test_scenarios_are_checked_as_strictly(case: str, tmp_path: Path) -> None:
    agree(tmp_path, case, "bold")


def test_nobody_is_left(tmp_path: Path) -> None:
    files = {**FILES, "scenarios/bold.yaml": "partners: {torfaen: null}\n"}
    problems = found(write(tmp_path, files), "bold")
    assert [problem.message for problem in problems] == [
        "no partner; write a file for each, such as partners/torfaen.yaml (with scenario `bold` laid over the inventory)"
    ]
