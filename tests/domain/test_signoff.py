"""A reply is signed once, by whoever sends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inbound import Visibility
from domain.signoff import NO_SIGNOFF, Policy, Signature, Signing, SignOff, usual_closing, with_signoff

SV = SignOff.initials("SV")
JD = SignOff.initials("^JD")
SANNE = SignOff.first_name("Sanne")
JAN = SignOff.first_name("Jan")
GROET = SignOff.closing("Groet, Sanne")
GROET_JAN = SignOff.closing("Groet, Jan")
COLLEAGUES = (JD, JAN, GROET_JAN)

signoffs = st.sampled_from([SV, SANNE, GROET, NO_SIGNOFF, SignOff.closing("Met groet,\nSanne")])
visibilities: st.SearchStrategy[Visibility] = st.sampled_from(["public", "unlisted", "private"])
pieces = st.sampled_from(
    [
        "Hoi",
        "ik",
        "vraag",
        "Jan",
        "Sanne",
        "^SV",
        "^sv.",
        "^JD",
        "Groet,",
        "Groet, Jan",
        " ",
        "\n",
        ".",
        "!",
        "👋",
        "^",
    ]
)


@given(st.lists(pieces, max_size=10).map("".join), signoffs, visibilities, st.sampled_from([(), COLLEAGUES]))
def test_signing_twice_is_signing_once(
    text: str, signoff: SignOff, visibility: Visibility, known: tuple[SignOff, ...]
) -> None:
    once = with_signoff(text, signoff, visibility=visibility, known=known)
    assert with_signoff(once, signoff, visibility=visibility, known=known) == once


@given(st.text(max_size=50), signoffs, visibilities)
def test_the_text_ends_with_the_sign_off_and_begins_as_it_was(
    text: str, signoff: SignOff, visibility: Visibility
) -> None:
    signed = with_signoff(text + " x.", signoff, visibility=visibility)
    assert signed.startswith(text + " x.")
    assert signed.endswith(signoff.text)


@pytest.mark.parametrize(
    ("text", "signoff", "visibility", "signed"),
    [
        ("We kijken mee.", SV, "public", "We kijken mee. ^SV"),
        ("We kijken mee", SV, "unlisted", "We kijken mee ^SV"),
        ("We kijken mee.  \n", SV, "public", "We kijken mee. ^SV"),
        ("We kijken mee.", GROET, "private", "We kijken mee.\nGroet, Sanne"),
        ("We kijken mee.", SANNE, "private", "We kijken mee.\nSanne"),
        ("We kijken mee.", SANNE, "public", "We kijken mee. Sanne"),
        ("Tot morgen bij Jan", SANNE, "public", "Tot morgen bij Jan\nSanne"),
        ("Getypt ^SV", SV, "public", "Getypt ^SV"),
        ("Getypt ^sv!", SV, "public", "Getypt ^SV"),
        ("Getypt\n\n^SV", SV, "public", "Getypt\n\n^SV"),
        ("Dubbel ^SV ^SV", SV, "public", "Dubbel ^SV"),
        ("Mijn naam is Sanne", SANNE, "private", "Mijn naam is Sanne"),
        ("Graag gedaan! Groet,  Sanne", GROET, "private", "Graag gedaan! Groet, Sanne"),
        ("2^SVB is een macht", SV, "public", "2^SVB is een macht ^SV"),
        ("reken met 2^SV", SV, "public", "reken met 2^SV ^SV"),
        ("", SV, "public", "^SV"),
        ("Zonder", NO_SIGNOFF, "public", "Zonder"),
    ],
)
def test_placing(text: str, signoff: SignOff, visibility: Visibility, signed: str) -> None:
    assert with_signoff(text, signoff, visibility=visibility) == signed


@pytest.mark.parametrize(
    ("text", "signoff", "visibility", "signed"),
    [
        ("Komt goed ^JD", SV, "public", "Komt goed ^SV"),
        ("Komt goed ^JD ^SV", SV, "public", "Komt goed ^SV"),
        ("Komt goed ^SV ^JD", SV, "public", "Komt goed ^SV"),
        ("Komt goed. Jan", SV, "public", "Komt goed. ^SV"),
        ("Komt goed.\nGroet, Jan", GROET, "private", "Komt goed.\nGroet, Sanne"),
        ("Ik vraag het aan Jan", SV, "public", "Ik vraag het aan Jan ^SV"),
        ("Komt goed ^XX", SV, "public", "Komt goed ^XX ^SV"),
        ("Komt goed ^JD", NO_SIGNOFF, "public", "Komt goed"),
    ],
)
def test_taking_over_from_a_colleague(
    text: str, signoff: SignOff, visibility: Visibility, signed: str
) -> None:
    assert with_signoff(text, signoff, visibility=visibility, known=COLLEAGUES) == signed


OWN = (SV, SANNE, GROET, SignOff.closing("Regards, Sanne"), SignOff.first_name("Sanne Vermeer"))


@pytest.mark.parametrize(
    ("text", "signoff", "visibility", "signed"),
    [
        ("Komt goed. Groetjes, Sanne", SV, "public", "Komt goed. ^SV"),
        ("Komt goed. Sanne", SV, "public", "Komt goed. ^SV"),
        ("Komt goed. Met vriendelijke groet,\nSanne Vermeer", SV, "public", "Komt goed. ^SV"),
        ("Komt goed. ^SV", GROET, "private", "Komt goed.\nGroet, Sanne"),
        ("Komt goed.\nGroetjes Sanne", GROET, "private", "Komt goed.\nGroetjes Sanne"),
        ("Komt goed.\nMvg, Sanne!", SANNE, "private", "Komt goed.\nMvg, Sanne!"),
        ("All done. Kind regards, Sanne", GROET, "private", "All done. Kind regards, Sanne"),
        ("Komt goed. Liefs, Jan", GROET, "private", "Komt goed.\nGroet, Sanne"),
        ("Komt goed. Liefs, Jan\nLiefs, Sanne", GROET, "private", "Komt goed.\nGroet, Sanne"),
        ("Doe Piet de groeten, Sanne", SV, "public", "Doe Piet de groeten, Sanne ^SV"),
        ("Vraag het aan Sanne", SV, "public", "Vraag het aan Sanne ^SV"),
        ("Thanks Jan", SV, "public", "Thanks Jan ^SV"),
    ],
)
def test_signed_by_hand_is_signed(text: str, signoff: SignOff, visibility: Visibility, signed: str) -> None:
    """Nobody signs twice, whatever way they wrote it."""
    once = with_signoff(text, signoff, visibility=visibility, known=COLLEAGUES, own=OWN)
    assert once == signed
    assert with_signoff(once, signoff, visibility=visibility, known=COLLEAGUES, own=OWN) == once


HANDS = [
    "Groetjes, Sanne",
    "mvg Jan",
    "Liefs,\nSanne",
    "met vriendelijke groet, Sanne Vermeer",
    "Regards, Sanne",
]


@given(
    st.lists(pieces | st.sampled_from(HANDS), max_size=10).map(" ".join),
    signoffs,
    visibilities,
    st.sampled_from([(), COLLEAGUES]),
)
def test_signing_is_stable_however_it_was_typed(
    text: str, signoff: SignOff, visibility: Visibility, known: tuple[SignOff, ...]
) -> None:
    signing = Signing(signoff, visibility, "sign", known, OWN)
    once = signing.put_on(text)
    assert signing.put_on(once) == once
    written, tail = signing.parted(text)
    assert written + tail == once


@pytest.mark.parametrize("policy", ["sign", "none"])
def test_a_channel_without_sign_offs_leaves_what_was_typed_of_ones_own(policy: Policy) -> None:
    signed = with_signoff("Komt goed. Sanne", NO_SIGNOFF, policy=policy, known=COLLEAGUES, own=OWN)
    assert signed == "Komt goed. Sanne"


@pytest.mark.parametrize(
    ("written", "signoff", "name"),
    [
        ("^SV", SV, ""),
        (" Sanne ", SANNE, "Sanne"),
        ("Groet, Sanne", GROET, "Sanne"),
        ("Met vriendelijke groet,\nSanne", SignOff.closing("Met vriendelijke groet,\nSanne"), "Sanne"),
        ("Groetjes Sanne", SignOff.closing("Groetjes Sanne"), "Sanne"),
        ("^", NO_SIGNOFF, ""),
        ("", SignOff.first_name(""), ""),
    ],
)
def test_a_written_sign_off_says_what_it_is(written: str, signoff: SignOff, name: str) -> None:
    assert SignOff.written(written) == signoff
    assert signoff.name == name


def test_the_usual_closing_follows_the_reply() -> None:
    assert usual_closing("Sanne", "nl-BE") == "Groet, Sanne"
    assert usual_closing("Sanne", "en") == "Regards, Sanne"
    assert usual_closing("Sanne", "xx") is usual_closing("Sanne", None) is None


def test_a_channel_without_sign_offs_adds_none() -> None:
    assert with_signoff("Komt goed.", SV, policy="none") == "Komt goed."
    assert with_signoff("Komt goed. ^JD", SV, policy="none", known=COLLEAGUES) == "Komt goed."


def test_without_a_name_there_is_no_sign_off() -> None:
    for empty in (SignOff.initials(" ^ "), SignOff.first_name(" "), SignOff.closing("")):
        assert with_signoff("Komt goed.", empty) == "Komt goed."


def test_a_signature_has_a_way_for_each_place() -> None:
    signature = Signature(public=SV, private=GROET)
    assert [signature.where(place) for place in ("public", "unlisted", "private")] == [SV, SV, GROET]
