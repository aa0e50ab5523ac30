"""What operators taught the desk, in the file: lessons, what they come to, and how it stands.

A lesson stands unless its act was undone or a later lesson about the same message and field stands. The
numbers are a fold over the standing lessons of the engine at work, in order of their ids.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from struct import pack, unpack
from typing import Final

from domain.clock import Millis
from domain.learning import LABELS, WINDOW, Field, Guess, Lesson, Numbers

FIELDS: Final[tuple[Field, ...]] = ("sentiment", "kind")

_STANDING: Final = (
    "withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM lesson n WHERE n.message_id = l.message_id"
    " AND n.field = l.field AND n.withdrawn = 0 AND n.id > l.id)"
)
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """How learning stands."""

    event_id: int
    engine: str
    wanted: bool
    on: Mapping[Field, bool]
    """Whether the correction is ahead of the engine."""

    stale: bool
    generation: int


@dataclass(frozen=True, slots=True)
class Text:
    """What there is to read in a message."""

    message_id: int
    revision: str
    text: str
    lang: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A lesson as it is logged."""

    event_id: int
    message_id: int
    revision: str
    field: Field
    predicted: str
    lesson: Lesson
    at: Millis
    id: int = 0
    guess: Guess | None = None
    withdrawn: bool = False


def standing(connection: sqlite3.Connection) -> Standing:
    """How it stands now."""
    row = connection.execute("SELECT * FROM learning WHERE id = 1").fetchone()
    return Standing(
        row["event_id"], row["engine"], bool(row["wanted"]),
        {"sentiment": bool(row["sentiment_on"]), "kind": bool(row["kind_on"])}, bool(row["stale"]),
        row["generation"],
    )  # fmt: skip


def set_standing(connection: sqlite3.Connection, **values: object) -> None:
    """Change some of its columns."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE learning SET {columns} WHERE id = 1", values)


def changed_by_others(connection: sqlite3.Connection) -> None:
    """Tell the collector that what it remembers is not what stands here any more."""
    connection.execute("UPDATE learning SET generation = generation + 1 WHERE id = 1")


def want(connection: sqlite3.Connection, *, wanted: bool) -> None:
    """Use what was learned where it is ahead, or only go on learning."""
    set_standing(connection, wanted=int(wanted))
    changed_by_others(connection)


def numbers(connection: sqlite3.Connection, field: Field) -> dict[int, Numbers]:
    """All that was learned of one field."""
    form = _form(field)
    rows = connection.execute("SELECT feature, numbers FROM learned WHERE field = ?", (field,)).fetchall()
    return {row["feature"]: unpack(form, row["numbers"]) for row in rows}


def set_numbers(connection: sqlite3.Connection, field: Field, changed: Mapping[int, Numbers]) -> None:
    """Write the numbers of some features."""
    form = _form(field)
    connection.executemany(
        "INSERT INTO learned (field, feature, numbers) VALUES (?, ?, ?)"
        " ON CONFLICT (field, feature) DO UPDATE SET numbers = excluded.numbers",
        [(field, feature, pack(form, *values)) for feature, values in changed.items()],
    )


def replace_numbers(connection: sqlite3.Connection, field: Field, wanted: Mapping[int, Numbers]) -> bool:
    """Let exactly these stand; returns whether any was another one."""
    stood = numbers(connection, field)
    changed = {feature: values for feature, values in wanted.items() if stood.get(feature) != values}
    gone = [(field, feature) for feature in stood if feature not in wanted]
    connection.executemany("DELETE FROM learned WHERE field = ? AND feature = ?", gone)
    set_numbers(connection, field, changed)
    return bool(changed or gone)


def add(connection: sqlite3.Connection, one: Kept, engine: str) -> int:
    """Log a lesson; returns its id."""
    lesson, guess = one.lesson, one.guess
    cursor = connection.execute(
        "INSERT INTO lesson (event_id, message_id, revision, field, predicted, final, corrected, at, engine,"
        " base, engine_guess, desk_guess, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.event_id, one.message_id, one.revision, one.field, one.predicted, lesson.final,
            int(lesson.corrected), one.at, engine, json.dumps(lesson.base),
            guess.engine if guess else None, guess.desk if guess else None, int(one.withdrawn),
        ),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def withdraw(connection: sqlite3.Connection, event_id: int, *, withdrawn: bool) -> int:
    """An act was undone, or done again; returns how many lessons that touched."""
    return connection.execute(
        "UPDATE lesson SET withdrawn = ? WHERE event_id = ? AND withdrawn <> ?",
        (int(withdrawn), event_id, int(withdrawn)),
    ).rowcount


def set_guesses(connection: sqlite3.Connection, guesses: Iterable[tuple[int, Guess | None]]) -> None:
    """What was made of lessons before they were learned, after a replay."""
    connection.executemany(
        "UPDATE lesson SET engine_guess = ?1, desk_guess = ?2 WHERE id = ?3"
        " AND (engine_guess IS NOT ?1 OR desk_guess IS NOT ?2)",
        [(guess.engine if guess else None, guess.desk if guess else None, id_) for id_, guess in guesses],
    )


def set_bases(
    connection: sqlite3.Connection, engine: str, bases: Iterable[tuple[int, Sequence[float]]]
) -> None:
    """Another engine's probabilities for lessons, so that what people said goes on to count."""
    connection.executemany(
        "UPDATE lesson SET engine = ?, base = ? WHERE id = ?",
        [(engine, json.dumps(list(base)), id_) for id_, base in bases],
    )


