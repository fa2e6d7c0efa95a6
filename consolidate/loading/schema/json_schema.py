"""The published JSON Schema of each kind of file."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from consolidate.errors import InvalidArgument
from consolidate.loading.schema.models import Partner, Programme, Progress, Scenario, Services

_KINDS: dict[str, type[BaseModel]] = {
    "programme": Programme,
    "services": Services,
    "partner": Partner,
    "scenario": Scenario,
    "progress": Progress,
}


SCHEMAS = tuple(_KINDS)


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file: one of ``SCHEMAS``.

    It describes the file as an editor's YAML server reads it, where `yes` is a text and
    `4100` a number. It lets pass whatever the loader lets pass; the loader is stricter.
    """
    made = _KINDS[kind].model_json_schema(by_alias=True)
    for part in (made, *made.get("$defs", {}).values()):
        part["properties"] = {name: _tidy(value) for name, value in part["properties"].items()}
    if kind == "scenario":
        _loosen(made)
    made["title"] = f"consolidate: {kind}"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _tidy(value: dict[str, Any]) -> dict[str, Any]:
    """A key's schema without the null that means leaving it out, and closed to unknown keys."""
    if value.get("default", ...) is None:
        del value["default"]
    branches = [branch for branch in value.pop("anyOf", []) if branch != {"type": "null"}]
    value = {**branches[0], **value} if len(branches) == 1 else {**value, **({"anyOf": branches} if branches else {})}
    inner: Any = value
    while isinstance(inner, dict) and inner.get("type") == "object":
        if "patternProperties" in inner:
            inner["additionalProperties"] = False
        inner = inner.get("additionalProperties", {})
    return value


def _loosen(part: Any) -> None:
    """Let every key of a scenario be left out, or be null, which removes."""
    if isinstance(part, list):
        for entry in part:
            _loosen(entry)
    if not isinstance(part, dict):
        return
    part.pop("required", None)
    for entry in part.values():
        _loosen(entry)
    for word in ("properties", "patternProperties"):
        if isinstance(part.get(word), dict):
            part[word] = {name: _or_null(value) for name, value in part[word].items()}
    if isinstance(part.get("additionalProperties"), dict):
        part["additionalProperties"] = _or_null(part["additionalProperties"])


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    """The same, or null; what describes it stays outside."""
    about: dict[str, Any] = {key: value.pop(key) for key in _ABOUT if key in value}
    return {**about, "anyOf": [value, {"type": "null"}]}


_ABOUT = ("description", "examples", "default", "title")


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file, as text: what stands in ``schemas/KIND.schema.json``.

    Parameters
    ----------
    kind
        One of ``consolidate.SCHEMAS``.

    Returns
    -------
    str
        JSON; it ends in a newline.

    Raises
    ------
    InvalidArgument
        There is no such kind.
    """
    if kind not in SCHEMAS:
        raise InvalidArgument("kind", repr(kind), f"there are {', '.join(SCHEMAS)}")
    return json.dumps(schema(kind), indent=2, ensure_ascii=False, default=str) + "\n"
