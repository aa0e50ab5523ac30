"""Is this message only a closing thanks? Then it opens nothing and starts no clock.

Precision before everything: a missed thanks costs a glance, a lost question costs a customer. So a message
is a thanks only when every single word, sign and emoji of it is known to be harmless, and something in it
really thanks, reports success or cheers. `but`, a question mark, an ellipsis, quotation marks, an
unknown word or a sour emoji: no.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from typing import Final, Literal

_Role = Literal["thanks", "doubtful", "success", "cheer", "praise", "answer", "filler"]
"""`doubtful` thanks are as often bitter; they and mere `praise` need a happy emoji or a second witness.

An `answer` such as "ja" may ask us to act ("Ja, dank je" to "Zullen we bellen?"): only success outweighs it.
"""

_LANGUAGES: Final = frozenset({"nl", "en", "fr", "de"})
_MAX_LENGTH: Final = 200
"""Characters; nobody needs more to say thanks."""

_WORDS: Final[dict[_Role, str]] = {
    "thanks": """
        bedankt, hartelijk bedankt, heel erg bedankt, erg bedankt, super bedankt, superbedankt, nogmaals
        bedankt, heel hartelijk bedankt, onwijs bedankt, ontzettend bedankt, enorm bedankt, dank, dank
        je, dank je wel, dankje, dankjewel, dank u, dank u wel, danku, dankuwel, dank jullie wel, dank
        jullie, dankjulliewel, dank je hartelijk, veel dank, heel veel dank, hartelijk dank, grote dank,
        mijn dank is groot, 1000x dank, duizendmaal dank, duizend maal dank, dank daarvoor, bedankt
        daarvoor, dankie, thnx, thx, tnx, thanx, thanks, thank you, thank you so much, thank you very
        much, many thanks, thanks so much, thanks again, thank you again, thank u, thankyou, thanks
        guys, thanks all, thanks team, ty, tysm, tyvm, cheers, much appreciated, appreciate it, really
        appreciate it, i appreciate it, merci, merci beaucoup, un grand merci, grand merci, mille
        mercis, merci a vous, merci a toi, merci a tous, mercikes, merkes, merci infiniment, danke,
        danke schon, dankeschon, danke sehr, vielen dank, vielen lieben dank, besten dank, herzlichen
        dank, tausend dank, lieben dank, danke dir, danke euch, danke ihnen
    """,
    "doubtful": """
        thanks a lot, thanks a bunch, thanks a million, merci bien, many many thanks, dank je wel zeg
    """,
    "success": """
        gelukt, het is gelukt, is gelukt, 't is gelukt, al gelukt, opgelost, is opgelost, het is
        opgelost, is al opgelost, probleem opgelost, werkt weer, het werkt weer, alles werkt weer, hij
        werkt weer, doet het weer, hij doet het weer, alles doet het weer, het werkt, het werkt nu,
        werkt nu, in orde, is in orde, alles in orde, het is in orde, komt in orde, geregeld, is
        geregeld, alles geregeld, gevonden, ontvangen, solved, all solved, it works, it works now, it
        works again, working again, working now, works again, all good, all good now, all sorted,
        sorted, that worked, that did it, fixed, it's fixed, c'est bon, ca marche, ca marche maintenant,
        probleme resolu, c'est regle, hat geklappt, es hat geklappt, funktioniert wieder, klappt wieder,
        erledigt, alles gut, working again now, alles doet het, gelukt nu
    """,
    "cheer": """
        top, toppie, topper, helemaal top, echt top, super, supertof, superfijn, heel super, perfect,
        perfecto, goed geholpen, jullie zijn top, jullie zijn toppers, je bent een topper, perfekt,
        parfait, you rock, you guys rock, you're the best, you are the best, jippie
    """,
    "praise": """
        fijn, heel fijn, wat fijn, erg fijn, geweldig, mooi, heel mooi, fantastisch, klasse, tof, zalig,
        goed, ok, oke, okay, okido, okee, okey, lief, heel lief, wat lief, aardig, snel, netjes, keurig,
        goed zo, duidelijk, helder, is goed, dat is fijn, dat is goed, dat is top, da's goed, da's top,
        da's lief, da's fijn, dat is lief, great, awesome, brilliant, amazing, excellent, lovely,
        wonderful, nice, cool, good, very helpful, perfect thanks, great service, great help, great
        support, that's great, that's perfect, genial, nickel, impeccable, tres bien, d'accord, toll,
        prima service, klasse service, wunderbar, alles klar, sehr gut, goed bezig, toppers, chapeau,
        hoera, topservice, top service, super service, prima, helemaal goed, helemaal prima, jullie zijn
        geweldig, great to hear, good to hear, that is great, goed nieuws, dat is goed nieuws, goed om
        te horen, fijn om te horen, super fijn
    """,
    "filler": """
        hoi, hallo, hey, hi, hello, dag, beste, bonjour, ah, ooh, oh, aha, en, and, et, und, ook,
        hartstikke, heel, erg, echt, zo, nogmaals, again, so, much, very, really, all, team, allemaal,
        iedereen, everyone, jullie, je, u, wel, you, fijne dag, fijne dag nog, fijne dag verder, nog een
        fijne dag, prettige dag, fijne avond, fijne avond nog, fijn weekend, fijn weekend nog, goed
        weekend, prettig weekend, fijne werkdag, fijne week, goede dag, werk ze, succes, succes nog,
        groetjes, groeten, groet, gr, grtjs, mvg, vriendelijke groet, met vriendelijke groet,
        vriendelijke groeten, met vriendelijke groeten, liefs, x, xx, xxx, xo, xoxo, doei, have a nice
        day, have a great day, have a good day, have a good one, nice day, kind regards, regards, bye,
        bonne journee, bonne soiree, bon week-end, bon weekend, bien a vous, cordialement, schonen tag,
        schonen tag noch, einen schonen tag, einen schonen tag noch, schones wochenende, lg, viele
        grusse, liebe grusse, tot ziens, ciao
    """,
    "answer": """
        ja, jep, jup, yep, yes, oui, yup, yeah
    """,
}

_FOR: Final = "|".join(
    (
        (
            r"voor (?:(?:de|het|je|jullie|uw|jouw|alle|al je|al jullie) )?(?:(?:super|heel|erg) )?"
            r"(?:(?:snelle|vlotte|goede|fijne|prettige|vriendelijke|duidelijke|geweldige|top|lieve|extra) )*"
            r"(?:hulp|reactie|antwoord|service|info|informatie|uitleg|moeite|meedenken|tip|terugkoppeling|"
            r"oplossing|ondersteuning|bericht|berichtje|geduld|helpen|aandacht|behandeling|update|uitzoeken)"
        ),
        (
            r"for (?:(?:the|your|all|all the|all your) )?"
            r"(?:(?:quick|fast|swift|speedy|great|prompt|kind|lovely|super) )*"
            r"(?:help|reply|response|support|service|info|information|assistance|update|answer|patience|"
            r"helping(?: me)?(?: out)?|sorting (?:this|it)(?: out)?|getting back to me)"
        ),
        (
            r"pour (?:votre |ton |l'|la |le |les |vos )?"
            r"(?:aide|reponse|infos|info|informations|service|reaction|retour|reactivite)(?: rapide)?"
        ),
        (
            r"fur (?:die |ihre |eure |deine |das )?(?:schnelle |tolle |nette )*"
            r"(?:hilfe|antwort|ruckmeldung|unterstutzung|info|infos)"
        ),
    )
)
_HAPPY: Final = frozenset(
    "👍🙏❤♥😊🙂😀😁😄😃😺☺🥰😍💪👌🎉🤗💕💙💚💛🧡💜💖💗💓💝🤍🫶😘🤝💯🙌🥳🌸🌹💐🌷🌻🍀⭐🌟✨☀🌞✅✔🆗😇🎊🤩"
)
_HAPPY_SIGN: Final = r":-?[)D]|:'\)|=\)|<3|\^\^"
_IGNORED = re.compile("[\ufe0e\ufe0f\u200b\u200d\u2060\U0001f3fb-\U0001f3ff]")
_HANDLE = re.compile(r"(?<![\w@])@[\w.\-]+(?:@[\w.\-]+)?")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_GAP: Final = r"[\s,!&+/–—-]+|\.(?!\.)"

_ROLES: Final[dict[str, _Role]] = {
    " ".join(phrase.split()): role for role, phrases in _WORDS.items() for phrase in phrases.split(",")
}


def _alternatives(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


@cache
def _step() -> re.Pattern[str]:
    # Compiled at first need: start-up counts in milliseconds, and this has hundreds of alternatives.
    return re.compile(
        f"(?P<happy>[{''.join(_HAPPY)}]|{_HAPPY_SIGN})|(?P<gap>{_GAP})"
        f"|(?P<object>(?:{_FOR})(?!\\w))"
        f"|(?P<phrase>(?:{_alternatives(_ROLES)})(?![\\w']))"
    )


def is_closing_thanks(text: str, *, lang: str | None = None, names: Collection[str] = ()) -> bool:
    """Whether a message says thanks, well done or solved, and nothing else at all.

    `names` are first names that may be greeted: those of the desk's operators. In a `lang` other than
    Dutch, English, French and German only emoji are understood. Takes time linear in the text.
    """
    if len(text) > _MAX_LENGTH:
        return False
    plain = _plain(text, names)
    step = _step()
    roles: set[str] = set()
    position = 0
    while position < len(plain):
        match = step.match(plain, position)
        if match is None:
            return False
        roles.add(_ROLES[match.group()] if match.lastgroup == "phrase" else str(match.lastgroup))
        position = match.end()
    if lang is not None and lang.split("-")[0].lower() not in _LANGUAGES:
        return "happy" in roles and roles <= {"happy", "gap"}
    return _convincing(roles)


def _convincing(roles: set[str]) -> bool:
    if "answer" in roles:
        return "success" in roles
    if roles & {"thanks", "success", "cheer", "happy"}:
        return True
    return {"doubtful", "praise"} <= roles


def _plain(text: str, names: Collection[str]) -> str:
    """Small letters without accents, handles and names; `Suuuper` is `super`, white space is one space."""
    plain = _DRAWN_OUT.sub(r"\1", _folded(_HANDLE.sub(" ", _IGNORED.sub("", text))))
    for name in filter(None, map(_folded, names)):
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", plain)
    return " ".join(plain.split())


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))