def lessons(connection: sqlite3.Connection, after: int, engine: str) -> list[Kept]:
    """A page of an engine's standing lessons behind one, in their order."""
    return _page(connection, f"id > ? AND {_STANDING} AND engine = ?", after, engine)


def others(connection: sqlite3.Connection, after: int, engine: str) -> list[Kept]:
    """A page of all lessons of other engines, withdrawn ones too."""
    return _page(connection, "id > ? AND engine <> ?", after, engine)


def _page(connection: sqlite3.Connection, where: str, *values: object) -> list[Kept]:
    rows = connection.execute(
        f"SELECT * FROM lesson l WHERE {where} ORDER BY id LIMIT {_PAGE}", values
    ).fetchall()
    return [_kept(row) for row in rows]


def lately(connection: sqlite3.Connection, engine: str, field: Field) -> list[tuple[Lesson, Guess]]:
    """The last standing lessons that taught something, oldest first, each with what was guessed before."""
    rows = connection.execute(
        f"SELECT * FROM lesson l WHERE {_STANDING} AND engine = ? AND field = ? AND engine_guess IS NOT NULL"
        " ORDER BY id DESC LIMIT ?",
        (engine, field, WINDOW),
    ).fetchall()
    return [(one.lesson, one.guess) for one in map(_kept, reversed(rows)) if one.guess is not None]


def counts(connection: sqlite3.Connection) -> dict[Field, tuple[int, int]]:
    """(corrected, untouched) standing lessons by field."""
    rows = connection.execute(
        "SELECT field, total(corrected) AS told, count(*) AS n FROM lesson l"
        f" WHERE {_STANDING} GROUP BY field"
    ).fetchall()
    found: dict[Field, tuple[int, int]] = dict.fromkeys(FIELDS, (0, 0))
    found.update({row["field"]: (int(row["told"]), row["n"] - int(row["told"])) for row in rows})
    return found


def taught(connection: sqlite3.Connection, message_ids: Sequence[int], field: Field) -> set[int]:
    """Those of the messages about which a lesson stands."""
    marks = ", ".join("?" * len(message_ids))
    rows = connection.execute(
        f"SELECT DISTINCT message_id FROM lesson WHERE message_id IN ({marks})"
        " AND field = ? AND withdrawn = 0",
        (*message_ids, field),
    ).fetchall()
    return {row["message_id"] for row in rows}


