"""A long reply becomes a thread: nothing lost, nothing torn, every part within its limit."""

from __future__ import annotations

import re
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import graphemes
from domain.errors import NotAllowed, NotFound
from domain.links import links_on_mastodon, links_on_x
from domain.measure import PLATFORM_LIMITS, Limits, measure
from domain.mention import NOBODY, Named
from domain.sentence_ends import Rank, cuts, fixed
from domain.signoff import Signing, SignOff
from domain.split import Part, Thread, split

SV = Signing(SignOff.initials("SV"), own=(SignOff.first_name("Sanne"),))
GROET = Signing(SignOff.closing("Groet, Sanne"), visibility="private", known=(SignOff.initials("JD"),))
JAN = Named("@jan@elders.example", "hier.example")
TIGHT = ("x", "bluesky", "mastodon", "practice", "instagram_dm", "sms")

words = st.sampled_from(
    [
        *("Hoi", "Jan", "pakket", "morgen", "vóór", "17:00", "bijv.", "dhr.", "J.", "o.a.", "3.5", "é"),
        "日本語",
        *(
            "👨‍👩‍👧‍👦",
            "👍🏽",
            "🇳🇱",
            "https://www.voorbeeld.nl/a/b?c=d#e",
            "voorbeeld.nl",
            "@jan",
            "@jan@mastodon.nl",
        ),
        *("#storing", "a\u0301\u0301", "^SV", "Groet,", "Sanne", "x" * 90, "(", ")", "—"),
    ]
)
between = st.sampled_from([" ", " ", " ", ". ", "! ", "? ", ", ", ".\n", "\n\n", "… ", "", "\r\n", "\u00a0"])
texts = st.lists(st.tuples(words, between), max_size=160).map(lambda pairs: "".join(a + b for a, b in pairs))
threads = st.builds(
    Thread,
    platform=st.sampled_from(TIGHT),
    numbered=st.booleans(),
    to=st.sampled_from([NOBODY, JAN]),
    signing=st.sampled_from([Signing(), SV, GROET]),
    reply=st.booleans(),
)


def squeezed(text: str) -> str:
    """Without white space."""
    return re.sub(r"\s", "", text)


def check(text: str, thread: Thread, parts: tuple[Part, ...]) -> None:
    """What holds for every thread."""
    assert squeezed("".join(part.body for part in parts)) == squeezed(text)
    position = 0
    edges = {0, *accumulate(map(len, graphemes.iterate(text)))}
    spans = fixed(text)
    for number, part in enumerate(parts, start=1):
        reply = thread.reply and number == 1
        assert part.measure == measure(thread.platform, part.text, limits=thread.limits, reply=reply)
        assert part.measure.ok
        assert part.body.strip()
        start = text.index(part.body, position)
        position = start + len(part.body)
        assert {start, position} <= edges
        assert not any(low < edge < high for low, high in spans for edge in (start, position))
        assert part.text == thread.to.put_in(part.text)
    if thread.numbered and len(parts) > 1:
        for number, part in enumerate(parts, start=1):
            assert f" {number}/{len(parts)}" in part.text


@given(texts, threads)
def test_nothing_is_lost_or_torn_and_every_part_fits(text: str, thread: Thread) -> None:
    parts = split(text, thread)
    check(text, thread, parts)
    assert bool(parts) == bool(text.strip())
    if parts:
        signed = thread.signing.put_on(parts[-1].body)
        assert thread.to.put_in(signed) == parts[-1].text or thread.numbered


@given(st.text(max_size=900), st.sampled_from(TIGHT), st.booleans())
def test_any_text_at_all(text: str, platform: str, numbered: bool) -> None:
    thread = Thread(platform, numbered=numbered)
    check(text, thread, split(text, thread))


@given(texts, st.sampled_from(TIGHT))
def test_links_and_handles_stay_whole(text: str, platform: str) -> None:
    bodies = [part.body for part in split(text, Thread(platform))]
    for links in (links_on_x, links_on_mastodon):
        whole = [text[link.start : link.end] for link in links(text)]
        assert [one for one in whole if not any(one in body for body in bodies)] == []


@given(texts, threads)
def test_the_sign_off_stands_at_the_end_once(text: str, thread: Thread) -> None:
    parts = split(text, thread)
    tail = thread.signing.put_on("x.")[2:].strip()
    if parts and tail:
        assert parts[-1].text.rstrip(" .!").casefold().endswith(tail.casefold()) or "Sanne" in parts[-1].text
        assert parts[-1].text.count("^SV ^SV") == parts[-1].body.count("^SV ^SV")


