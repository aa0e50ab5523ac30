"""On Mastodon a reply must name the person: what is reviewed is what goes out, the handle included."""

from __future__ import annotations

from pathlib import Path

from config.channel_settings import ChannelSettings
from domain.inbound import ContactRef
from tests.desk.conftest import make_world, mention

MASTODON = ChannelSettings(
    id="mast", platform="mastodon", options={"server": "https://ons.example"}, name="Mastodon"
)


async def test_the_review_shows_and_counts_the_handle(tmp_path: Path) -> None:
    """Composer and review count it; calling back gives the text without it."""
    world = await make_world(tmp_path, MASTODON)
    try:
        asked = mention(
            "waar?",
            channel="mast",
            account="@care@ons.example",
            author=ContactRef("7", "@jan@elders.example", "Jan"),
            parent_ref={"acct": "jan@elders.example", "visibility": "public"},
        )
        await world.arrive(asked)
        desk = world.desk()
        conversation = (await desk.queues.page("open")).rows[0].id
        composer = await desk.replies.open(conversation, "public")
        review = await desk.replies.review(conversation, "public", "Hoi!")
        assert review.text == "@jan@elders.example Hoi! ^SV"
        assert review.length.used == len("@jan Hoi! ^SV")
        assert desk.replies.length_of(composer, "Hoi!") == review.length
        named = await desk.replies.review(conversation, "public", "@jan@elders.example hoi")
        assert named.text.count("@jan") == 1
        await desk.replies.send(review)
        await desk.history.undo()
        assert (await desk.replies.open(conversation, "public")).draft.text == "Hoi!"
    finally:
        await world.database.close()
