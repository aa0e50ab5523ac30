"""What the practice platform posts, keeps and reads back, and how it fails on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Permanent, Retryable, TemplateUse, Unknown, WindowClosed
from channels.practice.connector import STREAM
from channels.practice.faults import Faults
from channels.practice.ledger import Ledger, Posted
from domain.clock import ManualClock
from tests.channels.practice_desk import START, everything, practice, reply
from tests.pictures import outbound, png


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "practice.jsonl"


async def test_a_reply_is_on_disk_once_and_can_be_read_back(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, _cursor = await everything(connector, None)
    prepared = await connector.prepare(reply(items[0], "Goedemorgen"))
    assert await connector.find_sent(prepared) is None
    sent = await connector.send(prepared)
    assert len(Ledger(ledger).posts()) == 1
    found = await practice(clock, ledger).find_sent(prepared)
    assert found == sent
    assert sent.sent_at == START


async def test_a_second_send_is_a_second_post(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, _cursor = await everything(connector, None)
    prepared = await connector.prepare(reply(items[0], "Goedemorgen"))
    ids = {(await connector.send(prepared)).remote_id for _ in range(2)}
    assert len(ids) == 2
    assert [post.key for post in Ledger(ledger).posts()] == [prepared.key] * 2


def rewrite(ledger: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the file behind the platform's back."""
    ledger.write_bytes(change(ledger.read_bytes()))


async def test_a_ledger_of_before_pictures_is_still_read(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, _cursor = await everything(connector, None)
    await connector.send(await connector.prepare(reply(items[0], "Goedemorgen")))
    rewrite(ledger, lambda lines: lines.replace(b',"media":""', b""))
    assert [post.media for post in Ledger(ledger).posts()] == [""]


async def test_every_upload_is_one_more_and_a_torn_one_is_none(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    ids = {(await connector.upload(outbound(png(), "a")))["id"] for _again in range(2)}
    assert {one.media_id for one in Ledger(ledger).held()} == ids
    rewrite(ledger, lambda lines: lines[:-5])
    assert len(Ledger(ledger).held()) == 1
    with pytest.raises(Permanent, match="too long"):
        await connector.upload(outbound(png(), "a" * 1_001))


async def test_too_long_is_refused_and_not_posted(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, _cursor = await everything(connector, None)
    assert not connector.measure("👨‍👩‍👧‍👦" * 501).ok
    assert connector.measure("👨‍👩‍👧‍👦" * 500).ok
    with pytest.raises(Permanent):
        await connector.send(await connector.prepare(reply(items[0], "a" * 501)))
    assert not Ledger(ledger).posts()


@pytest.mark.parametrize(
    ("faults", "error", "posts"),
    [
        (Faults(refuse=1.0), Permanent, 0),
        (Faults(busy=1.0), Retryable, 0),
        (Faults(drop=1.0), Unknown, 0),
        (Faults(mute=1.0), Unknown, 1),
    ],
)
async def test_faults_leave_what_they_promise(
    clock: ManualClock, ledger: Path, faults: Faults, error: type[Exception], posts: int
) -> None:
    connector = practice(clock, ledger, faults=faults)
    items, _cursor = await everything(connector, None)
    prepared = await connector.prepare(reply(items[0], "Goedemorgen"))
    with pytest.raises(error):
        await connector.send(prepared)
    assert len(Ledger(ledger).posts()) == posts
    assert (await connector.find_sent(prepared) is not None) == bool(posts)


async def test_a_lagging_platform_shows_a_post_later(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger, faults=Faults(lag=5_000))
    items, _cursor = await everything(connector, None)
    prepared = await connector.prepare(reply(items[0], "Goedemorgen"))
    await connector.send(prepared)
    assert await connector.find_sent(prepared) is None
    clock.advance(5_000)
    assert await connector.find_sent(prepared) is not None


async def test_faults_are_shares(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger, faults=Faults(refuse=0.1, busy=0.2, drop=0.1, mute=0.1))
    items, _cursor = await everything(connector, None)
    outcomes: Counter[str] = Counter()
    for number in range(300):
        try:
            await connector.send(await connector.prepare(reply(items[0], f"Antwoord {number}")))
            outcomes["sent"] += 1
        except (Permanent, Retryable, Unknown) as error:
            outcomes[type(error).__name__] += 1
    assert outcomes["sent"] > outcomes["Unknown"] > outcomes["Permanent"] > 0
    assert len(Ledger(ledger).posts()) > outcomes["sent"]


def test_a_torn_line_is_no_post_and_spoils_no_other(ledger: Path) -> None:
    post = Posted("k", "us-1", 1, 1, "hoi", "public", "t", "", "x:janna", "janna", "Janna", "nl")
    Ledger(ledger).append(post)
    with ledger.open("ab") as file:
        file.write(b'{"key":"half')
    reader = Ledger(ledger)
    assert reader.posts() == (post,)
    other = replace(post, key="k2", remote_id="us-2")
    Ledger(ledger).append(other)
    assert reader.posts() == (post, other)
    assert Ledger(ledger).posts() == (post, other)


async def test_an_unreadable_file_is_said_in_words(clock: ManualClock, tmp_path: Path) -> None:
    connector = practice(clock, tmp_path)
    with pytest.raises(Retryable, match="cannot be read"):
        await connector.pull(STREAM, None)


async def test_after_the_window_only_a_template_goes_out(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, _cursor = await everything(connector, None)
    late = next(item for item in items if (item.can_reply_private.until or START) < START)
    answer = replace(reply(late, "Dag Jan", "private"), parent_ref=late.parent_ref)
    with pytest.raises(WindowClosed):
        await connector.prepare(answer)
    names = [(one.name, one.language) for one in await connector.templates()]
    assert len(names) == 2
    use = TemplateUse(*names[0], {"voornaam": "Jan"})
    await connector.send(await connector.prepare(replace(answer, template=use)))
    assert [post.template for post in Ledger(ledger).posts()] == ["/".join(names[0])]