@given(texts)
def test_what_fits_stays_one_message(text: str) -> None:
    (parts, stripped) = (split(text, Thread("discourse", numbered=True)), text.strip())
    assert [part.text for part in parts] == ([stripped] if stripped else [])


SENTENCES = [f"Dit is zin {number} van een verhaal dat lang genoeg is." for number in range(20)]


@pytest.mark.parametrize("platform", TIGHT)
@pytest.mark.parametrize("numbered", [False, True])
def test_parts_end_with_a_sentence(platform: str, numbered: bool) -> None:
    parts = split(" ".join(SENTENCES), Thread(platform, numbered=numbered, signing=SV))
    assert all(part.body.endswith(".") for part in parts)
    least = -(-len(" ".join(SENTENCES)) // PLATFORM_LIMITS[platform].maximum)
    assert least <= len(parts) <= least + 2


def test_numbers_stand_before_the_sign_off_and_the_handle_in_every_part() -> None:
    parts = split(" ".join(SENTENCES), Thread("mastodon", numbered=True, to=JAN, signing=SV))
    assert [part.text[:19] for part in parts] == ["@jan@elders.example"] * 3
    assert [part.text[-4:] for part in parts[:-1]] == [" 1/3", " 2/3"]
    assert parts[-1].text.endswith(". 3/3 ^SV")


def test_a_typed_sign_off_is_not_left_alone_and_not_doubled() -> None:
    text = "a" * 288 + ". Ja, hoor! ^SV"
    parts = split(text, Thread("bluesky", signing=SV))
    assert [part.text[-13:] for part in parts] == ["aaaaaaaaaaaa.", "Ja, hoor! ^SV"]
    (one,) = split("Komt goed. Groetjes, Sanne", Thread("bluesky", numbered=True, signing=GROET))
    assert one.text == "Komt goed. Groetjes, Sanne"


def test_more_than_nine_parts_leave_room_for_the_longer_number() -> None:
    parts = split("woord " * 600, Thread("bluesky", numbered=True))
    assert len(parts) > 9
    assert parts[0].text.endswith(f" 1/{len(parts)}")
    assert all(part.measure.ok for part in parts)


def test_a_short_greeting_is_not_sent_alone_before_a_sentence_that_is_cut_anyway() -> None:
    long = "Dit is een zin die maar doorgaat, " * 20
    assert len(split(f"Hoi Jan! {long}", Thread("bluesky"))[0].body) > 200
    assert split(f"Hoi Jan! {'A' * 290} {'b' * 8}. Dag!", Thread("bluesky"))[0].body == "Hoi Jan!"


def test_what_cannot_be_cut_is_said() -> None:
    with pytest.raises(NotAllowed, match="longer than one message"):
        split("Zie https://voorbeeld.nl/" + "a" * 300, Thread("bluesky"))
    assert len(split("Zie https://voorbeeld.nl/" + "a" * 300, Thread("mastodon"))) == 1
    with pytest.raises(NotFound):
        split("Hoi", Thread("hyves"))


def test_a_server_s_own_limit_holds() -> None:
    parts = split(" ".join(SENTENCES), Thread("mastodon", limits=Limits(maximum=120)))
    assert all(len(part.text) <= 120 for part in parts)


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("Ja. Nee", [Rank.SENTENCE]),
        ("Ja! nee", [Rank.SENTENCE]),
        ("Ja… nee", [Rank.CLAUSE]),
        ("Top 😊 Dank", [Rank.SPACE, Rank.SENTENCE]),
        ("Zie bijv. Utrecht", [Rank.SPACE, Rank.SPACE]),
        ("Dhr. J. Smit", [Rank.SPACE, Rank.SPACE]),
        ("Ja, nee", [Rank.CLAUSE]),
        ("„Ja.” Nee", [Rank.SENTENCE]),
        ("Ja\n\nnee", [Rank.SENTENCE]),
        ("1. Ja", [Rank.SPACE]),
        ("Op 3. Dan", [Rank.SPACE, Rank.SENTENCE]),
        ("Zie a.nl. Dag", [Rank.SPACE, Rank.SENTENCE]),
    ],
)
def test_where_a_text_may_be_cut(text: str, ranks: list[Rank]) -> None:
    assert [cut.rank for cut in cuts(text) if cut.rank > Rank.WORD] == ranks
