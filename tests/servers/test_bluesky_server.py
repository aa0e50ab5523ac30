"""The Bluesky connector against the real thing: PDS, AppView and directory on this machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest

from channels import bluesky_richtext as richtext
from channels.base import (
    AuthFailed,
    Draft,
    Permanent,
    Prepared,
    RateLimited,
    Unknown,
)
from channels.bluesky import NOTIFICATIONS
from domain.clock import MINUTE, to_datetime
from tests.pictures import outbound, uploaded
from tests.servers.bluesky_network.bluesky_network import INSTALLED, Network
from tests.servers.bluesky_town import (
    FAMILY,
    POST,
    Town,
    draft,
    heard,
    new_town,
    png,
    question,
    stored,
    until,
)

pytestmark = pytest.mark.servers


@pytest.fixture
async def town(network: Network) -> AsyncIterator[Town]:
    async with new_town(network) as made:
        yield made


def test_every_listener_is_on_loopback(network: Network) -> None:
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
    addresses = [line.split()[3].rsplit(":", 1) for line in listening.splitlines()]
    ours = {host for host, port in addresses if int(port) in network.ports}
    assert ours == {"127.0.0.1"}


async def test_a_mention_a_reply_a_quote_and_a_search_hit_reach_the_desk(town: Town) -> None:
    ours = await town.us.post("Woensdag komt het oud papier")
    ref = {"uri": ours["uri"], "cid": ours["cid"]}
    await town.klant.see(ours["uri"])
    word = f"kliko{town.us.did[-6:]}"
    mention = await town.klant.post(f"Hoi @{town.us.handle}, mijn {word} is niet geleegd 💚")
    reply = await town.klant.post("Bij ons niet", reply={"root": ref, "parent": ref})
    quote = await town.klant.post("Kijk nou", embed={"$type": "app.bsky.embed.record", "record": ref})
    other = await town.klant.post(f"De {word} staat er nog")
    connector = town.connector(word)
    batch = await heard(connector, NOTIFICATIONS, 3)
    assert [(item.kind, item.remote_id, item.revision) for item in batch.items] == [
        ("mention", mention["uri"], mention["cid"]),
        ("reply", reply["uri"], reply["cid"]),
        ("quote", quote["uri"], quote["cid"]),
    ]
    first, second, _third = batch.items
    assert first.text == f"Hoi @{town.us.handle}, mijn {word} is niet geleegd 💚"
    assert (first.author.remote_id, first.author.handle) == (town.klant.did, town.klant.handle)
    assert (first.lang, first.visibility, second.thread_key) == ("nl", "public", ours["uri"])
    assert (batch.bad, batch.gap) == ((), "")
    assert (await connector.pull(NOTIFICATIONS, batch.cursor)).items == ()
    found = await heard(connector, f"search:{word}", 2)
    assert [(item.kind, item.remote_id) for item in found.items] == [
        ("mention", mention["uri"]),
        ("post", other["uri"]),
    ]
    assert {item.source for item in found.items} == {f"search:{word}"}
    same = {item.remote_id: item for item in batch.items}[mention["uri"]]
    assert (found.items[0].created_at, found.items[0].revision) == (same.created_at, same.revision)
    await connector.close()


async def test_a_backlog_of_pages_comes_without_a_gap(town: Town) -> None:
    connector = town.connector()
    first = await question(town, connector, "nul")
    batch = await connector.pull(NOTIFICATIONS, None)
    writes = [
        {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": POST,
            "value": {
                "$type": POST,
                "text": f"@{town.us.handle} {number}",
                "createdAt": to_datetime(first.created_at + 1 + number).isoformat(),
                "facets": richtext.facets(
                    richtext.spans(f"@{town.us.handle}"), {town.us.handle: town.us.did}
                ),
            },
        }
        for number in range(210)
    ]
    for start in range(0, len(writes), 70):
        body = {"repo": town.klant.did, "writes": writes[start : start + 70]}
        await town.klant.call("POST", "com.atproto.repo.applyWrites", json=body)
    whole = await until(lambda: connector.pull(NOTIFICATIONS, batch.cursor), lambda b: len(b.items) >= 210)
    assert [item.text.split()[1] for item in whole.items] == [str(number) for number in range(210)]
    assert (await connector.pull(NOTIFICATIONS, whole.cursor)).items == ()
    await connector.close()


async def test_our_reply_stands_once_in_the_thread_with_its_facets(town: Town) -> None:
    connector = town.connector()
    asked = await question(town, connector)
    text = f"Dag @{town.klant.handle} 👋🏽, zie gemeente.nl/afval of https://a.nl/é #oudpapier ^MV"
    prepared = stored(await connector.prepare(draft(text, asked)))
    assert await connector.find_sent(prepared) is None
    result = await connector.send(prepared)
    assert await connector.send(prepared) == result
    assert await connector.find_sent(prepared) == result
    thread = await until(lambda: town.klant.thread(asked.remote_id), lambda thread: bool(thread["replies"]))
    (reply,) = thread["replies"]
    assert reply["post"]["uri"] == result.remote_id
    record = reply["post"]["record"]
    assert (record["text"], record["langs"]) == (text, ["nl"])
    shown = [
        (
            text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            facet["features"][0],
        )
        for facet in record["facets"]
    ]
    facet = "app.bsky.richtext.facet"
    assert shown == [
        (f"@{town.klant.handle}", {"$type": f"{facet}#mention", "did": town.klant.did}),
        ("gemeente.nl/afval", {"$type": f"{facet}#link", "uri": "https://gemeente.nl/afval"}),
        ("https://a.nl/é", {"$type": f"{facet}#link", "uri": "https://a.nl/é"}),
        ("#oudpapier", {"$type": f"{facet}#tag", "tag": "oudpapier"}),
    ]
    assert [post["uri"] for post in await town.us.posts()] == [result.remote_id]
    # What we answered comes back as our own, and as nobody's question.
    batch = await connector.pull(NOTIFICATIONS, None)
    assert [echo.remote_id for echo in batch.echoes] == [result.remote_id]
    assert [item.remote_id for item in batch.items] == [asked.remote_id]
    await connector.close()


async def test_an_answer_deep_in_a_thread_hangs_on_its_root(town: Town) -> None:
    connector = town.connector()
    asked = await question(town, connector)
    first = await connector.send(await connector.prepare(draft("Om acht uur", asked)))
    assert first.ref is not None
    ref = {"uri": first.ref["uri"], "cid": first.ref["cid"]}
    await town.klant.see(first.remote_id)
    await town.klant.post("En morgen?", reply={"root": first.ref["root"], "parent": ref})
    again = (await heard(connector, NOTIFICATIONS, 2)).items[1]
    assert (again.kind, again.thread_key, again.parent_id) == ("reply", asked.remote_id, first.remote_id)
    bare = Draft("Ook om acht uur", "public", again.thread_key, again.remote_id, None, again.author)
    second = await connector.send(await connector.prepare(bare))
    assert second.ref is not None
    assert second.ref["root"] == first.ref["root"]
    post = next(each for each in await town.us.posts() if each["uri"] == second.remote_id)
    assert post["value"]["reply"]["parent"] == {"uri": again.remote_id, "cid": again.revision}
    await connector.close()


async def test_another_record_under_our_key_is_not_overwritten(town: Town) -> None:
    connector = town.connector()
    asked = await question(town, connector)
    prepared = await connector.prepare(draft("Om acht uur", asked))
    record: Any = {**prepared.payload["record"], "text": "Iets anders"}  # type: ignore[dict-item]
    body = {**prepared.payload, "record": record}
    await town.us.call("POST", "com.atproto.repo.putRecord", json=body)
    with pytest.raises(Unknown):
        await connector.send(prepared)
    assert [post["value"]["text"] for post in await town.us.posts()] == ["Iets anders"]
    await connector.close()


async def test_a_picture_goes_along_with_its_description(town: Town) -> None:
    connector = town.connector()
    asked = await question(town, connector)
    sent = outbound(png(), "Kaart van de route 🗺", "kaart.png")
    picture = uploaded(sent, await connector.upload(sent))
    result = await connector.send(await connector.prepare(draft("Zie de kaart", asked, picture)))
    thread = await until(lambda: town.klant.thread(asked.remote_id), lambda thread: bool(thread["replies"]))
    (reply,) = thread["replies"]
    assert reply["post"]["uri"] == result.remote_id
    (image,) = reply["post"]["record"]["embed"]["images"]
    assert image["alt"] == "Kaart van de route 🗺"
    assert (image["image"]["mimeType"], image["image"]["size"]) == ("image/png", len(png()))
    assert [each["alt"] for each in reply["post"]["embed"]["images"]] == [image["alt"]]
    await connector.close()


async def test_a_picture_in_a_mention_is_named_with_its_description(town: Town) -> None:
    blob = await town.klant.http.post(
        "/xrpc/com.atproto.repo.uploadBlob",
        headers={"authorization": f"Bearer {town.klant.token}", "content-type": "image/png"},
        content=png(),
    )
    images = [{"image": blob.json()["blob"], "alt": "Een volle kliko"}]
    embed = {"$type": "app.bsky.embed.images", "images": images}
    await town.klant.post(f"@{town.us.handle} kijk", embed=embed)
    connector = town.connector()
    (picture,) = (await heard(connector, NOTIFICATIONS, 1)).items[0].attachments
    assert (picture.kind, picture.mime, picture.alt) == ("image", "image/png", "Een volle kliko")
    await connector.close()


async def test_measure_and_server_agree_at_the_border(town: Town) -> None:
    connector = town.connector()
    asked = await question(town, connector)
    prepared = await connector.prepare(draft("x", asked))
    texts = {FAMILY * 100: True, FAMILY * 120: True, FAMILY * 121: False, "a" * 300: True, "a" * 301: False}
    for number, (text, fits) in enumerate(texts.items()):
        assert connector.measure(text).ok is fits
        record: Any = {**prepared.payload["record"], "text": text}  # type: ignore[dict-item]
        rkey = f"{prepared.key[:-1]}{'23456'[number]}"
        forced = Prepared(rkey, text, "public", 0, {**prepared.payload, "rkey": rkey, "record": record})
        if fits:
            await connector.send(forced)
            continue
        with pytest.raises(Permanent):
            await connector.send(forced)
        with pytest.raises(Permanent):
            await connector.prepare(draft(text, asked))
    assert len(await town.us.posts()) == sum(texts.values())
    await connector.close()


async def test_the_session_is_kept_renewed_and_replaced(town: Town) -> None:
    first = town.connector()
    assert (await first.check_auth()).account == f"@{town.us.handle}"
    kept = town.store.session
    assert kept is not None
    await first.close()
    # A restart with a wrong password shows that the kept session is what is used.
    restarted = town.connector(password="not the password")
    assert (await restarted.check_auth()).ok
    await restarted.close()
    # A token that the server does not accept is renewed with the refresh token, not with the password.
    town.store.session = json.dumps(json.loads(kept) | {"access": "eyJhbGciOiJIUzI1NiJ9.e30.abc"})
    renewing = town.connector(password="not the password")
    assert (await renewing.check_auth()).ok
    await renewing.close()
    # Where both are worn, only the password helps, and a wrong one is said in words.
    town.store.session = json.dumps(json.loads(kept) | {"access": "worn", "refresh": "worn"})
    signing_in = town.connector()
    assert (await signing_in.check_auth()).ok
    await signing_in.close()
    town.store.session = None
    wrong = town.connector(password="not the password")
    with pytest.raises(AuthFailed, match="app password"):
        await wrong.pull(NOTIFICATIONS, None)
    await wrong.close()


async def test_a_rate_limit_says_how_long_to_wait(town: Town) -> None:
    """Signing in is limited to 30 in 5 minutes for an account; a wrong password counts, and is quicker."""
    refused = 0
    limited: RateLimited | None = None
    while limited is None and refused < 40:
        town.store.session = None
        connector = town.connector(password="not the password")
        try:
            await connector.pull(NOTIFICATIONS, None)
        except AuthFailed:
            refused += 1
        except RateLimited as limit:
            limited = limit
        await connector.close()
    assert refused == 30
    assert limited is not None
    assert limited.after is not None
    assert 0 < limited.after <= 5 * MINUTE
    assert connector.rate is not None
    assert (connector.rate.limit, connector.rate.remaining) == (30, 0)


def test_our_facets_are_those_of_the_official_client(network: Network) -> None:
    texts = [
        "Hoi @klant.bsky.social, dank!",
        "(@klant.test) en mail jan@gemeente.nl",
        "👨‍👩‍👧 @klant.bsky.social 💚 https://gemeente.nl/a?b=c#d.",
        "Zie https://nl.wikipedia.org/wiki/Mercurius_(planeet) of (gemeente.nl/afval), daar",
        "Dat is klaar.De rest volgt. v1.2",
        "#afval #2026 #wijk7! #️⃣ a#b ＃breed ##dubbel #é́x",
        "https://gemeente.nl) #tag, @niemand",
        "niets",
    ]
    script = (
        "const {RichText} = require('@atproto/api');"
        "const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(texts.map(t => { const r = new RichText({text: t});"
        " r.detectFacetsWithoutResolution();"
        " return (r.facets ?? []).map(f => [f.index.byteStart, f.index.byteEnd,"
        " f.features[0].did ?? f.features[0].uri ?? f.features[0].tag]).sort((a, b) => a[0] - b[0]); })))"
    )
    done = subprocess.run(
        ["node", "-e", script],
        cwd=INSTALLED,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    ours = [[[span.start, span.end, span.value] for span in richtext.spans(text)] for text in texts]
    assert ours == json.loads(done.stdout)
