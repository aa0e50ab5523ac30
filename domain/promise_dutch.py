"""How operators promise in Dutch and Flemish."""

from __future__ import annotations

from domain.promise_way import AGENT, Told, What

US = rf"(?:ik(?:zelf)?|'k|we|wij|ze|zij|hij|er iemand|iemand|{AGENT})"
WORD = r"(?:[\w'’/@.-]+ )"
_YOU = r"(?:je|jij|u|jullie|ge|gij)"
_THEM = r"(?:je|jou|u|jullie|hem|haar|ze|terug)\b"
_NEWS = (
    r"(?:bericht(?:je)?|mail(?:tje)?|e-?mail|update|dm|antwoord|reactie|uitsluitsel"
    r"|terugkoppeling|nieuws|seintje"
    r"|belletje|telefoontje|brief|duidelijkheid|uitleg|voorstel|info(?:rmatie)?"
    r"|privebericht|pb)"
)
_DONE = (
    r"(?:opgelost|verholpen|hersteld|geregeld|klaar|in orde|gemaakt|gerepareerd|verstuurd"
    r"|verzonden|geleverd|bezorgd"
    r"|teruggestort|terugbetaald|teruggeboekt|overgemaakt|gestort|bijgeschreven|vervangen"
    r"|afgehandeld|rond|gefixt"
    r"|gecorrigeerd|aangepast|beantwoord|uitgezocht|verwerkt|erop|op (?:je|uw|jouw|de)"
    r" (?:\w+)|bij (?:je|jou|u|jullie)\b"
    r"|in huis|in (?:je|uw|jouw|de) (?:mailbox|inbox|mail|bus|brievenbus)|de deur uit"
    r"|onderweg|weer|langs|gebeld"
    r"|teruggebeld|nagekeken|bekeken|opgepakt|opgehaald|geplaatst|binnen|goed)"
)

PARTICIPLE = (
    r"\b(?:(?:op|af|over|terug|uit|na|door|bij|aan|in|mee|weg|klaar|los|vast)?ge\w{3,}(?:d|t|en)"
    r"|(?:ver|be|her|ont)\w{2,}(?:d|t|en))(?!\w)"
)

