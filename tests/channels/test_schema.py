"""The judge of contracts can say no."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.fault_server import Call
from tests.channels.schema import Document

DOCUMENT = Document(
    {
        "components": {"schemas": {"Id": {"type": "string", "pattern": "^[0-9]+$"}}},
        "paths": {
            "/things/{id}": {
                "post": {
                    "parameters": [
                        {"name": "n", "in": "query", "schema": {"type": "integer", "maximum": 5}},
                        {
                            "name": "f",
                            "in": "query",
                            "schema": {"type": "array", "items": {"enum": ["a", "b"]}},
                        },
                    ],
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["id"],
                                    "properties": {"id": {"$ref": "#/components/schemas/Id"}},
                                    "additionalProperties": False,
                                }
                            }
                        }
                    },
                }
            }
        },
    }
)


def call(query: dict[str, list[str]], body: bytes = b'{"id": "1"}', path: str = "/things/7") -> Call:
    return Call("POST", path, query, {}, body)


def test_a_legal_request_has_no_faults() -> None:
    assert DOCUMENT.faults_of_call(call({"n": ["5"], "f": ["a,b"]})) == []


@pytest.mark.parametrize(
    "bad",
    [
        call({"n": ["6"]}),
        call({"n": ["many"]}),
        call({"f": ["a,c"]}),
        call({"x": ["1"]}),
        call({}, b'{"id": "x"}'),
        call({}, b"{}"),
        call({}, b'{"id": "1", "more": 1}'),
        call({}, b'{"id": 1}'),
    ],
)
def test_each_illegal_request_has_one(bad: Call) -> None:
    assert len(DOCUMENT.faults_of_call(bad)) == 1


def test_an_unknown_path_fails() -> None:
    with pytest.raises(pytest.fail.Exception):
        DOCUMENT.faults_of_call(call({}, path="/other"))


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ([1, 1], {"type": "array", "uniqueItems": True}),
        ([], {"type": "array", "minItems": 1}),
        (True, {"type": "integer"}),
        (None, {"type": "string"}),
        ("x", {"oneOf": [{"type": "integer"}, {"enum": ["y"]}]}),
        ("", {"type": "string", "minLength": 1}),
    ],
)
def test_what_a_schema_refuses(value: Any, schema: Any) -> None:
    assert DOCUMENT.faults(value, schema)
