"""`webcare reply --template`: an approved text after the window, with the picker's own checks."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from storage import platform_templates
from tests.webcare.conftest import Run
from tests.webcare.test_cli import as_json, imported, line

READY = {
    "name": "klaar", "language": "nl", "category": "utility", "text": "Dag {{1}}, het is {{2}}.",
    "places": ["1", "2"], "refusal": "",
}  # fmt: skip
ENGLISH = {**READY, "language": "en", "text": "Dear {{1}}, it is {{2}}."}
ALONE = {**READY, "name": "dank", "text": "Dank je wel.", "places": []}
PICTURED = {**READY, "name": "foto", "refusal": "Send it from the WhatsApp Manager."}
SHUT = {"ok": True, "until": 1, "needs": "template", "reason": "De dag is om."}


@pytest.fixture
def shut(run: Run, tmp_path: Path) -> Run:
    """A private talk whose window is over, on a channel with approved templates."""
    imported(run, tmp_path, line(2, "Hoe laat?", channel="practice", visibility="private"))
    with sqlite3.connect(tmp_path / "desk.db") as connection:
        connection.execute("UPDATE message SET caps = ?", (json.dumps({"private": SHUT, "public": SHUT}),))
        platform_templates.keep(connection, "practice", [READY, ENGLISH, ALONE, PICTURED], at=1)
    connection.close()
    return run


def queued(tmp_path: Path) -> list[tuple[str, dict[str, object] | None]]:
    connection = sqlite3.connect(tmp_path / "desk.db")
    rows = connection.execute("SELECT text, template FROM outbox ORDER BY id").fetchall()
    connection.close()
    return [(text, json.loads(template) if template else None) for text, template in rows]


def test_a_template_goes_out_where_a_text_cannot(shut: Run, tmp_path: Path) -> None:
    assert shut("reply", "1", "--private", text="Om negen uur.").code == 5
    done = shut(
        "reply", "1", "--template", "klaar/nl", "--value", "1=Jan", "--value", "2=negen = 9 uur", "--json"
    )
    assert done.code == 0
    said = as_json(done)
    assert isinstance(said, dict)
    assert (said["outbox"], said["parts"]) == (1, 1)
    values = {"1": "Jan", "2": "negen = 9 uur"}
    used = {"name": "klaar", "language": "nl", "values": values}
    assert queued(tmp_path) == [("Dag Jan, het is negen = 9 uur.", used)]
    assert "Queued" in shut("reply", "1", "--template", "dank").out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--template", "klaar", "--value", "1=Jan", "--value", "2=x"), 5, "klaar/nl, klaar/en"),
        (("--template", "klaar/nl", "--value", "1=Jan"), 5, "Fill in 2"),
        (("--template", "klaar/nl", "--value", "1=Jan", "--value", "2= "), 5, "Fill in 2"),
        (("--template", "dank", "--value", "1=Jan"), 5, "has no place 1"),
        (("--template", "niets"), 6, "klaar/nl"),
        (("--template", "klaar/fr"), 6, "klaar/nl"),
        (("--template", "foto", "--value", "1=a", "--value", "2=b"), 5, "WhatsApp Manager"),
        (("--template", "dank", "--value", "zonder"), 2, "place=value"),
        (("--template", "dank", "--value", "1=a", "--value", "1=b"), 2, "place=value"),
        (("--value", "1=a"), 2, "--template"),
        (("--template", "dank", "--template", "klaar"), 2, "goes alone"),
        (("--template", "dank", "--note"), 2, "goes alone"),
        (("--template", "dank", "--split"), 2, "goes alone"),
    ],
)
def test_what_cannot_go_is_one_sentence(
    shut: Run, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = shut("reply", "1", *words)
    assert done.code == code
    assert says in done.err
    assert queued(tmp_path) == []


def test_a_channel_without_templates_says_so(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, line(2, "Hoe laat?", channel="practice", visibility="private"))
    done = run("reply", "1", "--template", "klaar")
    assert done.code == 6
    assert "not been fetched yet" in done.err