VERBS: tuple[tuple[What, str, str, bool], ...] = (
    # what, forms of the verb, what must stand behind it, only with a moment
    ("call", "bel|belt|bellen|telefoneer|telefoneren", _THEM + r"|\bop\b|\bik je\b", False),
    ("call", "geef|geeft|geven", r"\b(?:belletje|telefoontje)\b", False),
    (
        "report",
        "kom|komt|komen",
        (
            r"\b(?:er\w*|hier\w*|daar\w*|op|bij (?:je|jou|u|jullie))\b.*\bterug\b|\bterug (?:bij"
            r"|op)\b"
            r"|\bmet een (?:antwoord|update|reactie|voorstel)"
        ),
        False,
    ),
    ("report", "laat|laten", r"\b(?:weten|horen)\b", False),
    ("report", "meld|meldt|melden", r"\b(?:me|mij|ons|je|u|terug|hier)\b", False),
    ("report", "koppel|koppelt|koppelen", r"\bterug\b", False),
    ("report", "hou|houd|houdt|houden", r"\bhoogte\b", False),
    ("report", "neem|neemt|nemen", r"\bcontact\b", False),
    ("report", "contacteer|contacteert|contacteren|verwittig|verwittigt|verwittigen", r"", False),
    ("report", "mail|mailt|mailen|app|appt|appen|dm|bericht|sms", _THEM + r"|\bhet\b", False),
    (
        "report",
        "stuur|stuurt|sturen|geef|geeft|geven|plaats|plaatst|plaatsen|post|posten|deel|delen",
        rf"\b{_NEWS}\b",
        False,
    ),
    ("report", "reageer|reageert|reageren|antwoord|antwoordt|antwoorden|beantwoord|beantwoorden", r"", True),
    ("report", "vertel|vertelt|vertellen", _THEM + r"|\bhier\b", False),
    ("report", "post|posten|plaats|plaatsen", r"\bhier\b", False),
    ("report", "informeer|informeert|informeren|update|updaten", _THEM + r"|\bhier\b", False),
    ("report", "weet|weten|heb|hebben|heeft", rf"\b(?:meer|{_NEWS}|een oplossing|de uitslag)\b", True),
    ("report", "verwacht|verwachten", r"\b(?:te weten|te horen|nieuws|antwoord|uitsluitsel|meer)\b", True),
    ("find_out", "zoek|zoekt|zoeken", r"\buit\b", False),
    (
        "find_out",
        "kijk|kijkt|kijken",
        r"(?!.*\buit naar\b)(?!.*\bnaar uit\b).*(?:\bna\b|\bnaar\b|ernaar|\bmee\b|\bvoor (?:je|u)\b|\bhet\b)",
        False,
    ),
    ("find_out", "vraag|vraagt|vragen", r"\bna\b|\b(?:aan|bij) (?:mijn|de|het|onze|een)\b", False),
    (
        "find_out",
        (
            "check|checkt|checken|controleer|controleert|controleren|bekijk|bekijkt|bekijken"
            "|onderzoek|onderzoekt"
            "|onderzoeken|bespreek|bespreekt|bespreken|bezie|bezien|beoordeel|beoordelen"
        ),
        r"",
        False,
    ),
    ("find_out", "ga|gaat|gaan", r"\bna\b|achteraan\b|\baan de slag\b", False),
    ("find_out", "duik|duikt|duiken", r"\bin\b|erin\b", False),
    ("pass_on", "geef|geeft|geven", r"\b(?:door|mee aan)\b", False),
    ("pass_on", "zet|zetten", r"\b(?:door|uit bij|klaar)\b", False),
    ("pass_on", "leg|legt|leggen", r"\b(?:voor|neer bij)\b", False),
    ("pass_on", "stuur|stuurt|sturen", r"\bdoor\b", False),
    (
        "done",
        (
            "regel|regelt|regelen|fix|fixt|fixen|herstel|herstelt|herstellen|repareer|repareert"
            "|repareren|vervang"
            "|vervangt|vervangen|corrigeer|corrigeren|annuleer|annuleren|crediteer|crediteren"
            "|vergoed|vergoeden"
        ),
        r"",
        False,
    ),
    ("done", "los|lost|lossen", r"\bop\b", False),
    ("done", "maak|maakt|maken", r"\b(?:in orde|goed|over|het bedrag)\b", False),
    ("done", "pas|past|passen", r"\baan\b", False),
    (
        "done",
        "boek|boekt|boeken|stort|storten|betaal|betaalt|betalen|zet|zetten",
        r"\b(?:terug|over|recht)\b",
        False,
    ),
    ("done", "handel|handelt|handelen|rond|rondt|ronden", r"\baf\b", False),
    ("done", "pak|pakt|pakken|volg|volgt|volgen", r"\bop\b", False),
    ("done", "breng|brengt|brengen", r"\bin orde\b", False),
    ("done", "zorg|zorgt|zorgen", r"\b(?:dat|ervoor|voor)\b", False),
    ("done", "doe|doet|doen|verwerk|verwerkt|verwerken", r"\b(?:het|dat|dit|je|de|uw)\b", True),
    ("done", "beloof|beloven|garandeer|garanderen", r"", False),
    (
        "send",
        (
            "stuur|stuurt|sturen|verstuur|verstuurt|versturen|verzend|verzendt|verzenden|lever"
            "|levert|leveren|bezorg"
            "|bezorgt|bezorgen|breng|brengt|brengen|bied|bieden"
        ),
        rf"\b(?:{_YOU}|op|toe|na|het|hem|de|een|die|ze|aan)\b",
        True,
    ),
    (
        "visit",
        "kom|komt|komen|sta|staat|staan|ben",
        r"\b(?:langs|bij (?:je|jou|u|jullie)|thuis|voor de deur|herstellen|kijken|ter plaatse|er)\b",
        True,
    ),
    ("visit", "plan|plant|plannen", r"\b(?:afspraak|in)\b", False),
    ("visit", "heb|hebben|heeft", r"\b(?:ingepland|afgesproken|ingeboekt)\b", True),
    ("done", "laat|laten", r"\b\w{3,}en\b", True),
)

WILL = r"(?:ga|gaat|gaan|zal|zullen|beloof(?: je| u)? (?:om )?)"
WILL_DO: tuple[tuple[What, str], ...] = (
    ("call", r"(?:terug|op)?bellen|telefoneren"),
    (
        "report",
        (
            r"laten weten|terugkomen|terugkoppelen|melden|mailen|appen|contacteren|reageren"
            r"|antwoorden|informeren"
            r"|beantwoorden|updaten|op de hoogte houden|terug te komen"
        ),
    ),
    (
        "find_out",
        (
            r"uitzoeken|navragen|nakijken|nagaan|bekijken|bespreken|checken|controleren"
            r"|onderzoeken|kijken|zoeken"
            r"|vragen|aan de slag|mee aan de slag|uitvragen|achteraan"
        ),
    ),
    ("pass_on", r"doorgeven|doorzetten|voorleggen|doorsturen|meenemen"),
    (
        "done",
        (
            r"regelen|oplossen|aanpassen|herstellen|vervangen|terugstorten|terugbetalen|overmaken"
            r"|opvolgen|oppakken"
            r"|afhandelen|in orde (?:maken|brengen)|rechtzetten|zorgen|fixen|repareren|corrigeren"
            r"|goedmaken"
        ),
    ),
    ("send", r"(?:op|toe|ver|na)?sturen|verzenden|leveren|bezorgen"),
    ("visit", r"langskomen|langs komen|inplannen"),
)

