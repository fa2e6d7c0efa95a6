"""The types of fields for pydantic models: how each is read, and its JSON Schema.

The schemas describe what an editor's YAML server sees (to it `yes` and 4_100 are texts), and accept whatever the
loader accepts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, PlainValidator, WithJsonSchema

from consolidate import inventory
from consolidate.loading.schema import apportion_rule, fields, support_dates

_DECIMAL = r"^([0-9]|[1-9][0-9_]*[0-9])?(\.[0-9]+)?$"
_ID_SCHEMA = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"}
_SYSTEM_SCHEMA = {"type": "string", "pattern": "^([a-z0-9][a-z0-9-]{0,62}/)?[a-z0-9][a-z0-9-]{0,62}$"}
_AMOUNT_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number", "minimum": 0, "maximum": fields.MAX_AMOUNT}, {"type": "string", "pattern": _DECIMAL}]
}
_PERCENT_SCHEMA = {"type": "string", "pattern": r"^([0-9]|[1-9][0-9_]*[0-9])?(\.[0-9]+)?%$"}
_TEXT_SCHEMA = {"type": ["string", "number", "boolean"]}
_QUARTER = r"[0-9]{4}/[0-9]{2} +Q[1-4]"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_QUARTER_SCHEMA = {"type": "string", "pattern": f"^({_QUARTER}|{_DATE})$"}
_YEAR_SCHEMA = {"type": "string", "pattern": "^[0-9]{4}/[0-9]{2}$"}


def _whole_schema(least: int, most: int) -> dict[str, Any]:
    return {
        "anyOf": [{"type": "integer", "minimum": least, "maximum": most}, {"type": "string", "pattern": "^[0-9_]+$"}]
    }


def _list_schema(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "uniqueItems": True, **({"minItems": least} if least else {})}


def _by(keys: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {keys: values}, "additionalProperties": False}


def _with(**keys: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": keys, "additionalProperties": False, "minProperties": 1}


_ID_KEYS = "^[a-z0-9][a-z0-9-]{0,62}$"

Amount = Annotated[float, PlainValidator(fields.number), WithJsonSchema(_AMOUNT_SCHEMA)]
Rate = Annotated[float, PlainValidator(fields.read_rate), WithJsonSchema(_PERCENT_SCHEMA)]
Share = Annotated[Fraction, PlainValidator(fields.read_share), WithJsonSchema(_PERCENT_SCHEMA)]
RunCost = Annotated[
    float | fields.Percent,
    PlainValidator(fields.read_run_cost),
    WithJsonSchema({"anyOf": [*_AMOUNT_SCHEMA["anyOf"], _PERCENT_SCHEMA]}),
]
Count = Annotated[
    int, PlainValidator(fields.whole(0, 1_000_000, "moves", "4")), WithJsonSchema(_whole_schema(0, 1_000_000))
]
WorkQuarters = Annotated[
    int,
    PlainValidator(fields.whole(1, fields.MAX_QUARTERS, "quarters")),
    WithJsonSchema(_whole_schema(1, fields.MAX_QUARTERS)),
]
Quarters = Annotated[
    int,
    PlainValidator(fields.whole(0, fields.MAX_QUARTERS, "quarters", "1")),
    WithJsonSchema(_whole_schema(0, fields.MAX_QUARTERS)),
]
Months = Annotated[int, PlainValidator(fields.whole(1, 1200, "months", "12")), WithJsonSchema(_whole_schema(1, 1200))]
Notice = Annotated[int, PlainValidator(fields.whole(0, 1200, "months", "6")), WithJsonSchema(_whole_schema(0, 1200))]
MonthOfYear = Annotated[
    int, PlainValidator(fields.whole(1, 12, "as a month", "4")), WithJsonSchema(_whole_schema(1, 12))
]
Boolean = Annotated[
    bool,
    PlainValidator(fields.read_boolean),
    WithJsonSchema({"enum": [True, False, "yes", "no", "Yes", "No", "YES", "NO"]}),
]
Words = Annotated[str, PlainValidator(fields.words), WithJsonSchema(_TEXT_SCHEMA)]
Name = Annotated[
    dict[str, str],
    PlainValidator(fields.read_name),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, _by("^[a-z]{2,3}$", _TEXT_SCHEMA)]}),
]
Id = Annotated[str, PlainValidator(fields.identifier), WithJsonSchema(_ID_SCHEMA)]
Ids = Annotated[tuple[str, ...], PlainValidator(fields.read_identifiers), WithJsonSchema(_list_schema(_ID_SCHEMA))]
Key = Annotated[str, PlainValidator(fields.key_of), WithJsonSchema(_ID_SCHEMA)]
Pot = Annotated[str, PlainValidator(fields.refer("pot")), WithJsonSchema(_ID_SCHEMA)]
Service = Annotated[str, PlainValidator(fields.refer("service")), WithJsonSchema(_ID_SCHEMA)]
Services = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("service")), WithJsonSchema(_list_schema(_ID_SCHEMA))
]
Tier = Annotated[str, PlainValidator(fields.refer("tier")), WithJsonSchema(_ID_SCHEMA)]
Size = Annotated[str, PlainValidator(fields.refer("size")), WithJsonSchema(_ID_SCHEMA)]
Classification = Annotated[str, PlainValidator(fields.refer("classification")), WithJsonSchema(_ID_SCHEMA)]
System = Annotated[str, PlainValidator(fields.read_system), WithJsonSchema(_SYSTEM_SCHEMA)]
Systems = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("system", short=True)), WithJsonSchema(_list_schema(_SYSTEM_SCHEMA))
]
GatingSystems = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("system")), WithJsonSchema(_list_schema(_SYSTEM_SCHEMA))
]
Group = Annotated[tuple[str, ...], PlainValidator(fields.read_group), WithJsonSchema(_list_schema(_SYSTEM_SCHEMA, 2))]
SomePartners = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("partner", False)), WithJsonSchema(_list_schema(_ID_SCHEMA, 1))
]
SomeCapabilities = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("capability", False)), WithJsonSchema(_list_schema(_ID_SCHEMA, 1))
]
SomeTiers = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("tier", False)), WithJsonSchema(_list_schema(_ID_SCHEMA, 1))
]
SomeSystems = Annotated[
    tuple[str, ...], PlainValidator(fields.refers("system", False)), WithJsonSchema(_list_schema(_SYSTEM_SCHEMA, 1))
]
Approach = Annotated[
    str, PlainValidator(fields.choice(*fields.APPROACHES)), WithJsonSchema({"enum": list(fields.APPROACHES)})
]
Currency = Annotated[
    str, PlainValidator(fields.read_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})
]
Quarter = Annotated[int, PlainValidator(fields.read_quarter), WithJsonSchema(_QUARTER_SCHEMA)]
When = Annotated[inventory.When, PlainValidator(support_dates.read_when), WithJsonSchema(_QUARTER_SCHEMA)]
_END_SCHEMA = {"type": "string", "pattern": f"^({_QUARTER}|{_DATE}|never)$"}
EndOfLife = Annotated[
    support_dates.WrittenEndOfLife,
    PlainValidator(support_dates.read_end_of_life),
    WithJsonSchema({"anyOf": [_END_SCHEMA, _with(software=_END_SCHEMA, hardware=_END_SCHEMA)]}),
]
ExtendedSupport = Annotated[
    support_dates.ExtendedSupport,
    PlainValidator(support_dates.read_extended_support),
    WithJsonSchema(
        {
            "anyOf": [
                *_AMOUNT_SCHEMA["anyOf"],
                {**_with(cost=_AMOUNT_SCHEMA, until=_QUARTER_SCHEMA), "required": ["cost"]},
            ]
        }
    ),
]
Year = Annotated[int, PlainValidator(fields.read_year), WithJsonSchema(_YEAR_SCHEMA)]
Month = Annotated[int, PlainValidator(fields.read_month), WithJsonSchema(_QUARTER_SCHEMA)]
FreezeQuarters = Annotated[
    tuple[int | fields.Recurring, ...],
    PlainValidator(fields.read_freeze_quarters),
    WithJsonSchema(_list_schema({"type": "string", "pattern": f"^(Q[1-4]|{_QUARTER}|{_DATE})$"}, 1)),
]
Amounts = Annotated[
    inventory.Amounts,
    PlainValidator(fields.read_amounts),
    WithJsonSchema(
        {
            "anyOf": [
                *_AMOUNT_SCHEMA["anyOf"],
                _by(f"^(default|[0-9]{{4}}/[0-9]{{2}}|{_QUARTER}|{_DATE})$", _AMOUNT_SCHEMA),
            ]
        }
    ),
]
_RULE_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": list(apportion_rule.RULES)}, _by(_ID_KEYS, _PERCENT_SCHEMA)]}
Apportioning = Annotated[
    apportion_rule.Apportioning,
    PlainValidator(apportion_rule.read_apportion),
    WithJsonSchema({"anyOf": [*_RULE_SCHEMA["anyOf"], _by("^(default|[0-9]{4}/[0-9]{2})$", _RULE_SCHEMA)]}),
]
Capital = Annotated[
    float | dict[str, float],
    PlainValidator(fields.read_capital),
    WithJsonSchema({"anyOf": [*_AMOUNT_SCHEMA["anyOf"], _by(_ID_KEYS, _AMOUNT_SCHEMA)]}),
]
Effort = Annotated[
    dict[str, float | tuple[float, ...]],
    PlainValidator(fields.read_effort),
    WithJsonSchema(_by(_ID_KEYS, {"anyOf": [*_AMOUNT_SCHEMA["anyOf"], {"type": "array", "items": _AMOUNT_SCHEMA}]})),
]
ContractAfter = Annotated[
    str, PlainValidator(fields.choice("ends", "runs")), WithJsonSchema({"enum": ["ends", "runs"]})
]
MILESTONE_KINDS = ("governance", "engagement", "deliverable", "planning")
MilestoneKind = Annotated[
    str, PlainValidator(fields.choice(*MILESTONE_KINDS)), WithJsonSchema({"enum": list(MILESTONE_KINDS)})
]
Minimise = Annotated[str, PlainValidator(fields.choice("cost", "finish")), WithJsonSchema({"enum": ["cost", "finish"]})]
Stops = Annotated[str, PlainValidator(fields.choice("cutover", "work")), WithJsonSchema({"enum": ["cutover", "work"]})]
Level = Annotated[
    str, PlainValidator(fields.choice("high", "medium", "low")), WithJsonSchema({"enum": ["high", "medium", "low"]})
]
Rag = Annotated[
    str, PlainValidator(fields.choice("red", "amber", "green")), WithJsonSchema({"enum": ["red", "amber", "green"]})
]
_SYSTEM_STATUSES = ("started", "live", "off", "stopped", "cancelled")
SystemStatus = Annotated[
    str, PlainValidator(fields.choice(*_SYSTEM_STATUSES)), WithJsonSchema({"enum": list(_SYSTEM_STATUSES)})
]
ServiceStatus = Annotated[
    str, PlainValidator(fields.choice("started", "ready")), WithJsonSchema({"enum": ["started", "ready"]})
]
Ordinal = Annotated[
    int, PlainValidator(fields.whole(1, 1_000_000, "as a number", "1")), WithJsonSchema(_whole_schema(1, 10**6))
]
Spent = Annotated[
    float | dict[str, float],
    PlainValidator(fields.read_capital),
    WithJsonSchema({"anyOf": [*_AMOUNT_SCHEMA["anyOf"], _by(_ID_KEYS, _AMOUNT_SCHEMA)]}),
]
Worked = Annotated[
    dict[str, float],
    PlainValidator(fields.read_worked),
    WithJsonSchema(_by(_ID_KEYS, _AMOUNT_SCHEMA)),
]
WholeKey = Annotated[str, PlainValidator(fields.read_system), WithJsonSchema(_SYSTEM_SCHEMA)]


class OneOrMore:
    """Says in the JSON Schema that a list of one may be written as its entry. (The loader makes a list of it.)"""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = handler(core)
        return {"anyOf": [listed["items"], listed]}
