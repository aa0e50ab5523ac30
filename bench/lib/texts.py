"""Invented mentions of an invented water company, from a seed: Dutch, English, wide characters, emoji."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

FIRST = (
    "Anouk", "Bram", "Carla", "Daan", "Esra", "Fenna", "Gijs", "Hamza", "Ilse", "Joris", "Kadir", "Lotte",
    "Marieke", "Niels", "Olga", "Pim", "Quinten", "Roos", "Stijn", "Tess", "Ümit", "Vera", "Wout", "Xin",
    "Yara", "Zoë", "林", "田中", "Søren", "Łucja",
)  # fmt: skip
LAST = (
    "Aalbers", "Bakker", "van Dam", "Eikelboom", "Faber", "Geerts", "Hoekstra", "IJzerman", "Jonker",
    "Kaya", "Lindeman", "Mulder", "Nijhof", "Oosterhuis", "Prins", "Rademaker", "de Smet", "Terpstra",
    "Uittenbogaard", "Verbruggen", "Wijnands", "Yılmaz", "Zeldenrust",
)  # fmt: skip
OPENINGS = (
    "Goedemorgen, ", "Hoi, ", "Dag mensen, ", "Hello there, ", "@waterkant ", "Even een vraag: ", "Pff, ",
    "Beste mevrouw, meneer, ", "Ik snap het niet: ", "Heel kort: ", "你好, ", "☕ ",
)  # fmt: skip
SUBJECTS = (
    "de meter in de kelder", "mijn jaarafrekening", "het lek voor nummer 14", "the water pressure",
    "de put op de hoek", "jullie app", "de brief over de werkzaamheden", "my moving date",
    "het betaalverzoek", "de monteur van dinsdag", "the online form", "de kalkaanslag", "水の請求書",
    "het nieuwe contract", "de storingskaart", "de kraan op het plein",
)  # fmt: skip
MIDDLES = (
    " doet het sinds gisteren niet meer", " klopt volgens mij niet", " has been sorted, thank you",
    " staat nog steeds open", " was keurig op tijd", " geeft een foutmelding", " is twice what it was",
    " ziet bruin en ruikt vreemd", " blijft maar druppelen", " kan ik nergens vinden",
    " werkt geweldig 👏", " maakt de hele straat nat 💦", " laat al drie dagen op zich wachten",
)  # fmt: skip
ENDINGS = (
    ".", "!", "? Wanneer wordt dat opgelost?", ". Can somebody call me back?", ", ik wacht al een week.",
    ". Bedankt alvast 🙏", "?! Niet te geloven.", ". Groetjes uit de Zuiderpolder 🏳️‍🌈", ", waarvoor dank.",
    ". Wat moet ik doen?", " 😡", " 👩‍👩‍👧",
)  # fmt: skip
ASIDES = (
    " Ik heb al gebeld, maar stond twintig minuten in de wacht.", " Het klantnummer stuur ik privé.",
    " We wonen hier met kleine kinderen.", " Mijn buren hebben hetzelfde.", " See the picture below.",
    " Vorig jaar was het ook al zo.", " De foto volgt.", "",
)  # fmt: skip
_HEADS = (
    "Beuk", "Berken", "Bliksem", "Boter", "Bruine", "Dijk", "Distel", "Doorn", "Eiken", "Elzen", "Esdoorn",
    "Fazanten", "Graven", "Groene", "Haven", "Hazel", "Hoge", "Iepen", "Jasmijn", "Kastanje", "Kerk",
    "Klaver", "Koningin", "Kroon", "Lage", "Leeuwerik", "Linden", "Maan", "Meidoorn", "Merel", "Molen",
    "Noorder", "Olmen", "Ooster", "Papaver", "Paarden", "Prinsen", "Reiger", "Rozen", "Schaap",
    "Singel", "Spoor",
    "Sterren", "Tarwe", "Tulpen", "Turf", "Veen", "Vijver", "Vlas", "Wester", "Wilgen", "Zilver",
)  # fmt: skip
_MIDDLE = (
    "",
    "en",
    "berg",
    "bos",
    "brug",
    "dam",
    "hof",
    "kamp",
    "land",
    "meer",
    "sluis",
    "veld",
    "werf",
    "wijk",
)
_TAILS = ("straat", "laan", "weg", "plein", "kade", "dreef", "pad", "gracht", "steeg", "hof")
STREETS = tuple(head + middle + tail for tail in _TAILS for middle in _MIDDLE for head in _HEADS)
"""Words that few messages have: 7,280 street names, the first ones far more often than the last."""

REPLIES = (
    "Wat vervelend om te horen. Stuur je ons je postcode in een privébericht? ^SV",
    "Bedankt voor het melden, onze storingsdienst is onderweg. ^AB",
    "Thank you for telling us; we have passed it on to the team in your street. ^SV",
    "Fijn om te lezen! We geven het door aan de monteur. ^AB",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """What somebody wrote, and how it was read."""

    text: str
    sentiment: str
    kind: str
    lang: str


_READINGS = (
    ("negative", "complaint"),
    ("neutral", "question"),
    ("positive", "compliment"),
    ("neutral", "chatter"),
    ("unknown", "chatter"),
    ("negative", "question"),
)


def pick(random: Random, choices: Sequence[str]) -> str:
    """One of them; cheaper than `choice`, which matters a million times over."""
    return choices[int(random.random() * len(choices))]


def street(random: Random) -> str:
    """An address; half of all draws fall on an eighth of the streets."""
    return f"{STREETS[int(random.random() ** 3 * len(STREETS))]} {int(random.random() * 180) + 1}"


def mention(random: Random) -> Mention:
    """One mention, 40 to 250 characters."""
    text = pick(random, OPENINGS) + pick(random, SUBJECTS) + pick(random, MIDDLES)
    if random.random() < 0.4:
        text += f" ({street(random)})"
    text += pick(random, ENDINGS)
    if random.random() < 0.6:
        text += pick(random, ASIDES)
    sentiment, kind = _READINGS[int(random.random() * len(_READINGS))]
    return Mention(text, sentiment, kind, "en" if " the " in text or "my " in text else "nl")


def name(random: Random) -> str:
    """A first and a last name."""
    return f"{pick(random, FIRST)} {pick(random, LAST)}"
