"""Learning from operators while they work: one process does it, the collector.

Each step reads what operators did since the last one, guesses and learns each lesson in memory, and writes
lessons and numbers in one transaction. Where an earlier lesson was taken back, everything is learned anew
from the log; both ways come to the same numbers, to the last bit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desk.learned import Learning, base_of, nothing
from desk.lessons import Draft, Found, find
from desk.scoring import Scoring
from domain.learning import Delta, Field, Guess, Learned, Lesson, Numbers, Trial
from domain.learning import Features as Numbered
from sentiment.protocol import Score
from storage import learning
from storage.database import Database
from storage.learning import FIELDS, Kept, Standing


@dataclass(slots=True)
class Step:
    """What is about to be written."""

    kept: list[Kept] = field(default_factory=list)
    changed: dict[Field, dict[int, Numbers]] = field(default_factory=lambda: {one: {} for one in FIELDS})


class Learner:
    """Keeps the `learning` of a `scoring` up to date with the file."""

    def __init__(self, database: Database, scoring: Scoring) -> None:
        if scoring.learning is None:
            raise ValueError("a learner needs a scoring that learns")
        self._database = database
        self._scoring = scoring
        self._learning: Learning = scoring.learning
        self._standing: Standing | None = None

    @property
    def engine(self) -> str:
        """Whose opinion is corrected: name and version."""
        return f"{self._scoring.engine.name} {self._scoring.engine.version}"

    async def load(self) -> None:
        """Know what the file knows; learn anew where it has other numbers than its lessons come to."""
        standing = await self._database.read(learning.standing)
        if standing.stale or standing.engine != self.engine:
            await self.replay()
            return
        await self._remember()

    async def step(self) -> bool:
        """Learn from what was done since, at most some at a time; returns whether there is more."""
        if self._standing is None:
            await self.load()
        known = self._known
        if (await self._database.read(learning.standing)).generation != known.generation:
            await self.load()
            known = self._known
        if self._scoring.trouble:
            return False  # another engine reads meanwhile; what people said is recorded and waits
        found = await self._database.read(lambda connection: find(connection, known.event_id))
        if found.upto == known.event_id:
            return False
        if await self._database.read(lambda connection: _looks_back(connection, found)):
            await self._log(found)
            await self.replay()
        elif found.drafts:
            await self._learn(found)
        else:
            await self._write(found, Step(), stale=False)
        return not found.caught_up

    async def replay(self) -> bool:
        """Learn everything anew from the log; returns whether anything else stood there before."""
        generation = (await self._database.read(learning.standing)).generation
        fresh = nothing(self._learning.features).learned
        guesses: list[tuple[int, Guess | None]] = []
        after = 0
        while page := await self._database.read(
            lambda connection, at=after: _page(connection, at, engine=self.engine)  # type: ignore[misc]
        ):
            guesses += await asyncio.to_thread(self._relearn, page, fresh)
            after = page[-1][0].id

        def work(connection: sqlite3.Connection) -> bool | None:
            if learning.standing(connection).generation != generation:
                return None
            changed = [learning.replace_numbers(connection, one, fresh[one].delta.numbers) for one in FIELDS]
            learning.set_guesses(connection, guesses)
            learning.set_standing(connection, engine=self.engine, stale=0, **_on(fresh))
            learning.changed_by_others(connection)
            return any(changed)

        other = await self._database.write(work)
        if other is None:  # somebody changed the log meanwhile
            return await self.replay()
        await self._remember()
        return other

    async def rebase(self) -> int:
        """Ask the engine at work about every lesson that was another one's; returns how many.

        What people said goes on to count when an engine is switched on.
        """
        count, after = 0, 0
        while page := await self._database.read(
            lambda connection, at=after: _page(connection, at, but=self.engine)  # type: ignore[misc]
        ):
            after = page[-1][0].id
            bases = await asyncio.to_thread(self._asked_again, page)
            await self._database.write(
                lambda connection, new=bases: learning.set_bases(connection, self.engine, new)  # type: ignore[misc]
            )
            count += len(bases)
        await self.replay()
        return count

    @property
    def _known(self) -> Standing:
        if self._standing is None:
            raise ValueError("nothing was loaded")
        return self._standing

    async def _remember(self) -> None:
        def work(connection: sqlite3.Connection) -> tuple[Standing, dict[Field, Learned]]:
            standing = learning.standing(connection)
            return standing, {one: _learned(connection, standing, one) for one in FIELDS}

        standing, learned = await self._database.read(work)
        self._standing = standing
        self._learning.learned, self._learning.wanted = learned, standing.wanted

    async def _learn(self, found: Found) -> None:
        """Online: in memory, then in the file; where the file does not take it, memory follows the file."""
        try:
            step = await asyncio.to_thread(self._work_out, found.drafts)
            written = await self._write(found, step, stale=False)
        except BaseException:
            self._standing = None
            raise
        if not written:
            self._standing = None

    async def _log(self, found: Found) -> None:
        """Only the log: the numbers follow by a replay, at the next start if not now."""
        step = Step([self._kept(draft, self._score(draft)) for draft in found.drafts])
        await self._write(found, step, stale=True)

    async def _write(self, found: Found, step: Step, *, stale: bool) -> bool:
        known, on = self._known, _on(self._learning.learned)

        def work(connection: sqlite3.Connection) -> bool:
            if learning.standing(connection).generation != known.generation:
                return False
            for event_id, withdrawn in found.turns:
                learning.withdraw(connection, event_id, withdrawn=withdrawn)
            for one in step.kept:
                learning.add(connection, one, self.engine)
            for field_, changed in step.changed.items():
                learning.set_numbers(connection, field_, changed)
            learning.set_standing(connection, event_id=found.upto, **({"stale": 1} if stale else on))
            return True

        written = await self._database.write(work)
        if written:
            self._standing = replace(known, event_id=found.upto)
        return written

    # -- in a thread: no file ------------------------------------------------------------------------------

    def _work_out(self, drafts: Sequence[Draft]) -> Step:
        step = Step()
        for draft in drafts:
            kept = self._kept(draft, self._score(draft))
            if not kept.withdrawn:
                text = draft.text
                features = self._features(text.text, text.lang)
                guess, changed = self._learning.learned[draft.field].learn(features, kept.lesson)
                kept = replace(kept, guess=guess)
                step.changed[draft.field] |= changed
            step.kept.append(kept)
        return step

    def _relearn(
        self, page: Sequence[tuple[Kept, learning.Text]], into: Mapping[Field, Learned]
    ) -> list[tuple[int, Guess | None]]:
        return [
            (kept.id, into[kept.field].learn(self._features(text.text, text.lang), kept.lesson)[0])
            for kept, text in page
        ]

    def _asked_again(self, page: Sequence[tuple[Kept, learning.Text]]) -> list[tuple[int, Sequence[float]]]:
        return [(kept.id, base_of(self._read(text.text, text.lang), kept.field)) for kept, text in page]

    def _kept(self, draft: Draft, score: Score) -> Kept:
        lesson = Lesson(base_of(score, draft.field), draft.final, draft.corrected)
        return Kept(
            draft.event_id, draft.text.message_id, draft.text.revision, draft.field, draft.predicted, lesson,
            draft.at, withdrawn=draft.withdrawn,
        )  # fmt: skip

    def _score(self, draft: Draft) -> Score:
        return self._read(draft.text.text, draft.text.lang)

    def _read(self, text: str, lang: str | None) -> Score:
        return self._scoring.engine.score(text, lang=lang, brands=self._scoring.brands)

    def _features(self, text: str, lang: str | None) -> Numbered:
        return self._learning.features(text, lang, self._scoring.brands)


def _looks_back(connection: sqlite3.Connection, found: Found) -> bool:
    """Whether a lesson that was learned is taken back, given again, or followed by a better one."""
    known = {
        row["event_id"]
        for event_id, _withdrawn in found.turns
        for row in connection.execute("SELECT event_id FROM lesson WHERE event_id = ?", (event_id,))
    }
    if known:
        return True
    seen: set[tuple[int, Field]] = set()
    for draft in found.drafts:
        place = (draft.text.message_id, draft.field)
        if draft.withdrawn:
            continue
        if place in seen or learning.taught(connection, [place[0]], place[1]):
            return True
        seen.add(place)
    return False


def _page(
    connection: sqlite3.Connection, after: int, *, engine: str | None = None, but: str | None = None
) -> list[tuple[Kept, learning.Text]]:
    """Lessons with the texts that they were about: the standing ones of an engine, or all of any other."""
    kept = (
        learning.lessons(connection, after, engine)
        if engine
        else learning.others(connection, after, but or "")
    )
    texts = ((one, learning.text_of(connection, one.message_id, one.revision)) for one in kept)
    return [(one, text) for one, text in texts if text is not None]


def _learned(connection: sqlite3.Connection, standing: Standing, field_: Field) -> Learned:
    trial = Trial(standing.on[field_])
    for lesson, guess in learning.lately(connection, standing.engine, field_):
        trial.remember(lesson, guess)
    return Learned(field_, Delta(field_, learning.numbers(connection, field_)), trial)


def _on(learned: Mapping[Field, Learned]) -> dict[str, object]:
    return {f"{one}_on": int(learned[one].trial.on) for one in FIELDS}
