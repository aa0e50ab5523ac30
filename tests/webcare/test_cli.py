"""The command line on a real database file: stable JSON, one sentence for every mistake, exit codes."""

from __future__ import annotations

import grp
import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.pictures import jpeg, png
from tests.webcare.conftest import Outcome, Run


def line(number: int, text: str = "Waar blijft mijn pakket?", **more: object) -> str:
    """One line to import."""
    entry = {
        "channel": "facebook",
        "remote_id": f"fb-{number}",
        "author": {"handle": f"@klant{number}", "name": f"Klant {number}"},
        "text": text,
        "created_at": "2026-11-23T06:00:00Z",
        **more,
    }
    return json.dumps(entry)


def imported(run: Run, folder: Path, *lines: str) -> Mapping[str, int]:
    """Import lines from a file and give the counts."""
    file = folder / "lines.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    outcome = run("import", str(file), "--json")
    assert outcome.code == 0, outcome.err
    counts: Mapping[str, int] = json.loads(outcome.out)
    return counts


def as_json(outcome: Outcome) -> object:
    """The one JSON value that a command printed."""
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def test_importing_twice_changes_nothing_and_a_bad_line_stops_nothing(run: Run, tmp_path: Path) -> None:
    """The rest goes in; the bad one is kept with its number and reason."""
    lines = (line(1), "no json", line(2, "\\ud800"), line(3))
    first = imported(run, tmp_path, *lines)
    assert (first["stored"], first["quarantined"]) == (3, 1)
    again = imported(run, tmp_path, *lines)
    assert (again["stored"], again["duplicates"], again["quarantined"]) == (0, 3, 0)
    with sqlite3.connect(tmp_path / "desk.db") as database:
        (reason,) = database.execute("SELECT reason FROM quarantine").fetchone()
    database.close()
    assert "2" in reason


def test_export_brings_back_what_import_took(run: Run, tmp_path: Path) -> None:
    """Export, import elsewhere, export: the same lines."""
    imported(run, tmp_path, line(1, "Één 👨‍👩‍👧 vraag"), line(2, "twee", rating=2, visibility="private"))
    out = run("export", "--jsonl").out
    target = tmp_path / "other.jsonl"
    target.write_text(out, encoding="utf-8")
    (tmp_path / "desk.db").unlink()
    assert json.loads(run("import", str(target), "--json").out)["stored"] == 2
    assert run("export", "--jsonl").out == out


def test_ls_show_why_and_reply(run: Run, tmp_path: Path) -> None:
    """Reading and writing from a script."""
    imported(run, tmp_path, line(1), line(2, "Top geholpen, dank!", channel="practice"))
    rows = as_json(run("ls", "--queue", "open", "--json"))
    assert isinstance(rows, list)
    assert {row["channel"] for row in rows} == {"facebook", "practice"}
    number = next(row["id"] for row in rows if row["channel"] == "practice")
    shown = as_json(run("show", str(number), "--json"))
    assert isinstance(shown, dict)
    assert shown["messages"][0]["text"] == "Top geholpen, dank!"
    why = as_json(run("why", str(number), "--json"))
    assert isinstance(why, list)
    assert any("first response" in sentence for sentence in why)
    note = run("reply", str(number), "--note", text="alleen voor ons")
    assert note.code == 0
    queued = as_json(run("reply", str(number), "--json", text="Graag gedaan!"))
    assert isinstance(queued, dict)
    assert queued["outbox"] == 1
    assert run("reply", str(number), text="Graag gedaan!").code == 4


def test_a_reply_in_parts(run: Run, tmp_path: Path) -> None:
    """Too long is refused, unless it may be split; what fits stays one."""
    imported(run, tmp_path, line(2, "Hoe gaat dat open?", channel="practice"))
    long = "Dit is een zin van niks. " * 30
    assert "Too long" in run("reply", "1", text=long).err
    queued = as_json(run("reply", "1", "--split", "--json", text=long))
    assert isinstance(queued, dict)
    assert (queued["outbox"], queued["parts"]) == (1, 2)
    assert "Queued; the collector" in run("reply", "1", "--split", text="Kort.").out
    refused = run("reply", "1", "--split", text=long * 20)
    assert (refused.code, "10 is the most" in refused.err) == (5, True)


