"""What Meta's channels do in their own ways: windows, private answers, limits, templates, polling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels.base import (
    AuthFailed,
    Connector,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    RateLimited,
    Retryable,
    TemplateUse,
    Unknown,
    WindowClosed,
)
from channels.facebook import COMMENTS, FacebookConnector
from channels.graph import meaning, regained_in, usage_of
from channels.instagram import InstagramConnector
from channels.messenger import MessengerConnector
from channels.whatsapp import WhatsAppConnector
from channels.whatsapp import meaning as whatsapp_meaning
from domain.clock import DAY, HOUR, MINUTE, SECOND, ManualClock
from domain.inbound import ContactRef
from tests.channels.fake_graph import ACCOUNT, BUSINESS, MEDIA, NUMBER, PAGE, POST, FakeGraph, Line
from tests.channels.fault_server import Fault
from tests.channels.world import drain

NOON = 1_763_031_600_000
PERSON = "3003"
TEMPLATE = {
    "name": "afspraak", "language": "nl", "status": "APPROVED", "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Afspraak"},
        {"type": "BODY", "text": "Beste {{1}}, uw afspraak is op {{2}}."},
        {"type": "FOOTER", "text": "Gemeente"},
    ],
}  # fmt: skip


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    fake = FakeGraph(ManualClock(NOON))
    async with fake.server:
        yield fake


def clock_of(graph: FakeGraph) -> ManualClock:
    assert isinstance(graph.clock, ManualClock)
    return graph.clock


def facebook(graph: FakeGraph, *, human_agent: bool = False) -> FacebookConnector:
    return FacebookConnector(
        "fb", PAGE, graph.token, clock=graph.clock, server=graph.server.url, human_agent=human_agent
    )


def messenger(graph: FakeGraph, *, human_agent: bool = False) -> MessengerConnector:
    return MessengerConnector(
        "ms", PAGE, graph.token, clock=graph.clock, server=graph.server.url, human_agent=human_agent
    )


def instagram(graph: FakeGraph) -> InstagramConnector:
    return InstagramConnector("ig", ACCOUNT, graph.token, clock=graph.clock, server=graph.server.url)


def whatsapp(graph: FakeGraph, business: str = BUSINESS) -> WhatsAppConnector:
    connector = WhatsAppConnector("wa", NUMBER, graph.token, clock=graph.clock, server=graph.server.url)
    connector.business = business
    return connector


def private(text: str = "Dank!", **ref: object) -> Draft:
    """To the person, from now."""
    whole = {"to": PERSON, "at": NOON, **ref}
    return Draft(text, "private", f"dm:{PERSON}", "m_in", whole, ContactRef(PERSON, "jan"))


def under(comment: str, text: str = "Dank!", *, visibility: str = "public", at: int = NOON) -> Draft:
    """Under a comment."""
    return Draft(text, visibility, POST, comment, {"comment": comment, "at": at}, ContactRef("2", "jan"))  # type: ignore[arg-type]


def commented(graph: FakeGraph, text: str = "Waar blijft het?") -> str:
    line = Line(graph.new_id("77_"), "2002", text, graph.clock.now(), POST)
    graph.comments.append(line)
    return line.id


async def sent(connector: Connector, draft: Draft) -> Prepared:
    try:
        prepared = await connector.prepare(draft)
        await connector.send(prepared)
    finally:
        await connector.close()
    return prepared


# -- windows ---------------------------------------------------------------------------------------------


async def test_within_a_day_an_answer_goes_out_as_one(graph: FakeGraph) -> None:
    graph.wrote_at[PERSON] = NOON
    clock_of(graph).advance(DAY - SECOND)
    prepared = await sent(messenger(graph, human_agent=True), private())
    assert prepared.payload["body"]["messaging_type"] == "RESPONSE"  # type: ignore[index]


async def test_from_then_until_the_seventh_day_only_as_typed_by_a_person(graph: FakeGraph) -> None:
    graph.wrote_at[PERSON] = NOON
    clock_of(graph).advance(DAY)
    with pytest.raises(WindowClosed):
        await sent(messenger(graph), private())
    prepared = await sent(messenger(graph, human_agent=True), private())
    assert prepared.payload["body"]["tag"] == "HUMAN_AGENT"  # type: ignore[index]
    clock_of(graph).advance(6 * DAY)
    with pytest.raises(WindowClosed):
        await sent(messenger(graph, human_agent=True), private())


async def test_a_window_that_only_meta_knows_to_be_closed_is_said(graph: FakeGraph) -> None:
    """Prepared in time, sent too late."""
    connector = messenger(graph)
    graph.wrote_at[PERSON] = NOON
    prepared = await connector.prepare(private())
    clock_of(graph).advance(2 * DAY)
    with pytest.raises(WindowClosed) as caught:
        await connector.send(prepared)
    assert str(caught.value)
    await connector.close()


async def test_a_comment_is_answered_in_private_once_and_within_seven_days(graph: FakeGraph) -> None:
    comment = commented(graph)
    prepared = await sent(facebook(graph), under(comment, visibility="private"))
    assert prepared.payload["body"]["recipient"] == {"comment_id": comment}  # type: ignore[index]
    with pytest.raises(Permanent, match="once"):
        await sent(facebook(graph), under(comment, visibility="private"))
    late = commented(graph)
    clock_of(graph).advance(7 * DAY)
    with pytest.raises(WindowClosed):
        await sent(facebook(graph), under(late, visibility="private"))


async def test_a_private_answer_to_a_comment_is_found_again(graph: FakeGraph) -> None:
    comment = commented(graph)
    connector = facebook(graph)
    prepared = await connector.prepare(under(comment, visibility="private"))
    assert await connector.find_sent(prepared) is None
    graph.server.fail(Fault("no_answer", accepted=True, method="POST"))
    with pytest.raises(Unknown):
        await connector.send(prepared)
    assert await connector.find_sent(prepared) is not None
    await connector.close()


async def test_what_was_written_in_private_is_never_answered_in_public(graph: FakeGraph) -> None:
    for connector in (facebook(graph), messenger(graph), instagram(graph), whatsapp(graph)):
        with pytest.raises(Permanent):
            await sent(connector, replace(private(), visibility="public"))
    assert graph.sent(PAGE, ACCOUNT, NUMBER) == []


async def test_instagram_counts_bytes(graph: FakeGraph) -> None:
    graph.wrote_at[PERSON] = NOON
    await sent(instagram(graph), private("é" * 500))
    with pytest.raises(Permanent, match="1000"):
        await sent(instagram(graph), private("é" * 501))


async def test_a_mention_on_instagram_is_answered_where_it_stands(graph: FakeGraph) -> None:
    graph.comments.append(Line("19", "9", "@gemeente kijk", NOON, MEDIA))
    ref = {"mention": "19", "media": MEDIA, "at": NOON}
    draft = Draft("Dank!", "public", MEDIA, "19", ref, ContactRef("9", "piet"))
    await sent(instagram(graph), draft)
    assert [line.parent for line, _private in graph.sent(ACCOUNT)] == ["19"]


async def test_a_comment_is_hidden_and_shown_again(graph: FakeGraph) -> None:
    comment = commented(graph)
    connector = facebook(graph)
    await connector.hide(comment)
    assert [line.hidden for line in graph.comments] == [True]
    await connector.hide(comment, hidden=False)
    assert [line.hidden for line in graph.comments] == [False]
    await connector.close()


# -- WhatsApp --------------------------------------------------------------------------------------------


async def test_our_key_goes_along_with_each_message(graph: FakeGraph) -> None:
    graph.wrote_at[PERSON] = NOON
    prepared = await sent(whatsapp(graph), private())
    assert list(graph.keys.values()) == [prepared.key]


async def test_whom_we_know_only_by_meta_s_id_is_written_to_under_it(graph: FakeGraph) -> None:
    graph.wrote_at["NL.1"] = NOON
    await sent(whatsapp(graph), private(to=None, user_id="NL.1"))
    assert [line.text for line in graph.talks["NL.1"]] == ["Dank!"]


async def test_after_a_day_only_templates_go_out(graph: FakeGraph) -> None:
    graph.templates = [TEMPLATE, {**TEMPLATE, "name": "oud", "status": "REJECTED"}]
    clock_of(graph).advance(DAY)
    connector = whatsapp(graph)
    with pytest.raises(WindowClosed) as caught:
        await connector.prepare(private())
    assert caught.value.code == "131047"
    (template,) = await connector.templates()
    assert (template.name, template.places) == ("afspraak", ("1", "2"))
    assert template.text == "Afspraak\n\nBeste {{1}}, uw afspraak is op {{2}}.\n\nGemeente"
    use = TemplateUse("afspraak", "nl", {"1": "Jan", "2": "maandag"})
    await connector.send(await connector.prepare(replace(private(), template=use)))
    assert [line.text for line, _private in graph.sent(NUMBER)] == ["Beste Jan, uw afspraak is op maandag."]
    await connector.close()


async def test_a_template_that_we_cannot_fill_in_says_so(graph: FakeGraph) -> None:
    head = {"type": "HEADER", "format": "IMAGE"}
    graph.templates = [{**TEMPLATE, "components": [head, {"type": "BODY", "text": "Hallo"}]}]
    connector = whatsapp(graph)
    (template,) = await connector.templates()
    assert "picture" in template.refusal
    await connector.close()
    bare = whatsapp(graph, business="")
    with pytest.raises(Permanent, match="business"):
        await bare.templates()
    await bare.close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (131_047, WindowClosed), (130_429, RateLimited), (131_056, RateLimited), (80_007, RateLimited),
        (131_048, RateLimited), (131_016, Retryable), (131_000, Retryable), (131_026, Permanent),
        (131_051, Permanent), (132_001, Permanent), (0, AuthFailed), (10, AuthFailed), (131_031, AuthFailed),
    ],
)  # fmt: skip
def test_whatsapp_s_errors_mean_what_they_say(code: int, kind: type[Exception]) -> None:
    found = whatsapp_meaning({"code": code, "message": "x"}, True)
    assert type(found) is kind
    assert len(str(found)) > 5 if code else str(found)


def test_one_message_in_six_seconds_to_a_person() -> None:
    found = whatsapp_meaning({"code": 131_056}, True)
    assert isinstance(found, RateLimited)
    assert found.after == 6 * SECOND


# -- the Graph API ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "reads", "acts"),
    [
        ({"code": 4}, RateLimited, RateLimited),
        ({"code": 613}, RateLimited, RateLimited),
        ({"code": 80_006}, RateLimited, RateLimited),
        ({"code": 190}, AuthFailed, AuthFailed),
        ({"code": 230}, AuthFailed, AuthFailed),
        ({"code": 10, "error_subcode": 2_018_278}, WindowClosed, WindowClosed),
        (
            {"code": 10, "message": "(#10) This message is sent outside of allowed window."},
            WindowClosed,
            WindowClosed,
        ),
        ({"code": 10, "error_subcode": 1_893_063}, Permanent, Permanent),
        ({"code": 2}, Retryable, Unknown),
        ({"code": 9, "is_transient": True}, Retryable, Unknown),
        ({"code": 10_900}, Permanent, Permanent),
        ({"code": 100, "error_subcode": 33}, Permanent, Permanent),
        ({"code": 100}, Permanent, Permanent),
    ],
)
def test_errors_mean_what_they_say(
    error: dict[str, object], reads: type[Exception], acts: type[Exception]
) -> None:
    for does, kind in ((False, reads), (True, acts)):
        found = meaning(error, "graph", None, acts=does)
        assert type(found) is kind
        assert str(found)


def test_limits_are_read_from_the_headers() -> None:
    usage = (
        '{"1": [{"type": "pages", "call_count": 97, "total_time": 12, "estimated_time_to_regain_access": 7}]}'
    )
    headers = {"x-business-use-case-usage": usage, "x-app-usage": '{"call_count": 5}'}
    rate = usage_of(headers, NOON)
    assert rate is not None
    assert (rate.limit, rate.remaining, rate.resets_at) == (100, 3, NOON + 7 * MINUTE)
    assert regained_in(headers) == 7 * MINUTE
    for broken in ("", "[]", "{", '{"1": 3}', '{"1": [{"call_count": "x"}]}', '{"1": [3]}'):
        assert usage_of({"x-business-use-case-usage": broken}, NOON) is None


async def test_a_page_that_used_up_its_calls_waits_as_long_as_it_is_told(graph: FakeGraph) -> None:
    graph.usage = 100
    connector = facebook(graph)
    with pytest.raises(RateLimited) as caught:
        await connector.pull(COMMENTS, None)
    assert caught.value.after == 5 * MINUTE
    assert connector.rate is not None
    assert connector.rate.remaining == 0
    await connector.close()


# -- polling beside the webhook --------------------------------------------------------------------------


@pytest.mark.parametrize("make", [facebook, instagram])
async def test_comments_are_polled_without_gap_or_double(graph: FakeGraph, make: object) -> None:
    connector = make(graph)  # type: ignore[operator]
    posted = []
    for _n in range(12):
        clock_of(graph).advance(SECOND)
        posted.append(commented(graph))
    first = await drain(connector, COMMENTS)
    assert first.ids == posted
    clock_of(graph).advance(HOUR)
    later = commented(graph)
    again = await drain(connector, COMMENTS, first.cursor)
    assert again.ids == [later]
    assert (await drain(connector, COMMENTS, again.cursor)).ids == []
    await connector.close()


@pytest.mark.parametrize("make", [facebook, instagram])
async def test_our_own_polled_comment_is_an_echo(graph: FakeGraph, make: object) -> None:
    connector = make(graph)  # type: ignore[operator]
    graph.comments.append(Line("77_9", connector.account, "Dank!", graph.clock.now(), commented(graph)))
    drained = await drain(connector, COMMENTS)
    assert [echo.remote_id for echo in drained.echoes] == ["77_9"]
    assert len(drained.items) == 1
    await connector.close()


async def test_an_answer_that_is_no_object_is_malformed(graph: FakeGraph) -> None:
    connector = facebook(graph)
    graph.server.fail(Fault(status=200, body=b"[]"))
    with pytest.raises(Malformed):
        await connector.pull(COMMENTS, None)
    await connector.close()
