"""The shipped templates under the coach: filled in, none says what the coach would warn of."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Final, Literal

import pytest

from config.coach_rules import load_coach
from config.template_shelf import load_templates
from domain.coach.coach import Coach
from domain.coach.draft import Draft
from domain.template import Template, cases, render

TEMPLATES: Final = load_templates(Path("no-folder-of-a-team")).templates

# What an operator may write in each gap, in Dutch and in English.
SAMPLES: Final = {
    "agreed_statement": ("sinds 9 uur vanmorgen ligt het betalen in de app plat.",
                         "payments in the app have been down since 9 this morning."),
    "alternative": ("de bus van 18:05 vanaf perron 3", "the 18:05 bus from platform 3"),
    "amount": ("€ 24,50", "£24.50"),
    "answer": ("de winkel in Gent is zaterdag open van 10 tot 18 uur.",
               "the shop in Leeds is open from 10 to 6 on Saturday."),
    "answer_to_the_rest": ("het wisselgeld is € 3,20.", "the change comes to £3.20."),
    "area": ("Tilburg-Noord", "the north of Leeds"),
    "cause": ("een kabel is bij graafwerk geraakt", "a cable was cut during digging"),
    "change": ("er staan nu twee mensen achter de bar", "there are two people behind the bar now"),
    "cheaper_option": ("het pakket van € 19 per maand", "the plan at £19 a month"),
    "colleague": ("Fatima", "Fatima"),
    "conditions": ("de prijs staat een jaar vast", "the price is fixed for a year"),
    "counter_question": ("Welk lampje brandt er op de router?", "Which light is on at the router?"),
    "date": ("12 december", "12 December"),
    "end_date": ("31 december", "31 December"),
    "expected": ("vanmiddag om vier uur", "four this afternoon"),
    "last_seen": ("dinsdag om 8:14 in het depot in Utrecht", "Tuesday at 8:14 in the Leeds depot"),
    "new_date": ("donderdag 3 december om 10 uur", "Thursday 3 December at 10"),
    "new_price": ("€ 32", "£32"),
    "next_step": ("ik zet de bestelling opnieuw klaar", "I am packing your order again"),
    "next_update": ("12 uur", "noon"),
    "old_time": ("dinsdag 9 uur", "Tuesday at 9"),
    "option_1": ("een nieuwe jas", "a new coat"),
    "option_2": ("het geld terug", "your money back"),
    "order_number": ("4471", "4471"),
    "outcome": ("het pakket ligt in Utrecht en komt morgen voor 12 uur.",
                "your parcel is in Leeds and arrives tomorrow before noon."),
    "personal_touch": ("Veel plezier met de verjaardag van Noor!", "Enjoy your daughter's birthday!"),
    "price": ("€ 28", "£28"),
    "promised_time": ("vrijdag 17 uur", "Friday at 5"),
    "reaction": ("Daarvoor omrijden maakt het extra leuk.", "That you came all that way is great."),
    "reason": ("de huur van het pand is gestegen", "our rent went up"),
    "remedy": ("een nieuwe, morgen thuisbezorgd", "a new one, at your door tomorrow"),
    "start_date": ("1 januari", "1 January"),
    "state": ("het betalen doet het weer", "payments work again"),
    "subject": ("de bezorging van de bank", "the delivery of your sofa"),
    "time": ("17 uur", "5 pm"),
    "waiting_time": ("20 minuten", "20 minutes"),
    "what_for": ("de retour van de jas", "the return of your coat"),
    "what_i_can_do_now": ("ik bestel hem meteen opnieuw.", "I am ordering it again right now."),
    "what_i_see": ("de bestelling staat sinds maandag stil in Utrecht.",
                   "your order has been stuck in Leeds since Monday."),
    "what_they_expected": ("een rustig weekend", "a quiet weekend"),
    "what_they_liked": ("het ontbijt op het terras", "breakfast on the terrace"),
    "what_we_need": ("het ordernummer", "your order number"),
    "what_went_wrong": ("we hebben de bestelling twee keer afgeschreven.", "we charged your order twice."),
    "when": ("vandaag voor 17 uur", "today before 5 pm"),
    "where_it_is": ("in het depot in Utrecht", "in the Leeds depot"),
    "who": ("Fatima van de planning", "Fatima from planning"),
}  # fmt: skip
FORMS: Final[tuple[Literal["je", "u"], ...]] = ("je", "u")
KNOWN: Final = {
    "contact.first_name": "Sanne", "operator.first_name": "Ilse", "organisation": "Meerwater",
    "channel.name": "Facebook", "opening_hours": "9-18", "opens_again": "9:00",
}  # fmt: skip
MENTIONS: Final = {
    "question": ("Weten jullie hier meer over?", "Do you know more about this?"),
    "complaint": ("Dit loopt niet goed, ik wacht al een week.", "This isn't going well, I've waited a week."),
    "compliment": ("Wat een fijne plek, dank jullie wel!", "What a lovely place, thank you!"),
    "cancellation": ("Ik wil mijn abonnement opzeggen.", "I'd like to cancel my subscription."),
    "suggestion": ("Kan dit niet anders?", "Couldn't this be done differently?"),
    "commercial": ("Wat kost een groepskaart?", "What is the price of a group ticket?"),
    "chatter": ("Zonnetje erbij vandaag.", "Sunny day today."),
}  # fmt: skip

INTENDED: Final = {"en-thanks-after": {"no_help"}, "nl-bedankt-na-oplossing": {"no_help"}}
"""These end a complaint that was helped before, which no single reply shows."""


@pytest.fixture(scope="module")
def coach() -> Coach:
    return load_coach()


@pytest.mark.parametrize("template", TEMPLATES, ids=[one.id for one in TEMPLATES])
def test_a_filled_template_raises_no_warning(coach: Coach, template: Template) -> None:
    """In every case, for every kind of mention that it is for."""
    at = int(template.language == "en")
    values = {name: both[at] for name, both in SAMPLES.items()} | KNOWN
    for form, private, kind in product(FORMS, (True, False), template.kinds):
        holding = cases(form=form, private=private, language=template.language)
        rendered = render(template.parsed(), values, holding)
        assert rendered.missing == ()
        text = rendered.text
        draft = Draft(
            reply=text, mention=MENTIONS[kind][at], language=template.language, channel="facebook",
            visibility="private" if private else "public", first_name="Sanne", kind=kind,
        )  # fmt: skip
        loud = [(remark.rule, text[remark.start : remark.end]) for remark in coach.remarks(draft)
                if remark.level != "hint" and remark.rule not in INTENDED.get(template.id, ())]  # fmt: skip
        assert loud == [], text