def test_a_reply_with_pictures(run: Run, tmp_path: Path) -> None:
    """Each with its description, or on purpose without; one sentence for anything else."""
    imported(run, tmp_path, line(2, "Hoe gaat dat open?", channel="practice"))
    for name, content in (("a.png", png()), ("b.jpg", jpeg(notes=True)), ("brief.txt", b"tekst")):
        (tmp_path / name).write_bytes(content)
    one, two, text = (str(tmp_path / name) for name in ("a.png", "b.jpg", "brief.txt"))
    assert run("reply", "1", "--attach", one, text="Zo!").code == 2
    assert run("reply", "1", "--alt", "Het deksel", text="Zo!").code == 2
    wrong = run("reply", "1", "--attach", text, "--alt", "x", text="Zo!")
    assert (wrong.code, wrong.err.count("\n")) == (5, 1)
    assert "brief.txt is no picture or film" in wrong.err
    note = run("reply", "1", "--note", "--attach", one, "--alt", "x", text="Zo!")
    assert (note.code, "A note takes no pictures" in note.err) == (5, True)
    sent = run(
        "reply",
        "1",
        "--json",
        "--attach",
        one,
        "--alt",
        "Het deksel",
        "--attach",
        two,
        "--alt",
        "",
        text="Zo!",
    )
    queued = as_json(sent)
    assert isinstance(queued, dict)
    assert queued["attachments"] == 2
    with sqlite3.connect(tmp_path / "desk.db") as database:
        rows = database.execute(
            "SELECT name, alt, body FROM outbox_attachment JOIN media USING (sha256) ORDER BY place"
        ).fetchall()
    database.close()
    assert rows == [("a.png", "Het deksel", png()), ("b.jpg", "", jpeg())]


def test_suggest_shows_earlier_answers_and_sends_nothing(run: Run, tmp_path: Path) -> None:
    """Nothing where nothing was answered; an unknown conversation is one sentence."""
    imported(run, tmp_path, line(1, "Waar blijft mijn pakket?", channel="practice"))
    assert as_json(run("suggest", "1", "--json")) == []
    assert "answered before" in run("suggest", "1").out
    assert run("suggest", "99").code == 6


def test_a_channel_that_is_not_configured_can_only_be_read(run: Run, tmp_path: Path) -> None:
    """One sentence, exit 5, nothing queued."""
    imported(run, tmp_path, line(1))
    outcome = run("reply", "1", text="Hallo")
    assert outcome.code == 5
    assert outcome.err.startswith("webcare: ")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "99"), 6),
        (("why", "99"), 6),
        (("ls", "--queue", "nothing"), 6),
        (("ls", "--search", "is:wrong"), 5),
        (("measure", "--channel", "nowhere"), 6),
        (("split", "--channel", "nowhere"), 6),
        (("--config", "absent.yaml", "ls"), 2),
        (("nonsense",), 2),
        (("ls", "--limit", "0"), 2),
    ],
)
def test_every_mistake_is_a_sentence_and_a_code(run: Run, words: tuple[str, ...], code: int) -> None:
    """No traceback, nothing on standard output."""
    outcome = run(*words, text='{"id":1,"text":"x"}\n')
    assert outcome.code == code, outcome
    assert outcome.out == ""
    assert outcome.err.strip()
    assert "Traceback" not in outcome.err


def test_foreign_text_reaches_no_terminal_raw(run: Run, tmp_path: Path) -> None:
    """Neither the list nor the thread nor JSON carries an escape or a bidi control."""
    imported(run, tmp_path, line(1, "\x1b]52;c;QUFB\x07 \u202eevil\u2066 \x9b2J"))
    for words in (("ls",), ("show", "1"), ("ls", "--json"), ("show", "1", "--json")):
        out = run(*words).out
        assert not set(out) & set("\x1b\x07\x9b\u202e\u2066"), words


def test_measure_counts_as_the_platform_does(run: Run) -> None:
    """One JSON line out for each line in."""
    family = "👨‍👩‍👧‍👦"
    lines = "\n".join(json.dumps({"id": n, "text": text}) for n, text in enumerate(["a" * 301, family]))
    out = run("measure", "--channel", "bluesky", "--jsonl", text=lines).out.splitlines()
    assert [json.loads(one) for one in out] == [
        {"id": 0, "used": 301, "limit": 300, "unit": "graphemes", "ok": False},
        {"id": 1, "used": 1, "limit": 300, "unit": "graphemes", "ok": True},
    ]
    weighted = run("measure", "--channel", "x", "--jsonl", text=lines).out.splitlines()
    assert json.loads(weighted[1])["used"] == 2


