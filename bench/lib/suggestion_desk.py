"""A history played into the real tables, in memory, and the two baselines over the same rows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from bench.lib.suggestion_history import PAUSE, Step
from desk.suggesting import gather
from domain.clock import Millis
from domain.likeness import words
from domain.suggest import MOST, Candidate
from domain.suggest_learning import Lesson
from sentiment.protocol import Engine, Score
from storage import conversations, messages, suggestions
from storage.migrate import packaged


def memory() -> sqlite3.Connection:
    """The program's own schema in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for step in packaged():
        connection.executescript(step.sql)
    return connection


@dataclass(slots=True)
class Replay:
    """A desk that lives through a history."""

    engine: Engine
    start: Millis
    connection: sqlite3.Connection = field(default_factory=memory)
    answer_of: dict[int, str] = field(default_factory=dict)
    """Id of the answer by id of the reply: the truth that only the judge knows."""

    answered: list[tuple[str, str, str]] = field(default_factory=list)
    """(language, kind, answer's id), oldest first."""

    def mention(self, step: Step) -> tuple[int, Score]:
        """The mention comes in and is read by the engine, as at a desk."""
        at = self.start + step.at
        contact = self.connection.execute(
            "INSERT INTO contact (name, first_seen_at) VALUES (?, ?)", (step.contact, at)
        ).lastrowid
        return self._open(step, int(contact or 0), step.text, at)

    def ours(self, conversation: int, now: Millis) -> tuple[Candidate, ...]:
        """What the desk would suggest."""
        return gather(self.connection, conversation, now).ranked()[:MOST]

    def most_used(self, lang: str, kind: str) -> list[str]:
        """Baseline: the answers given most to this kind of mention in this language."""
        counted = Counter(answer for one, other, answer in self.answered if (one, other) == (lang, kind))
        return [answer for answer, _count in counted.most_common(MOST)]

    def bm25(self, step: Step, conversation: int) -> list[str]:
        """Baseline: the answers of the mentions that SQLite's bm25 ranks first, in this language."""
        match = " OR ".join(f'"{word}"' for word in words(step.text))
        if not match:
            return []
        rows = self.connection.execute(
            "SELECT o.id FROM (SELECT rowid, rank FROM message_fts WHERE message_fts MATCH ?"
            " ORDER BY rank LIMIT 400) f"
            " JOIN message m ON m.id = f.rowid AND m.direction = 'in' AND m.lang = ?"
            " AND m.conversation_id <> ?"
            " JOIN message o ON o.id = (SELECT min(x.id) FROM message x"
            " WHERE x.conversation_id = m.conversation_id AND x.direction = 'out'"
            " AND x.id > m.id) ORDER BY f.rank",
            (match, step.lang, conversation),
        ).fetchall()
        return list(dict.fromkeys(self.answer_of[row[0]] for row in rows))[:MOST]

    def teach(self, conversation: int, shown: tuple[Candidate, ...], took: int | None, at: Millis) -> None:
        """The operator takes one, or says that none will do."""
        names = tuple(f"message:{one.source.reply}" for one in shown)
        lesson = Lesson(at, names, tuple(one.features for one in shown), took)
        suggestions.teach(self.connection, lesson, conversation_id=conversation, operator="sv")

    def answer(self, step: Step, conversation: int, score: Score) -> None:
        """What was answered, and what the contact did then."""
        at = self.start + step.at + PAUSE
        row: dict[str, object] = {
            "conversation_id": conversation, "channel": step.channel, "account": "@us",
            "visibility": "public",
        }  # fmt: skip
        reply = messages.insert(self.connection, {
            **row, "direction": "out", "operator": "sv", "text": step.answer, "lang": step.lang,
            "created_at": at, "received_at": at,
        })  # fmt: skip
        self.answer_of[reply] = step.sent
        self.answered.append((step.lang, score.kind, step.sent))
        (contact,) = self.connection.execute(
            "SELECT contact_id FROM conversation WHERE id = ?", (conversation,)
        ).fetchone()
        if step.afterwards:
            self._write(row, step.afterwards, step.lang, at + PAUSE)
        if step.again:
            self._open(step, contact, step.text, at + 5 * PAUSE)

    def _open(self, step: Step, contact: int, text: str, at: Millis) -> tuple[int, Score]:
        score = self.engine.score(text)
        conversation = conversations.next_id(self.connection)
        conversations.insert_many(self.connection, [{
            **conversations.NEW, "id": conversation, "channel": step.channel, "account": "@us",
            "platform": "practice", "thread_key": str(at),
            "contact_id": contact, "contact_name": step.contact, "handle": "@x", "preview": text[:160],
            "visibility": "public", "status": "open", "kind": score.kind, "opened_at": at, "last_at": at,
        }])  # fmt: skip
        row: dict[str, object] = {
            "conversation_id": conversation, "channel": step.channel, "account": "@us",
            "visibility": "public",
        }  # fmt: skip
        self._write(row, text, step.lang, at)
        return conversation, score

    def _write(self, row: dict[str, object], text: str, lang: str, at: Millis) -> None:
        score = self.engine.score(text)
        messages.insert(self.connection, {
            **row, "direction": "in", "text": text, "lang": lang, "created_at": at, "received_at": at,
            "sentiment": score.sentiment, "sentiment_value": score.value,
        })  # fmt: skip
