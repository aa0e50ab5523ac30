"""`webcare coach`: drafts in, remarks out, and a bad line that stops nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.webcare.conftest import Run

DRAFT = {
    "id": 1,
    "reply": "Bel ons maar.",
    "mention": "Waar blijft het?",
    "channel": "x",
    "visibility": "public",
}


def test_each_line_gets_its_remarks(run: Run) -> None:
    lines = [
        DRAFT,
        {**DRAFT, "id": "b", "reply": "Ja, tot 17:00 vandaag.", "lang": "nl", "mention_kind": "question"},
    ]
    outcome = run("coach", "--jsonl", text="\n".join(json.dumps(line) for line in lines))
    first, second = (json.loads(line) for line in outcome.out.splitlines())
    assert (outcome.code, outcome.err) == (0, "")
    assert first["id"] == 1
    assert {"rule", "level", "start", "end", "message", "suggestion"} == set(first["remarks"][0])
    assert "redirect" in {remark["rule"] for remark in first["remarks"]}
    assert second == {"id": "b", "remarks": []}


def test_a_bad_line_is_named_and_the_rest_goes_on(run: Run) -> None:
    text = "\n".join(["kapot", json.dumps(DRAFT), "[]", json.dumps({"reply": 3}), "", json.dumps(DRAFT)])
    outcome = run("coach", "--jsonl", text=text)
    assert outcome.code == 2
    assert len(outcome.out.splitlines()) == 2
    said = outcome.err.splitlines()
    assert ["Line 1" in said[0], "Line 3" in said[1], "Line 4" in said[2]] == [True, True, True]
    assert len(said) == 3
    assert all(line.startswith("webcare: ") for line in said)


def test_what_is_unknown_does_not_fail(run: Run) -> None:
    odd = {
        "id": None,
        "reply": "x" * 9_000 + "\ud800",
        "channel": "zzz",
        "visibility": "?",
        "mention_kind": "?",
    }
    outcome = run("coach", "--jsonl", text=json.dumps(odd))
    assert outcome.code == 0
    assert json.loads(outcome.out)["id"] is None


def test_the_team_s_rules_and_own_numbers_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "webcare.yaml").write_text("organisation:\n  name: Wij\n  own: [06-12345678]\n")
    (tmp_path / "coach").mkdir()
    (tmp_path / "coach" / "redirect.yaml").write_text("id: redirect\non: no\n")
    line = {**DRAFT, "reply": "Klopt 06-12345678 als je nummer nog? Bel ons maar."}
    ours = run("--config", str(tmp_path), "coach", "--jsonl", text=json.dumps(line))
    usual = run("coach", "--jsonl", text=json.dumps(line))
    rules = [{r["rule"] for r in json.loads(each.out)["remarks"]} for each in (ours, usual)]
    assert {"redirect", "personal_data"}.isdisjoint(rules[0])
    assert {"redirect", "personal_data"} <= rules[1]


def test_what_holds_around_a_draft_is_taken_in(run: Run) -> None:
    line = {**DRAFT, "reply": "De storing is verholpen. Gratis zwembad dan maar 😂"}
    around = {
        "window_closed": True,
        "listen_only": True,
        "crisis": True,
        "expired": ["De storing is verholpen."],
    }
    asked = ("window_closed", "listen_only", "joke_in_crisis", "expired_sentence")
    outcome = run("coach", "--jsonl", text=json.dumps({**line, **around}) + "\n" + json.dumps(line))
    told, untold = ({r["rule"] for r in json.loads(one)["remarks"]} for one in outcome.out.splitlines())
    assert told >= set(asked)
    assert untold.isdisjoint(asked)
    bad = [{**line, "crisis": "yes"}, {**line, "expired": "alles"}, {**line, "expired": [3]}]
    outcome = run("coach", "--jsonl", text="\n".join(map(json.dumps, bad)))
    said = outcome.err.splitlines()
    assert (outcome.code, outcome.out, len(said)) == (2, "", 3)
    assert ("'crisis'" in said[0], "'expired'" in said[1]) == (True, True)


def test_what_was_left_aside_is_reported_by_rule(run: Run, tmp_path: Path) -> None:
    assert "No remark" in run("coach", "--report").out
    with sqlite3.connect(tmp_path / "desk.db") as database:
        rows = [("2026-11-22", "redirect", 2), ("2026-11-23", "redirect", 1), ("2026-11-23", "hot_air", 2)]
        database.executemany("INSERT INTO coach_override VALUES (?, ?, ?)", rows)
    database.close()
    assert run("coach", "--report").out.split() == ["3", "redirect", "2", "hot_air"]
    assert run("coach", "--report", "--since", "2026-11-23").out.split() == ["2", "hot_air", "1", "redirect"]
    found = json.loads(run("coach", "--report", "--since", "2026-11-23", "--json").out)
    assert found == {"since": "2026-11-23", "left_aside": {"hot_air": 2, "redirect": 1}}
    assert run("coach", "--report", "--since", "gisteren").code == 2
    assert run("coach", "--jsonl", "--since", "2026-11-23").code == 2
