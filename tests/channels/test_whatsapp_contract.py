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
from tests.channels.fault_server import Call
from tests.channels.multipart import form_of
from tests.channels.schema import CONTRACTS, Document
from tests.channels.test_meta import NOON, PERSON, TEMPLATE, private
from tests.pictures import mp4, outbound, png, uploaded


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
        connector = WhatsAppConnector("wa", NUMBER, "token-0", clock=graph.clock, server=url)
        connector.business = BUSINESS
        await connector.send(await connector.prepare(private()))
        (template,) = await connector.templates()
        use = TemplateUse(template.name, template.language, {"1": "Jan", "2": "maandag"})
        filled = replace(private(), template=use)
        await connector.send(await connector.prepare(filled))
        for content in (png(), mp4()):
            sent = outbound(content, private=True)
            along = (uploaded(sent, dict(await connector.upload(sent))),)
            await connector.send(await connector.prepare(replace(private(), attachments=along)))
        await connector.close()
        posts = [call for call in graph.server.calls if call.path.endswith("/messages")]
        assert len(posts) == 4
        handed = [call for call in graph.server.calls if call.path.endswith("/media")]
        assert [_form_faults(call) for call in handed] == [[], []]
        assert [fault for call in posts for fault in faults(call.json())] == []
        for call in posts:
            said = json.loads(graph._answer(call).body)
            assert judge.faults(said, judge.answer_schema("POST", call.path)) == []


def _form_faults(call: Call) -> list[str]:
    """What is not legal about an upload; the document's schema of the form says nothing of `type`."""
    judge, form = document(), form_of(call)
    values = {name: one.text for name, one in form.items() if not one.filename}
    assert form["file"].filename
    _name, operation = judge.operation("POST", call.path)
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    return judge.faults({**values, "file": "…"}, schema)


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
