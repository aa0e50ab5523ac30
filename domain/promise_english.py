"""How operators promise in English."""

from __future__ import annotations

from domain.promise_way import AGENT, Told, What

WHO = r"(?:i|we|they|he|she|who|someone|somebody|someone from (?:\w+ ){1,4}?|" + AGENT + ")"
SHALL = (
    r"(?:'ll| will| shall|(?:'m| am|'re| are|'s| is) (?:going to|gonna|about to)|"
    r" promise(?: you)?(?: (?:to|that|i'll))?"
    r"| aim to| hope to|'ll try to| will try to| expect to)"
)
_LET = r"(?:let me)"
PLAN: tuple[tuple[What, str], ...] = (
    ("call", r"call|phone|ring|give you (?:a|another) (?:quick )?(?:call|ring|buzz)"),
    (
        "report",
        (
            r"get back|come back|be back|be in touch|get in touch|contact|let (?:you|everyone"
            r"|people|them) know|update"
            r"|keep you (?:updated|posted|informed|in the loop)|post|message|dm|email|e-mail|mail"
            r"|text|write|reply|respond"
            r"|answer|tell|share|follow up|reach out|inform|report|have (?:an answer|news|an"
            r" update|more)|know more|confirm"
        ),
    ),
    (
        "find_out",
        (
            r"look (?:into|at)|take a (?:closer )?look|check|find out|investigate|ask|review|dig"
            r"|chase|speak|talk|discuss"
            r"|see what|see where|have a look|get to the bottom"
        ),
    ),
    ("pass_on", r"pass|forward|raise|escalate|hand|feed|make sure (?:this|that|it|your)|flag"),
    (
        "done",
        (
            r"fix|sort|resolve|refund|repair|replace|correct|arrange|process|cancel|take care"
            r"|make sure|ensure"
            r"|have (?:this|it|that|your|everything)|get (?:this|that|your)|credit|honour|waive"
            r"|put (?:this|it|that) right"
        ),
    ),
    ("send", r"send|ship|deliver|dispatch|get (?:it|one|a new)|reach you"),
    ("visit", r"visit|come (?:by|over|round|out)|be there|be with you"),
)
_LATER = (
    r"(?:fixed|resolved|sorted|back|refunded|with you|in your|there|delivered|sent"
    r"|shipped|ready|done|completed"
    r"|processed|up and running|working|replaced|repaired|dispatched|restored|updated"
    r"|corrected|cleared|credited)"
)
TOLD: tuple[Told, ...] = (
    (
        "find_out",
        (
            r"\b(?:i|we)(?:'m| am|'re| are) (?:\w+ ){0,2}?(?:looking into|checking|investigating"
            r"|chasing|asking)\b"
        ),
        False,
    ),
    (
        "find_out",
        (
            rf"\b{_LET} (?:\w+ )?(?:check|find out|look|ask|see|dig)\b|\bleave (?:it|this|that)"
            rf" with (?:me|us)\b"
        ),
        False,
    ),
    (
        "report",
        (
            r"\byou(?:'ll| will| should| can expect to)(?: \w+){0,2} (?:hear|receive (?:a|an|our)"
            r" (?:reply|email|call|message|update))\b"
        ),
        False,
    ),
    (
        "report",
        (
            r"(?:^|can |you can )expect (?:to hear|a (?:call|reply|message|response)|an (?:answer"
            r"|email|update))"
        ),
        False,
    ),
    (
        "done",
        (
            r"\byou(?:'ll| will| should)(?: \w+){0,2} (?:get|receive|have|be (?:refunded|able)"
            r"|see)\b(?! (?:received|had|got))"
        ),
        True,
    ),
    ("done", rf"(?:'ll|\bwill|\bshould|going to) (?:\w+ ){{0,2}}?be (?:\w+ ){{0,2}}?{_LATER}\b", True),
    ("done", r"(?:'ll|\bwill|\bshould) (?:\w+ )?(?:arrive|reach|land|go out|leave|show)\b", True),
    (
        "send",
        (
            r"\b(?:i|we|he|she|they)(?:'m| am|'re| are|'s| is) (?:\w+ )?(?:calling|sending"
            r"|refunding|shipping|contacting"
            r"|fixing|collecting|posting|delivering|bringing|coming|replacing|ringing)\b"
        ),
        True,
    ),
    (
        "done",
        (
            r"\b(?!it |this |that |there |what |you |your |which |who |sale |shop |store )\w+(?:"
            r" will|'ll) (?:\w+ )?(?:call|ring|phone"
            r"|contact|bring|put|email|message|reply|visit|come|fix|repair|deliver|collect|post"
            r"|send)\b"
        ),
        True,
    ),
    (
        "done",
        (
            r"\b(?:rings|calls|brings|emails|messages|delivers|posts|sends) (?:you|it|them|him"
            r"|her)\b"
        ),
        True,
    ),
    ("done", r"(?:'ll|\bwill|\bshould|going to) be (?!closed)\w+(?:ed|en)\b", True),
    (
        "done",
        (
            r"\b(?:money|refund|replacement|parcel|order)\b.* (?:is|'s|'re|are|goes|comes)"
            r" (?:coming|going|back|on its way)"
        ),
        True,
    ),
    (
        "done",
        (
            r"^(?:will|'ll) (?:\w+ ){0,2}?(?:contact|call|ring|phone|reply|email|update|fix|send"
            r"|deliver|be with you|visit)\b"
        ),
        False,
    ),
)

ANY: tuple[Told, ...] = (
    ("done", r"\b(?:i'll|i will|i'm going to) (?!be\b|see\b|miss\b|need\b|love\b|have to\b|wish\b)\w+", True),
    (
        "done",
        (
            r"(?=.*\b(?:you|your)\b)\b(?:we'll|we will|we're going to) (?!be\b|see\b|miss\b"
            r"|need\b|love\b|have to\b|wish\b|welcome\b)\w+"
        ),
        True,
    ),
)
"""With a moment beside it, what “I” will do is promised; “we” also tells news, unless it is about them."""
