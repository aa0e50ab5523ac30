"""Texts that want to talk to the terminal, to the markup, or to the eye."""

from __future__ import annotations

import random

ESC = "\x1b"
HOSTILE: tuple[str, ...] = (
    "".join(map(chr, range(32))),
    "".join(map(chr, range(0x7F, 0xA0))),
    f"{ESC}]0;title\x07",
    f"{ESC}]52;c;cm0gLXJmIH4=\x07",
    f"{ESC}]8;;https://evil.example{ESC}\\link{ESC}]8;;{ESC}\\",
    f"{ESC}]1337;File=inline=1:AAAA\x07",
    f"{ESC}]777;notify;a;b{ESC}\\",
    f"{ESC}[2J{ESC}[H{ESC}[31mred",
    f"{ESC}[6n{ESC}[c{ESC}[>c{ESC}[21t",
    f'{ESC}P$q"p{ESC}\\',
    f"{ESC}P+q544e{ESC}\\",
    f"{ESC}_apc{ESC}\\{ESC}^pm{ESC}\\{ESC}Xsos{ESC}\\",
    "\x9b2J\x9d52;c;AAAA\x9c\x90q\x9c",
    f"{ESC}[?1049l{ESC}c{ESC}#8",
    "half an escape at the end " + ESC,
    "[31mand its rest in the next field",
    "\u202edrowssap\u202c \u2066iso\u2069 \u200e\u200f\u061c",
    "zero\u200bwidth\u2060\ufeffjoin\u200d\u200c",
    "z" + "\u0301\u0489\u0336" * 60 + "algo",
    "\u0300\u0301 begins with marks",
    "family 👨‍👩‍👧‍👦 flag 🇳🇱 keycap 1️⃣ heart ❤️ tone 👍🏽",
    "宽宽宽宽 ｗｉｄｅ 한국어 தமிழ் العربية עברית",
    "tag \U000e0001\U000e0041\U000e007f filler \u3164\u115f line\u2028para\u2029",
    "\ud800 lone \udfff surrogates",
    "[/]",
    "[/b] [b]bold[/b] [red on blue]",
    "[@click=app.quit]x[/]",
    "[@click='app.exit()']klik voor refund[/]",
    "[link=https://evil.example]x[/link]",
    "\\[ \\\\[/ [[ ]] {{ }} {0} %s $text-muted",
    "{{?gap}} {{name}}",
    "a\r\nb\rc\vd\fe\tf\x00g",
    "x" * 5_000,
    "",
    " ",
)
"""Each a text that a contact could send as a name, a handle, a message, a label or a link."""

_PIECES = (
    ESC, "[", "]", "/", "\\", "@", "=", "(", "'", ";", "m", "52;c;", "P", "\x9b", "\x07", "\u202e", "\u200d",
    "\u0301", "宽", "👩", "\ufe0f", "🇳", "{", "}", "$", "#", "a", " ", "\n", "\ud83d", "\U000e0020",
)  # fmt: skip


def random_texts(seed: int, count: int) -> list[str]:
    """More of them, put together by chance; the seed is in the test's name."""
    dice = random.Random(seed)
    return ["".join(dice.choices(_PIECES, k=dice.randint(1, 40))) for _n in range(count)]
