"""Templates: what is read, what is filled in, and what can never go out."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import TemplateError
from domain.template import (
    CASES,
    NAMES,
    Hole,
    Template,
    cases,
    edited_share,
    find_holes,
    first_gap,
    has_placeholder,
    is_unedited,
    line_and_column,
    parse_template,
    render,
)

VALUES = {name: f"<{name}>" for name in NAMES}
PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{",
        "}",
        "?",
        "#u",
        "/u",
        "#je",
        "/je",
        " ",
        "\n",
        "contact.first_name",
        "order_number",
        "a",
        "#",
        "/",
    ]
)
GOOD = st.recursive(
    st.sampled_from(
        ["Hoi ", "\n", "{ ", "{{ contact.first_name }}", "{{?order_number}}", "{{organisation}}", "é👋 "]
    ),
    lambda inner: st.tuples(st.sampled_from(CASES), st.lists(inner, max_size=3).map("".join)).map(
        lambda part: f"{{{{#{part[0]}}}}}{part[1]} {{{{/{part[0]}}}}}"
    ),
    max_leaves=6,
)


def filled(text: str, values: dict[str, str] | None = None, holding: frozenset[str] = frozenset()) -> str:
    return render(parse_template(text), VALUES if values is None else values, holding).text


@given(st.lists(PIECES, max_size=30).map("".join))
@example("{{" * 5_000)
@example("{{#u}}" * 3_000)
@example("{{?a}}" * 3_000)
@example("}}" * 5_000)
@example("{{" + " " * 19_000)
def test_anything_else_than_a_template_is_a_template_error(text: str) -> None:
    try:
        parsed = parse_template(text)
    except TemplateError as error:
        place = (error.line, error.column)
        parsed = parse_template("")
    else:
        place = (1, 1)
    assert min(place) >= 1
    assert render(parsed, VALUES).text is not None


@given(
    st.lists(GOOD, max_size=6).map(" ".join), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30))
)
def test_holes_are_exactly_what_is_left_open(text: str, values: dict[str, str]) -> None:
    rendered = render(parse_template(text), values)
    assert tuple(rendered.missing) == find_holes(rendered.text)
    assert has_placeholder(rendered.text) == bool(rendered.missing)
    for hole in rendered.missing:
        assert rendered.text[hole.start : hole.end] == f"{{{{?{hole.name}}}}}"


@given(st.dictionaries(st.sampled_from(NAMES), st.text("{}?#/ au\x1b\n\u202e", min_size=1, max_size=12)))
@example(dict.fromkeys(NAMES, "{{ operator.name }}"))
@example(dict.fromkeys(NAMES, "{{{{{{{"))
@example(dict.fromkeys(NAMES, "x" * 1_000_000))
def test_a_value_is_never_read_as_template(values: dict[str, str]) -> None:
    template = "{ {{contact.first_name}}{ {{contact.handle}}{{operator.name}}{{organisation}}{?"
    rendered = render(parse_template(template), values)
    assert has_placeholder(rendered.text) == bool(rendered.missing)
    assert "\x1b" not in rendered.text
    assert "\u202e" not in rendered.text


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Hoi {{ contact.first_name }}!", "Hoi Jan!"),
        ("Hoi {{contact.first_name}}, hier {{operator.first_name}}.\n", "Hoi Jan, hier Sanne."),
        ("{{#u}}Uw{{/u}}{{#je}}Je{{/je}} vraag", "Je vraag"),
        ("Nr {{?order_number}}.", "Nr {{?order_number}}."),
        ("Los { en } mag", "Los { en } mag"),
        (
            "A\n{{#open}}\nWe zijn open.\n{{/open}}\n{{#closed}}\nDicht.\n{{/closed}}\nB",
            "A\nWe zijn open.\nB",
        ),
        ("Nu {{#open}}open{{/open}}{{#closed}}dicht{{/closed}}", "Nu open"),
        ("{{#open}}{{#u}}x{{/u}}{{#je}}y{{/je}}{{/open}}", "y"),
        ("", ""),
    ],
)
def test_filling(text: str, reply: str) -> None:
    values = {"contact.first_name": "Jan", "operator.first_name": "Sanne"}
    assert filled(text, values) == reply


def test_each_case_chooses_its_part() -> None:
    text = "{{#u}}u{{/u}}{{#je}}je{{/je}} {{#open}}o{{/open}}{{#closed}}c{{/closed}} "
    text += "{{#public}}p{{/public}}{{#private}}d{{/private}} {{#nl}}nl{{/nl}}{{#en}}en{{/en}}."
    assert filled(text) == "je o p nl."
    assert filled(text, holding=cases(form="u", is_open=False, private=True, language="en")) == "u c d en."
    assert filled(text, holding=cases(language="xx")) == "je o p nl."
    assert filled(text, holding=cases(language="nl-BE")) == "je o p nl."


def test_flemish_and_dutch_are_parted_where_a_template_parts_them() -> None:
    text = (
        "{{#nl}}{{#nl-NL}}Jammer{{/nl-NL}}{{#nl-BE}}Spijtig{{/nl-BE}} dat je gaat{{/nl}}{{#en}}Sorry{{/en}}"
    )
    assert filled(text) == filled(text, holding=cases(language="nl")) == "Jammer dat je gaat"
    assert filled(text, holding=cases(language="nl-BE")) == "Spijtig dat je gaat"
    assert filled(text, holding=cases(language="en")) == "Sorry"
    assert filled(text, holding=cases(language="en-GB")) == "Sorry"


def test_a_blank_value_leaves_a_hole_and_an_asked_one_can_be_given() -> None:
    parsed = parse_template("Hoi {{contact.first_name}}, order {{?order_number}}.")
    rendered = render(parsed, {"contact.first_name": " \u200b ", "order_number": "123"})
    assert rendered.text == "Hoi {{?contact.first_name}}, order 123."
    assert rendered.missing == (Hole("contact.first_name", 4, 27),)


def test_a_contact_s_name_stays_on_one_line() -> None:
    values = {"contact.first_name": "Jan\nPiet", "opening_hours": "ma 9-17\ndi 9-17"}
    assert filled("{{contact.first_name}}: {{opening_hours}}", values) == "Jan Piet: ma 9-17\ndi 9-17"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("Hoi\n  {{ contact.firstname }}", (2, 3), "did you mean contact.first_name"),
        ("{{ name }}", (1, 1), "{{?order_number}}"),
        ("{{#formal}}x{{/formal}}", (1, 1), "known are je, u"),
        ("{{#je}}x", (1, 1), "{{/je}}"),
        ("x{{/je}}", (1, 2), "never opened"),
        ("{{#je}}x{{/u}}", (1, 9), "{{/je}}"),
        ("a\nb {{ contact.name", (2, 3), "write }}"),
        ("a {{ contact.name\n }}", (1, 3), "write }}"),
        ("a contact.name }} b", (1, 16), "write {{"),
        ("{{?Order Nummer}}", (1, 1), "small letters"),
        ("{{}}", (1, 1), "{{}}"),
        ("{{ contact.__class__ }}", (1, 1), "No value"),
        ("{{#je}}" * 9 + "{{/je}}" * 9, (1, 57), "8 deep"),
        ("x" * 20_001, (1, 1), "20000"),
    ],
)
def test_a_broken_template_says_where_and_what_to_write(
    text: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        Template("t", "T", "nl", ("question",), text).parsed()
    assert (caught.value.line, caught.value.column) == place
    assert words in str(caught.value)


def test_holes_in_a_draft_are_found_as_typed() -> None:
    assert find_holes("a {{? order_number }} b {{?x}}{{y}}") == (
        Hole("order_number", 2, 21),
        Hole("x", 24, 30),
    )
    assert has_placeholder("nog {{ een")
    assert not has_placeholder("klaar { } }}")


@pytest.mark.parametrize(
    ("draft", "gap", "place"),
    [
        ("klaar { } }}", None, None),
        ("a\nbé {{? order_number }} {{?x}}", Hole("order_number", 5, 24), (2, 4)),
        ("{{ nog", Hole("", 0, 2), (1, 1)),
        ("a {{#u}}x", Hole("", 2, 4), (1, 3)),
        ("{{{?x}}", Hole("", 0, 2), (1, 1)),
    ],
)
def test_the_cursor_goes_to_the_first_gap(
    draft: str, gap: Hole | None, place: tuple[int, int] | None
) -> None:
    assert first_gap(draft) == gap
    assert gap is None or line_and_column(draft, gap.start) == place


@given(st.lists(PIECES, max_size=20).map("".join))
def test_there_is_a_gap_exactly_where_sending_is_refused(draft: str) -> None:
    gap = first_gap(draft)
    assert (gap is not None) == has_placeholder(draft)
    assert gap is None or draft[gap.start :].startswith("{{")


@pytest.mark.parametrize(
    ("template", "draft", "same"),
    [
        ("Dank voor je bericht.", "Dank voor je bericht.", True),
        ("Dank voor je bericht.", " dank  voor je\nbericht. ", True),
        ("Dank voor je bericht.", "Dank voor je bericht!", False),
        ("Dank voor je bericht.", "Dank.", False),
        ("Dank voor je bericht.", "", False),
        ("E\u0301\u00e9n 👨‍👩‍👧", "\u00e9\u00e9n 👨‍👩‍👧", True),
        ("Top 👍🏽", "Top 👍", False),
        ("Nr {{?order_number}}", "Nr 4711", False),
        ("Nr {{?order_number}}", "Nr {{?order_number}}", True),
    ],
)
def test_it_is_said_when_nothing_was_changed(template: str, draft: str, same: bool) -> None:
    assert is_unedited(template, draft) == same
    assert (edited_share(template, draft) == 0) == (same or not draft)


@pytest.mark.parametrize(
    ("template", "draft", "share"),
    [
        ("een twee drie vier", "een twee drie", 4 / 15),
        ("een twee drie", "een twee drie vier", 4 / 15),
        ("ab 👨‍👩‍👧‍👦", "ab 👨‍👩‍👧‍👦 c", 1 / 4),
        ("ab 👨‍👩‍👧‍👦", "ab 👨‍👩‍👧", 1),
        ("n\u0303a e\u0301", "\u00f1a \u00e9 x", 1 / 4),
        ("Hoi Jan, {{?answer}}", "Hoi Jan, morgen", 6 / 13),
    ],
)
def test_words_weigh_by_what_a_reader_calls_a_character(template: str, draft: str, share: float) -> None:
    assert edited_share(template, draft) == pytest.approx(share)


@pytest.mark.parametrize(
    ("template", "draft", "low", "high"),
    [
        ("Dank voor je bericht.", "Dank voor je bericht.", 0, 0),
        ("Dank voor je bericht.", "Dank  voor je\nbericht.", 0, 0),
        ("Dank voor je bericht.", "", 0, 0),
        ("Dank voor je bericht.", "Wat vervelend, Jan! Kijken we na", 1, 1),
        ("Dank voor je bericht.", "Hoi Jan, dank voor je geduld en bericht.", 0.4, 0.5),
        ("a " * 5_000, "b " * 5_000, 1, 1),
        ("a b " * 5_000, "b a " * 5_000, 0, 0.1),
    ],
)
def test_how_much_is_the_operators_own(template: str, draft: str, low: float, high: float) -> None:
    assert low <= edited_share(template, draft) <= high


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_share_is_between_nothing_and_all(template: str, draft: str) -> None:
    assert 0 <= edited_share(template, draft) <= 1
    assert edited_share(draft, draft) == 0
    assert edited_share(template, draft) == 0 or not is_unedited(template, draft)
