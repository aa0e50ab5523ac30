"""An earlier answer without the person it was written to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.impersonal import Written, impersonal
from domain.template_parse import parse_template

JAN = Written(
    contact_names=("Jan de Vries",),
    handles=("@jan_v",),
    colleagues=("Sanne Visser", "Sanne"),
    thread="Mijn dochter Sofie wacht in Assendelft op pakket AB12X, order 4471902.",
    here="Waar blijft mijn Vonkbox?",
    ours=("Waterkant",),
)
HIS = ("jan", "vries", "sofie", "assendelft", "ab12x", "4471902", "jan_v", "sanne")


@pytest.mark.parametrize(
    ("answer", "offered"),
    [
        ("Hoi Jan, dat lossen we op. ^SV", "Hoi {{contact.first_name}}, dat lossen we op."),
        ("Beste Jan de Vries, dank!", "Beste {{contact.name}}, dank!"),
        ("Beste meneer De Vries, dank!", "Beste meneer {{?name}} {{?name}}, dank!"),
        ("@jan_v We kijken mee.", "{{contact.handle}} We kijken mee."),
        ("Wat rot voor jou en Sofie.", "Wat rot voor jou en {{?name}}."),
        ("Je order 4471902 is er.", "Je order {{?number}} is er."),
        ("AB12X ligt klaar.", "{{?number}} ligt klaar."),
        ("Bel +31 6 12345678 even.", "Bel {{?phone}} even."),
        ("Bel 020-1234567 even.", "Bel {{?phone}} even."),
        ("Mail j.devries@voorbeeld.nl", "Mail {{?email}}"),
        ("Op NL91 ABNA 0417 1643 00 dus.", "Op {{?iban}} dus."),
        ("Bezorgd op Kerkstraat 12a.", "Bezorgd op {{?address}}."),
        ("Bezorgd op 1234 AB 12.", "Bezorgd op {{?address}}."),
        ("Auto 12-ABC-3 staat er.", "Auto {{?plate}} staat er."),
        ("Je krijgt € 34,50 terug.", "Je krijgt {{?amount}} terug."),
        ("We komen dinsdag om 10:30.", "We komen {{?day}} om {{?time}}."),
        ("Op 12-03-2026 dus.", "Op {{?date}} dus."),
        ("Volg https://post.nl/t?code=9X hier.", "Volg {{?link}} hier."),
        ("Mijn collega Sanne belt.", "Mijn collega {{?colleague}} belt."),
        ("Goedemorgen Piet van den Berg! Fijn.", "Goedemorgen {{contact.first_name}}! Fijn."),
        ("Fijn dat het lukt, Klaas!", "Fijn dat het lukt, {{?name}}!"),
        ("Klaas, dat is rot.", "{{?name}}, dat is rot."),
        ("Geregeld.\nGroetjes, Sanne", "Geregeld."),
    ],
)
def test_what_is_theirs_goes(answer: str, offered: str) -> None:
    """Names become values, everything else of theirs a hole; the sign-off goes."""
    assert impersonal(answer, JAN) == offered


@pytest.mark.parametrize(
    "answer",
    [
        "Wat fijn om te horen! Dank je wel.",
        "De Waterkant is elke dag open van 9 tot 17 uur.",
        "Zie https://waterkant.example/storing voor de kaart.",
        "Onderweg! Het duurt 5 werkdagen.",
        "Helaas, dat kan niet. We sturen een QR-code als PDF.",
        "Zet de Vonkbox uit en weer aan.",
        "Hoi, wij zoeken het uit.",
        "Bedankt voor het melden.",
        "I understand, and I'm sorry.",
    ],
)
def test_what_is_everybodys_stays(answer: str) -> None:
    """Our own name, general times and addresses, what the one who asks said themselves."""
    assert impersonal(answer, JAN) == answer


@given(
    st.lists(
        st.sampled_from(
            [
                *HIS,
                *map(str.upper, HIS),
                *map(str.capitalize, HIS),
                "hoi",
                "wat",
                "fijn",
                ",",
                ".",
                "!",
                "\n",
                "{{",
                "}}",
                "#",
                "je",
                "voor",
                "@",
                "mail",
                "(",
                ")",
                "'s",
                "-",
            ]
        ),
        max_size=25,
    ),
    st.sampled_from([" ", "  ", "\n"]),
)
def test_nothing_of_his_is_left_and_it_can_be_filled(parts: list[str], gap: str) -> None:
    """However it was put together: no name as a name, no code; and the result is always a template."""
    offered = impersonal(gap.join(parts), JAN)
    parse_template(offered)
    for word in (
        "Jan",
        "JAN",
        "Vries",
        "vries",
        "Sofie",
        "Assendelft",
        "4471902",
        "AB12X",
        "ab12x",
        "jan_v",
        "Sanne",
    ):
        found = offered.replace("{{contact.", "").split()
        assert word not in found, offered


@given(st.text(max_size=200))
def test_any_text_can_be_filled(text: str) -> None:
    """Braces of its own are no template."""
    parse_template(impersonal(text, JAN))
