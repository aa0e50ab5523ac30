"""HTML as plain text: what a reader sees, and nothing that hurts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.html import to_text
from tests.channels.fake_mastodon import render

MENTION = (
    '<span class="h-card"><a href="https://x.example/@jan" class="u-url mention">@<span>jan</span></a></span>'
)
LONG_LINK = (
    '<a href="https://voorbeeld.nl/een/lang/pad" rel="nofollow"><span class="invisible">https://</span>'
    '<span class="ellipsis">voorbeeld.nl/een</span><span class="invisible">/lang/pad</span></a>'
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("gewone tekst", "gewone tekst"),
        ("<p>een</p><p>twee<br>drie<br />vier</p>", "een\n\ntwee\ndrie\nvier"),
        ("een\n  twee\t drie", "een twee drie"),
        (f"<p>{MENTION} hallo</p>", "@jan hallo"),
        (f"<p>zie {LONG_LINK}.</p>", "zie https://voorbeeld.nl/een/lang/pad."),
        ('<a href="https://voorbeeld.nl/">voorbeeld.nl</a>', "https://voorbeeld.nl/"),
        ('<a href="https://evil.example/x">www.bank.nl</a>', "www.bank.nl (https://evil.example/x)"),
        ('<a href="https://voorbeeld.nl/lang">voorbeeld.nl/l…</a>', "https://voorbeeld.nl/lang"),
        ('<a href="javascript:alert(1)">klik</a>', "klik"),
        ('<a href="https://x.example/tags/zon" class="mention hashtag">#<span>zon</span></a>', "#zon"),
        ("<ul><li>een</li><li>twee</li></ul>", "- een\n- twee"),
        ('<img src="x" alt=":kat:"> en <img src=x alt=kaal>', ":kat: en kaal"),
        ("a &lt;b&gt; &amp; c &eacute; &#128512; &#x1F600;", "a <b> & c é 😀 😀"),
        ("&#" + "9" * 5_000 + "; &#xFFFFFFFFFF;", "\ufffd \ufffd"),
        ("1 < 2 <3 en a<b", "1 < 2 <3 en a<b"),
        ("voor<script>alert('<b>')</script>na<style>p{}</style>.", "voorna."),
        ("<script>nooit dicht", ""),
        ("een<!-- <p>weg</p> -->twee", "eentwee"),
        ("<!DOCTYPE html><?xml x?>tekst", "tekst"),
        ("<pre>a\n   b</pre>", "a\n  b"),
        ("een<p></p><p></p><p></p>twee", "een\n\ntwee"),
        ("<P>HOOFD<BR>letters</P>", "HOOFD\nletters"),
        ("<a href='https://a.example'>een <a href='https://b.example'>twee</a>", None),
        ("<p>tekst <b", "tekst <b"),
    ],
)
def test_what_a_reader_sees(source: str, text: str | None) -> None:
    shown = to_text(source)
    if text is None:
        assert "https://a.example" in shown
        assert "https://b.example" in shown
    else:
        assert shown == text


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=60))
def test_escaped_text_comes_back(text: str) -> None:
    """What a server renders, we read, except where it makes links and mentions of it."""
    if "@" not in text and "://" not in text:
        assert to_text(render(text)) == text.strip()


@given(st.text(alphabet="<>/!-\"'=&;# ap\nhref", max_size=200))
def test_any_text_is_read(source: str) -> None:
    assert "<p>" not in to_text(f"<p>{source}</p>")[:3]


@pytest.mark.parametrize(
    "unit",
    ["<a ", "<!--", "<a href='", "<script>", "<", "&#", "<a href=x>", "<p>", '<a href="https://x">y', "</"],
)
def test_the_worst_is_read_in_linear_time(unit: str) -> None:
    """No clock: a quadratic reader would not come back within the suite's own limit."""
    assert isinstance(to_text(unit * (300_000 // len(unit))), str)
