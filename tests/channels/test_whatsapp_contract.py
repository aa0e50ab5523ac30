"""Meta's own OpenAPI document of WhatsApp: every request of ours is legal; the fake's answers are lawful."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from channels.base import TemplateUse
from channels.whatsapp import WhatsAppConnector
from domain.clock import ManualClock
from tests.channels.fake_graph import BUSINESS, NUMBER, FakeGraph
from tests.channels.schema import CONTRACTS, Document
from tests.channels.test_meta import NOON, PERSON, TEMPLATE, private


@cache
def document() -> Document:
    """Meta's document; skips where it is not beside this checkout."""
    path = CONTRACTS / "openapi" / "whatsapp-v23.yaml"
    if not path.exists():
        pytest.skip("the folder with other projects' contracts is not here")
    return Document(yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def faults(body: dict[str, Any]) -> list[str]:
    """What is not legal about a message, by the schema of its type.

    The document says of each type that it is two parts at once, and of one part that it holds nothing else;
    both together allow nothing. So the parts are put together, and then nothing else is allowed, but for our
    key: Meta's pages and webhooks know it, this document only for calls.
    """
    body = {name: value for name, value in body.items() if name != "biz_opaque_callback_data"}
    judge = document()
    name = f"{str(body['type']).capitalize()}Message"
    parts = [judge.resolved(part) for part in judge.whole["components"]["schemas"][name]["allOf"]]
    whole = {
        "type": "object",
        "properties": {key: value for part in parts for key, value in part.get("properties", {}).items()},
        "required": [key for part in parts for key in part.get("required", ())],
        "additionalProperties": False,
    }
    return judge.faults(body, whole)


async def test_what_we_send_is_legal_and_the_fake_answers_lawfully() -> None:
    judge = document()
    graph = FakeGraph(ManualClock(NOON))
    graph.templates = [TEMPLATE]
    graph.wrote_at[PERSON] = NOON
    async with graph.server:
        url = graph.server.url
        connector = WhatsAppConnector(
            "wa", NUMBER, "token-0", clock=graph.clock, server=url, business=BUSINESS
        )
        await connector.send(await connector.prepare(private()))
        (template,) = await connector.templates()
        use = TemplateUse(template.name, template.language, {"1": "Jan", "2": "maandag"})
        filled = replace(private(), template=use)
        await connector.send(await connector.prepare(filled))
        await connector.close()
        posts = [call for call in graph.server.calls if call.method == "POST"]
        assert len(posts) == 2
        assert [fault for call in posts for fault in faults(call.json())] == []
        for call in posts:
            said = json.loads(graph._answer(call).body)
            assert judge.faults(said, judge.answer_schema("POST", call.path)) == []


async def test_the_document_would_say_no() -> None:
    document()
    graph = FakeGraph(ManualClock(NOON))
    graph.wrote_at[PERSON] = NOON
    async with graph.server:
        url = graph.server.url
        connector = WhatsAppConnector("wa", NUMBER, "token-0", clock=graph.clock, server=url)
        await connector.send(await connector.prepare(private()))
        await connector.close()
        (call,) = (call for call in graph.server.calls if call.method == "POST")
    body = call.json()
    assert faults(body) == []
    for spoilt in ({**body, "messaging_product": 3}, {**body, "text": "Dank"}, {**body, "poem": "x"}):
        assert faults(spoilt)
