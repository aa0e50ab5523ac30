"""OpenAPI documents as judges: whether a request or answer is legal, and what a legal answer looks like.

Knows the part of JSON Schema that the documents of X and Discourse use. Its own tests make sure that it can
say no.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import strategies as st

from tests.channels.fault_server import Call
from tests.channels.multipart import form_of

CONTRACTS = Path(__file__).parents[2] / ".." / "shared" / "contracts"
_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


@dataclass(frozen=True)
class Document:
    """One OpenAPI document."""

    whole: Any

    @staticmethod
    def named(name: str) -> Document:
        """From the folder of contracts; skips the test where that is absent."""
        path = CONTRACTS / "openapi" / name
        if not path.exists():
            pytest.skip("the folder with other projects' contracts is not here")
        return Document(json.loads(path.read_text(encoding="utf-8")))

    @cached_property
    def paths(self) -> list[tuple[re.Pattern[str], str]]:
        """Each path as a pattern; those without parameters first."""
        names = sorted(self.whole["paths"], key=lambda name: name.count("{"))
        return [(re.compile(re.sub(r"\\{[^}]*\\}", "([^/]+)", re.escape(name))), name) for name in names]

    def operation(self, method: str, path: str) -> tuple[str, Any]:
        """The operation that a call means; fails the test where there is none."""
        for pattern, name in self.paths:
            if pattern.fullmatch(path) and method.lower() in self.whole["paths"][name]:
                return name, self.whole["paths"][name][method.lower()]
        pytest.fail(f"the document has no {method} {path}")

    def resolved(self, schema: Any) -> Any:
        """Behind its `$ref`."""
        while isinstance(schema, dict) and "$ref" in schema:
            found = self.whole
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[unquote(part).replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def faults_of_call(self, call: Call) -> list[str]:
        """What is not legal about a request."""
        name, operation = self.operation(call.method, call.path)
        shared = self.whole["paths"][name].get("parameters", [])
        parameters = [self.resolved(each) for each in (*shared, *operation.get("parameters", []))]
        known = {each["name"]: each for each in parameters if each["in"] == "query"}
        faults = [f"{name}: no parameter {each}" for each in call.query if each not in known]
        for each, said in known.items():
            if each in call.query:
                value = _typed(call.query[each], self.resolved(said["schema"]))
                faults += [f"{name}?{each}{fault}" for fault in self.faults(value, said["schema"])]
            elif said.get("required"):
                faults.append(f"{name}: {each} is missing")
        body = self.resolved(operation.get("requestBody"))
        if body and call.headers.get("content-type", "").startswith("multipart/form-data"):
            schema = self.resolved(body["content"]["multipart/form-data"]["schema"])
            kinds = schema.get("properties", {})
            form = {
                each: "" if one.filename else _typed([one.text], kinds.get(each, {}))
                for each, one in form_of(call).items()
            }
            faults += [f"{name} form{fault}" for fault in self.faults(form, schema)]
        elif body and "application/json" in body["content"] and call.body:
            value = json.loads(call.body)
            faults += [
                f"{name} body{fault}"
                for fault in self.faults(value, body["content"]["application/json"]["schema"])
            ]
        elif call.body and not body:
            faults.append(f"{name}: takes no body")
        return faults

    def answer_schema(self, method: str, path: str) -> Any:
        """The schema of the good answer."""
        responses = self.operation(method, path)[1]["responses"]
        good = next(responses[name] for name in ("200", "201") if name in responses)
        return self.resolved(good)["content"]["application/json"]["schema"]

    def faults(self, value: Any, schema: Any, at: str = "") -> list[str]:
        """What in a value is against a schema."""
        return list(self._faults(value, self.resolved(schema), at))

    def _faults(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        if value is None and schema.get("nullable"):
            return
        yield from self._kind_faults(value, schema, at)
        kinds = schema.get("type")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(_is(value, kind) for kind in kinds):
            yield f"{at}: {value!r:.60} is no {'/'.join(kinds)}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value!r} is not one of {schema['enum']}"
        yield from _bounds(value, schema, at)
        if isinstance(value, dict):
            yield from self._faults_inside(value, schema, at)
        if isinstance(value, list) and "items" in schema:
            for number, inner in enumerate(value):
                yield from self.faults(inner, schema["items"], f"{at}[{number}]")

    def _faults_inside(self, value: dict[str, Any], schema: Any, at: str) -> Iterator[str]:
        properties = schema.get("properties", {})
        yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, inner in value.items():
            if name in properties:
                yield from self.faults(inner, properties[name], f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{at}: {name} is unknown"

    def _kind_faults(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        for part in schema.get("allOf", ()):
            yield from self.faults(value, part, at)
        for several in ("oneOf", "anyOf"):
            if several in schema and all(self.faults(value, one, at) for one in schema[several]):
                yield f"{at}: fits none of {several}"

    def legal(self, schema: Any, depth: int = 0) -> st.SearchStrategy[Any]:
        """Values that the schema allows."""
        schema = self.resolved(schema)
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return st.one_of([self.legal(one, depth) for one in schema[several]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            return st.one_of([self.legal({**schema, "type": one}, depth) for one in kind])
        if kind == "object":
            return self._legal_object(schema, depth)
        if kind == "array":
            least, deep = schema.get("minItems", 0), depth > 4
            return st.lists(
                self.legal(schema.get("items", {}), depth + 1),
                min_size=least,
                max_size=least if deep else max(2, least),
            )
        return _legal_scalar(kind, schema)

    def _legal_object(self, schema: Any, depth: int) -> st.SearchStrategy[Any]:
        needed = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        deep = depth > 4
        fixed = {
            name: st.deferred(_later(self, properties, name, depth)) for name in properties if name in needed
        }
        free = {
            name: st.deferred(_later(self, properties, name, depth))
            for name in properties
            if name not in needed and not deep
        }
        return st.fixed_dictionaries(fixed, optional=free)


def _later(document: Document, properties: Any, name: str, depth: int) -> Any:
    return lambda: document.legal(properties[name], depth + 1)


def _legal_scalar(kind: str, schema: Any) -> st.SearchStrategy[Any]:
    if kind in {"integer", "number"}:
        return st.integers(schema.get("minimum", 0), min(schema.get("maximum", 2**31), 2**53))
    if kind == "boolean":
        return st.booleans()
    if kind == "null":
        return st.none()
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return st.text(min_size=schema.get("minLength", 0), max_size=max(20, schema.get("minLength", 0)))


def _bounds(value: Any, schema: Any, at: str) -> Iterator[str]:
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value!r:.60} is not like {schema['pattern']}"
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{at}: {len(value)} letters"
    if _is(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is out of bounds"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at}: {len(value)} entries"
        if schema.get("uniqueItems") and len({json.dumps(each) for each in value}) < len(value):
            yield f"{at}: twice the same"


def _is(value: Any, kind: str) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, _TYPES[kind])


def _typed(values: list[str], schema: Any) -> Any:
    """A parameter's text as the value that it means; a list is parted by commas."""
    if schema.get("type") == "array":
        return [part for each in values for part in each.split(",")]
    kind, value = schema.get("type"), values[0]
    if kind in {"integer", "number"} and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value
