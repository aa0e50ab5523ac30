"""`measure`, `split` and `score`: JSON lines in, JSON lines out, for measuring and for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from io import BufferedReader, BytesIO

import click

from config import platforms
from desk.scoring import Scoring
from domain.errors import NotAllowed, WebcareError
from domain.inbound import Visibility
from domain.measure import Measure, measure
from domain.mention import NOBODY, Named
from domain.signoff import Signing, SignOff
from domain.split import UNSIGNED, Thread, split
from domain.text import clean
from i18n import _
from sentiment.protocol import Mention, Score, score_many
from webcare.cli.session import program_of, say_json
from webcare.program import Program


class BadLine(WebcareError):
    """A line on standard input that is not what the command reads."""

    exit_code = 2


_channel_option = click.option(
    "--channel", required=True, help=_("A platform (bluesky, mastodon, x, ...) or a configured channel.")
)
_jsonl_option = click.option(
    "--jsonl", "as_jsonl", is_flag=True, help=_("Read and write JSON lines (the only format).")
)
_signed_option = click.option("--signed", is_flag=True, help=_("With your own sign-off on that channel."))


@click.command(
    "measure",
    help=_(
        "Read JSON lines with id and text; write id, used, limit, unit and ok in the platform's counting."
    ),
)
@_channel_option
@_jsonl_option
@_signed_option
@click.pass_context
def measure_command(ctx: click.Context, channel: str, as_jsonl: bool, signed: bool) -> None:  # noqa: ARG001 - the flag names the format
    """Read {"id","text"} lines; write {"id","used","limit","unit","ok"} in the platform's own counting."""
    outgoing = _Outgoing(program_of(ctx), channel, signed=signed)

    def one(line: Mapping[str, object]) -> Mapping[str, object]:
        thread = outgoing.thread(line)
        text = str(line.get("text", ""))
        signed = text if thread.signing == UNSIGNED else thread.signing.put_on(text)
        found = measure(thread.platform, thread.to.put_in(signed), reply=thread.reply)
        return {"id": line.get("id"), **_said(found)}

    _each_line(one)


@click.command(
    "split",
    help=_("Read JSON lines with id and text; write id and parts: a thread in which each part fits."),
)
@_channel_option
@_jsonl_option
@_signed_option
@click.option("--numbered", is_flag=True, help=_("Number the parts, such as 1/3."))
@click.pass_context
def split_command(ctx: click.Context, channel: str, as_jsonl: bool, signed: bool, numbered: bool) -> None:  # noqa: ARG001 - as above
    """Read {"id","text"} lines; write {"id","parts":[{"text","used","limit","unit","ok"}]}."""
    outgoing = _Outgoing(program_of(ctx), channel, signed=signed)

    def one(line: Mapping[str, object]) -> Mapping[str, object]:
        thread = outgoing.thread(line, numbered=numbered)
        try:
            parts = split(str(line.get("text", "")), thread)
        except NotAllowed as error:
            return {"id": line.get("id"), "parts": [], "error": str(error)}
        return {
            "id": line.get("id"),
            "parts": [{"text": part.text, **_said(part.measure)} for part in parts],
        }

    _each_line(one)


class _Outgoing:
    """How a line's text goes out: where, signed how, to whom."""

    def __init__(self, program: Program, channel: str, *, signed: bool) -> None:
        self._program = program
        self._channel = program.settings.channels.get(channel)
        self._platform = self._channel.platform if self._channel else channel
        self._signed = signed

    def thread(self, line: Mapping[str, object], *, numbered: bool = False) -> Thread:
        """What the line's own keys say: visibility, sign_off, handle, reply, lang, numbered."""
        visibility: Visibility = "private" if line.get("visibility") == "private" else "public"
        handle = str(line.get("handle") or "")
        spec = platforms.find(self._platform)
        named = bool(handle) and spec is not None and spec.named_in_text
        return Thread(
            platforms.counting(self._platform, visibility),
            numbered=numbered or line.get("numbered") is True,
            to=Named(handle, "") if named else NOBODY,
            signing=self._signing(line, visibility),
            reply=line.get("reply") is True,
        )

    def _signing(self, line: Mapping[str, object], visibility: Visibility) -> Signing:
        written = line.get("sign_off")
        if isinstance(written, str):
            return Signing(SignOff.written(written), visibility)
        if not self._signed:
            return UNSIGNED
        identity, settings = self._program.identity, self._program.settings
        operator = settings.operator(identity.login, identity.name)
        policy = self._channel.policy(visibility) if self._channel else "sign"
        lang = line.get("lang")
        signoff = operator.signs(visibility, policy, str(lang) if lang else None)
        return Signing(signoff, visibility, policy, own=operator.all_signs())


def _said(found: Measure) -> dict[str, object]:
    return {"used": found.used, "limit": found.limit, "unit": found.unit, "ok": found.ok}


@click.command(
    "score",
    help=_("Read JSON lines with id, text, lang? and brand?; write what the sentiment engine makes of each."),
)
@click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Read and write JSON lines (the only format)."))
@click.pass_context
def score_command(ctx: click.Context, as_jsonl: bool) -> None:  # noqa: ARG001 - the flag names the format
    """Read {"id","text","lang"?,"brand"?} lines; write what the sentiment engine makes of each."""
    from webcare.engines import Announcer, engine_of  # noqa: PLC0415 - only whoever scores loads an engine

    program = program_of(ctx)
    scoring = Scoring(engine_of(program.settings, patient=True), program.settings.organisation.brands)
    announcer = Announcer(program.settings, scoring)
    for lines in _pages():
        scores = score_many(scoring.engine, [_mention(line, scoring.brands) for line in lines])
        for sentence in announcer.news():
            click.echo(f"webcare: {clean(sentence)}", err=True)
        for line, score in zip(lines, scores, strict=True):
            say_json(_scored(line, score))


def _mention(line: Mapping[str, object], ours: tuple[str, ...]) -> Mention:
    brand, lang = line.get("brand"), line.get("lang")
    return Mention(str(line.get("text", "")), str(lang) if lang else None, (str(brand),) if brand else ours)


def _scored(line: Mapping[str, object], score: Score) -> Mapping[str, object]:
    return {
        "id": line.get("id"),
        "sentiment": score.sentiment,
        "score": round(score.value, 4),
        "confidence": round(score.confidence, 4),
        "kind": score.kind,
        "language": score.language,
        "engine": f"{score.engine} {score.version}",
    }


def _each_line(work: Callable[[Mapping[str, object]], Mapping[str, object]]) -> None:
    for line in _lines():
        say_json(work(line))


def _lines() -> Iterator[Mapping[str, object]]:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if raw.strip():
            yield _parsed(number, raw)


def _pages() -> Iterator[list[Mapping[str, object]]]:
    """The lines that are there, together; who writes one and waits for its answer gets it."""
    stdin, number, rest, ended = sys.stdin.buffer, 0, b"", False
    while not ended:
        chunk = stdin.read1() if isinstance(stdin, BufferedReader | BytesIO) else stdin.read()
        ended = not chunk
        *raws, rest = (rest + chunk).split(b"\n") if chunk else (rest, b"")
        page: list[Mapping[str, object]] = []
        for raw in raws:
            number += 1
            try:
                page += [_parsed(number, raw)] if raw.strip() else []
            except BadLine:
                yield page  # what stands before it is answered first
                raise
        yield page


def _parsed(number: int, raw: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadLine(_("Line {number} is not JSON; write one object a line.", number=number)) from error
    if not isinstance(value, dict):
        raise BadLine(_("Line {number} is not a JSON object.", number=number))
    return value