RECEIVED: tuple[Told, ...] = (
    ("report", rf"\b{_YOU} (?:hoort|hoor|verneemt)\b.*\b(?:van|wanneer|of|hoe|nog)\b", False),
    ("report", rf"\b(?:hoort|hoor|verneemt|verneem) {_YOU}\b.*\b(?:van|wanneer|hoe|het|dat)\b", False),
    ("report", rf"\b(?:hoort|hoor|verneemt|verneem) {_YOU}\b|\b{_YOU} (?:hoort|hoor|verneemt)\b", True),
    (
        "report",
        rf"\b(?:{_YOU} (?:krijgt|ontvangt)|(?:krijg|ontvang|krijgt|ontvangt) {_YOU})\b.*\b{_NEWS}\b",
        False,
    ),
    ("send", rf"\b(?:{_YOU} (?:krijgt|ontvangt)|(?:krijg|ontvang|krijgt|ontvangt) {_YOU})\b", True),
    (
        "done",
        rf"\b(?:{_YOU} (?:hebt|heeft|heb)|(?:heb|hebt|heeft) {_YOU})\b(?!.*\b(?:tijd|gelijk|recht|vrij)\b)",
        True,
    ),
    ("report", rf"\b{_YOU} (?:kunt|kan|mag|moogt|kun)\b.*\b{_NEWS}\b.*\bverwachten\b", False),
    ("report", rf"\b(?:kun|kan|kunt|mag|moogt) {_YOU}\b.*\b{_NEWS}\b.*\bverwachten\b", False),
    (
        "done",
        (
            rf"\b(?:staat|staan|ligt|liggen|is|zijn|wordt|worden|komt|komen|gaat|gaan|werkt|doet"
            rf"|zit|zal|heeft)\b.*\b{_DONE}(?!\w)"
        ),
        True,
    ),
    ("done", rf"\b{_DONE} (?:is|zijn|wordt|worden|zal)\b", True),
    ("done", rf"\b(?:wordt|worden)\b.*{PARTICIPLE}", True),
    ("report", r"\bcontact\b.*\bop(?:neemt|nemen)\b|\bterug(?:belt|bellen)\b|\bopbelt\b", True),
    ("visit", r"\blangs(?:komt|komen)\b", True),
    ("report", rf"\bweet {_YOU}\b|\bzie {_YOU} .*\bop (?:je|uw) (?:rekening|account)\b", True),
    (
        "done",
        (
            r"(?<!\bu )(?<!\bje )\b(?:belt|mailt|appt|brengt|levert|bezorgt|contacteert|stuurt"
            r"|legt|vervangt|herstelt"
            r"|repareert|controleert|bespreekt|plaatst|boekt|stort|haalt)\b(?! (?:je|u) (?:ons|me"
            r"|mij)\b)"
        ),
        True,
    ),
    (
        "visit",
        (
            rf"\b{AGENT} (?:is|zijn|staat|komt) (?:er|bij|dan|morgen|op)?\b|\bkomt er iemand\b"
            rf"|\b(?:komt|is|staat) {AGENT}"
        ),
        True,
    ),
    ("visit", r"\bkomen ze\b|\bze komen\b", True),
    (
        "send",
        (
            r"\b(?:pakket|pakje|bestelling|levering|zending|terugbetaling|betaling|bedrag|geld"
            r"|brief|creditnota|nieuwe|vervang\w+)"
            r" (?:\w+ ){0,4}?(?:komt|volgt|komen|volgen)\b|\b(?:komt|volgt) (?:de|het|je|uw|een) "
        ),
        True,
    ),
)

_NO_ACT = (
    r"(?:ben|zijn|is|heb|hebben|kan|kunnen|mag|mogen|moet|moeten|wil|willen|weet|weten"
    r"|zie|zien|snap|snappen|begrijp"
    r"|begrijpen|hoop|hopen|vind|vinden|denk|denken|wens|wensen|wacht|wachten|hoor|horen"
    r"|lees|lezen|krijg|krijgen|had"
    r"|hadden|was|waren|zou|zouden|werk|werken|verwacht|verwachten|verwelkomen|ontvangen"
    r"|begroeten|missen|vieren"
    r"|duim|duimen|als|dat|of|en|die|wat|hoe|waar|toen|dan|want|maar|moest|moesten|wist"
    r"|kreeg|ging|zag|vermoed)"
)
ANY: tuple[Told, ...] = (
    ("done", rf"\bik (?!{_NO_ACT}\b)\w+|\b(?!{_NO_ACT}\b)\w{{3,}} ik\b", True),
    (
        "done",
        (
            rf"(?=.*\b(?:je|jou|u|jouw|uw|jullie|dat|dit|het|hem|die|ze)\b)(?:\b(?:we|wij)"
            rf" (?!{_NO_ACT}\b)\w+|\b(?!{_NO_ACT}\b)\w{{3,}}en we\b)"
        ),
        True,
    ),
)
"""With a moment beside it, what “ik” does is promised; “we” also tells news, unless it is about them."""