def test_measure_counts_what_goes_out(run: Run) -> None:
    """With a sign-off and a handle where the line has them, in the private message's own limit."""
    lines = [
        {"id": 1, "text": "Hoi.", "sign_off": "^SV"},
        {"id": 2, "text": "Hoi. ^SV", "sign_off": "^SV"},
        {"id": 3, "text": "Hoi.", "sign_off": "Groet, Sanne", "visibility": "private"},
        {"id": 4, "text": "Hoi.", "handle": "@jan@elders.example"},
        {"id": 5, "text": "@jan Hoi.", "reply": True},
    ]
    text = "\n".join(map(json.dumps, lines))

    def used(channel: str) -> list[tuple[object, object]]:
        out = run("measure", "--channel", channel, "--jsonl", text=text).out.splitlines()
        return [(one["used"], one["limit"]) for one in map(json.loads, out)]

    assert used("mastodon") == [(8, 500), (8, 500), (17, 500), (9, 500), (9, 500)]
    assert used("x") == [(8, 280), (8, 280), (17, 10_000), (4, 280), (4, 280)]
    out = run("measure", "--channel", "practice", "--jsonl", "--signed", text='{"id":1,"text":"Hoi."}').out
    assert json.loads(out)["used"] > len("Hoi. ^")


def test_split_makes_a_thread_in_which_each_part_fits(run: Run) -> None:
    """A link that is too long by itself is a sentence in its line, and the rest goes on."""
    lines = [
        {"id": 1, "text": "Dit is een zin van niks. " * 20, "sign_off": "^SV"},
        {"id": 2, "text": "https://voorbeeld.nl/" + "a" * 300},
        {"id": 3, "text": "Kort."},
    ]
    text = "\n".join(map(json.dumps, lines))
    outcome = run("split", "--channel", "bluesky", "--jsonl", "--numbered", text=text)
    first, second, third = (json.loads(one) for one in outcome.out.splitlines())
    assert [part["text"][-8:] for part in first["parts"]] == ["iks. 1/2", " 2/2 ^SV"]
    assert all(part["ok"] and part["limit"] == 300 for part in first["parts"])
    assert (second["parts"], second["error"].count(".")) == ([], 1)
    assert [part["text"] for part in third["parts"]] == ["Kort."]


def test_score_writes_what_is_promised(run: Run) -> None:
    """The keys, and a clear case of each sign."""
    texts = ["Wat een waardeloze service, al drie weken wachten!", "Super geholpen, dankjewel!"]
    lines = "\n".join(json.dumps({"id": n, "text": text, "lang": "nl"}) for n, text in enumerate(texts))
    scored = [json.loads(one) for one in run("score", "--jsonl", text=lines).out.splitlines()]
    assert [one["sentiment"] for one in scored] == ["negative", "positive"]
    assert set(scored[0]) == {"id", "sentiment", "score", "confidence", "kind", "language", "engine"}