def taught_in(connection: sqlite3.Connection, conversation_id: int, field: Field) -> bool:
    """Whether a lesson stands about any message of a conversation."""
    row = connection.execute(
        "SELECT 1 FROM lesson l JOIN message m ON m.id = l.message_id"
        " WHERE m.conversation_id = ? AND l.field = ? AND l.withdrawn = 0 LIMIT 1",
        (conversation_id, field),
    ).fetchone()
    return row is not None


def text_of(connection: sqlite3.Connection, message_id: int, revision: str | None = None) -> Text | None:
    """A message as it reads now, or as it read in a revision; None where it is gone."""
    row = connection.execute(
        "SELECT m.id, m.lang, coalesce(:revision, m.revision) AS revision,"
        " CASE WHEN :revision IS NULL OR m.revision = :revision THEN m.text ELSE"
        " coalesce((SELECT r.text FROM message_revision r WHERE r.message_id = m.id"
        " AND r.revision = :revision), m.text) END AS text FROM message m WHERE m.id = :id",
        {"id": message_id, "revision": revision},
    ).fetchone()
    return None if row is None else Text(row["id"], row["revision"], row["text"], row["lang"])


def untouched(connection: sqlite3.Connection, conversation_id: int, until: Millis) -> list[sqlite3.Row]:
    """(id, sentiment) of the contact's messages there at a moment, whose sentiment nobody corrected."""
    return connection.execute(
        "SELECT id, sentiment FROM message WHERE conversation_id = ? AND direction = 'in' AND deleted = 0"
        " AND corrected = 0 AND sentiment <> 'unknown' AND received_at <= ? ORDER BY id",
        (conversation_id, until),
    ).fetchall()


def bearer(connection: sqlite3.Connection, conversation_id: int, until: Millis) -> sqlite3.Row | None:
    """(id, kind): the newest message that made the conversation the kind it is shown as; None for none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT m.id, c.kind FROM message m JOIN conversation c ON c.id = m.conversation_id"
        " JOIN score s ON s.message_id = m.id AND s.engine || ' ' || s.version = m.engine AND s.kind = c.kind"
        " WHERE m.conversation_id = ? AND m.direction = 'in' AND m.deleted = 0 AND m.received_at <= ?"
        " ORDER BY m.created_at DESC, m.id DESC LIMIT 1",
        (conversation_id, until),
    ).fetchone()
    return row


def forget(connection: sqlite3.Connection, contact_id: int) -> int:
    """Wipe the lessons of one person's messages, and all numbers with them; returns how many lessons.

    What is left is learned anew from the other lessons by whoever replays, the collector at the latest.
    """
    gone = connection.execute(
        "DELETE FROM lesson WHERE message_id IN (SELECT id FROM message WHERE contact_id = ?)", (contact_id,)
    ).rowcount
    if gone:
        connection.execute("DELETE FROM learned")
        set_standing(connection, stale=1)
        changed_by_others(connection)
    return gone


def exported(connection: sqlite3.Connection) -> Iterator[Mapping[str, object]]:
    """Every lesson and every learned number, as plain values."""
    for row in connection.execute("SELECT * FROM lesson ORDER BY id").fetchall():
        yield {"what": "lesson", **dict(row), "base": json.loads(row["base"])}
    for field in FIELDS:
        labels = LABELS[field]
        for feature, values in numbers(connection, field).items():
            weights, squares = values[: len(labels)], values[len(labels) :]
            yield {
                "what": "learned",
                "field": field,
                "feature": feature,
                "weights": weights,
                "squares": squares,
            }


def _form(field: Field) -> str:
    return f"<{2 * len(LABELS[field])}d"


def _kept(row: sqlite3.Row) -> Kept:
    guess = None if row["engine_guess"] is None else Guess(row["engine_guess"], row["desk_guess"])
    lesson = Lesson(tuple(json.loads(row["base"])), row["final"], bool(row["corrected"]))
    return Kept(
        row["event_id"], row["message_id"], row["revision"], row["field"], row["predicted"], lesson,
        row["at"], row["id"], guess, bool(row["withdrawn"]),
    )  # fmt: skip