def test_eval_prints_tables_of_a_file_of_ones_own(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ours.tsv"
    path.write_text("Waardeloze service\tnegative\tcomplaint\tplain\nSuper geholpen!\tpositive\n", "utf-8")
    for engine in ("embedded", "rules"):
        out = run("eval", str(path), "--lang", "nl", "--engine", engine).out
        assert out.startswith(f"ours.tsv: {engine}")
        assert "2 messages, right 1.000 (0.342 to 1.000), not judged 0" in out
        assert "plain" in out
    assert run("eval", str(path)).out.startswith("ours.tsv: embedded")
    path.write_text("Waardeloos\tboos\n", "utf-8")
    outcome = run("eval", str(path))
    assert (outcome.code, "line 1" in outcome.err) == (2, True)


def test_what_stands_before_a_bad_line_is_scored(run: Run) -> None:
    """And empty lines count."""
    outcome = run("score", "--jsonl", text='{"id": 1, "text": "top"}\n\n[]\n{"id": 4, "text": "top"}\n')
    assert [json.loads(one)["id"] for one in outcome.out.splitlines()] == [1]
    assert (outcome.code, "Line 3" in outcome.err) == (2, True)


def configured(tmp_path: Path, text: str) -> str:
    """A configuration file with this text."""
    path = tmp_path / "webcare.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_engine_whose_model_is_not_there_is_said_and_another_reads(run: Run, tmp_path: Path) -> None:
    """Once for all lines, on standard error."""
    settings = configured(tmp_path, "sentiment: {engine: onnx, models: {nl: ./nowhere}}")
    text = '{"id": 1, "text": "top", "lang": "nl"}\n' * 2
    outcome = run("--config", settings, "score", "--jsonl", text=text)
    assert [json.loads(one)["engine"].split()[0] for one in outcome.out.splitlines()] == ["embedded"] * 2
    assert outcome.code == 0
    (said,) = outcome.err.splitlines()
    assert said.startswith("webcare: onnx: the ")
    assert said.endswith("The embedded engine reads.")


def test_the_doctor_tries_the_engine(run: Run, tmp_path: Path) -> None:
    """What is wrong with each model, and the library's terms."""
    settings = configured(tmp_path, "sentiment: {engine: pysentimiento, models: {nl: ./nowhere}}")
    found = json.loads(run("--config", settings, "doctor", "--json").out)
    assert [one["level"] for one in found if "non-commercial" in one["sentence"]] == ["ok"]
    assert [one["level"] for one in found if one["sentence"].startswith("“nl”: pysentimiento: ")] == [
        "warning"
    ]


def test_an_export_that_cannot_be_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """Nothing is left behind."""
    outcome = run("export-onnx", str(tmp_path / "model"), str(tmp_path / "out"))
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)
    assert "Nothing was exported: the " in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["no json\n", "[1]\n", b"\xff\n"])
def test_a_bad_line_is_named(run: Run, text: str | bytes) -> None:
    """Exit 2 and the number of the line."""
    outcome = run("score", "--jsonl", text=text)
    assert outcome.code == 2
    assert "1" in outcome.err


def test_backup_audit_and_doctor(run: Run, tmp_path: Path) -> None:
    """A checked copy, a whole record, and findings that can be read by a program."""
    imported(run, tmp_path, line(1))
    report = as_json(run("backup", str(tmp_path / "copy.db"), "--json"))
    assert isinstance(report, dict)
    assert report["rows"]["message"] == 1
    assert as_json(run("audit", "verify", "--json"))
    findings = as_json(run("doctor", "--json"))
    assert isinstance(findings, list)
    assert {"level", "sentence", "fix"} == set(findings[0])


def test_an_altered_record_is_found(run: Run, tmp_path: Path) -> None:
    """Somebody with a SQLite shell rewrites an event: exit 3."""
    imported(run, tmp_path, line(1))
    with sqlite3.connect(tmp_path / "desk.db") as database:
        database.execute("DROP TRIGGER event_no_update")
        database.execute("UPDATE event SET actor = 'nobody' WHERE id = 1")
    database.close()
    outcome = run("audit", "verify")
    assert outcome.code == 3
    assert outcome.err.count("\n") == 1


def test_init_writes_a_file_that_the_desk_reads(run: Run, tmp_path: Path) -> None:
    """Without a question, and never over an existing one."""
    place = str(tmp_path / "conf")
    words = ("--config", place, "init", "--yes", "--organisation", "Waterkant", "--bluesky", "@waterkant.nl")
    assert run(*words).code == 0
    assert run("--config", place, "ls").code == 0
    again = run(*words)
    assert again.code == 2
    assert "webcare.yaml" in again.err


def test_an_init_that_failed_can_be_given_again(run: Run, tmp_path: Path) -> None:
    """The shared database comes first: a configuration alone would stand in the way of the second try."""
    place, group = str(tmp_path / "conf"), grp.getgrgid(os.getgid()).gr_name
    words = (
        "--config",
        place,
        "init",
        "--yes",
        "--shared",
        str(tmp_path / "team" / "desk.db"),
        "--group",
        group,
    )
    assert run(*words).code == 3
    (tmp_path / "team").mkdir()
    (tmp_path / "team").chmod(0o2770)
    assert run(*words).code == 0
    assert (tmp_path / "team" / "desk.db").stat().st_mode & 0o777 == 0o660


def test_init_asks_again_for_hours_that_are_none(run: Run, tmp_path: Path) -> None:
    """One wrong answer must not cost the others."""
    place = tmp_path / "conf"
    outcome = run("--config", str(place), "init", text="Waterkant\n25:00-99\n09:00-17:00\n\n\n")
    assert outcome.code == 0, outcome.err
    assert "09:00-17:00" in (place / "webcare.yaml").read_text(encoding="utf-8")
