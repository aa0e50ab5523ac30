"""Three operators, a collector, a sender with faults and a clock, in any order: what must hold, holds.

Every step is checked against the file's invariants; what was acknowledged is remembered here, outside it.
"""

# ruff: noqa: D102 - the names of rules and invariants are their sentences

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from channels.base import Permanent, Retryable, Unknown
from desk.desk import Desk
from desk.promise_views import NewPromise
from desk.reply_views import OutboxView
from desk.views import Done
from domain.clock import MINUTE, SECOND
from domain.errors import Conflict, NotAllowed
from domain.inbound import ContactRef, Echo, Inbound
from tests.desk.conftest import FakeConnector, World, make_world, mention
from tests.desk.invariants import broken

T = TypeVar("T")

SIZE = int(os.environ.get("WEBCARE_CHAOS", "1"))
"""So many times as many sequences; above 1 they are others each time."""

LOGINS = ("sanne", "ab", "cor")
PEOPLE = ("jan", "piet")
TEXTS = ("waar?", "ik ben boos", "Bedankt!", "blij mee", "\x00\ud800[/]\x1b", "Top, dank je wel!")

logins = st.sampled_from(LOGINS)
slots = st.integers(0, 2)


class Machine(RuleBasedStateMachine):
    """One database file and everybody around it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.served: dict[str, Inbound] = {}
        self.drafts: dict[tuple[int, str], str] = {}
        self.sent_again: Counter[str] = Counter()
        self.said_there: Counter[int] = Counter()
        self.versions: dict[int, int] = {}
        self.replies = 0

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Run to its end."""
        return self.loop.run_until_complete(work)

    @initialize()
    def start(self) -> None:
        self.world: World = self.do(make_world(Path(self.folder.name), logins=LOGINS))
        self.desks: dict[str, Desk] = {login: self.world.desk(login) for login in LOGINS}
        for person in PEOPLE:
            self.write(person, "waar?", 0)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.do(self.world.database.close())
        self.loop.close()
        self.folder.cleanup()

    def conversation(self, slot: int) -> int | None:
        """One of the first conversations; None while there are fewer."""
        ids = self.do(self.desks["sanne"].queues.ids("all"))
        return sorted(ids)[slot] if slot < len(ids) else None

    def attempt(self, work: Coroutine[object, object, Done]) -> Done | None:
        """An act that the rules may refuse; a refusal changes nothing and says so."""
        try:
            return self.do(work)
        except (Conflict, NotAllowed):
            return None

    # -- the world --------------------------------------------------------------------------------------

    @rule(person=st.sampled_from(PEOPLE), text=st.sampled_from(TEXTS), age=st.sampled_from((0, 5, 200 * 60)))
    def write(self, person: str, text: str, age: int) -> None:
        number = len(self.served)
        item = mention(
            text,
            remote_id=f"m{number}",
            thread_key=f"t-{person}",
            author=ContactRef(person, f"@{person}", person.title()),
            created_at=self.world.clock.now() - age * MINUTE,
            revision="1",
        )
        self.served[item.remote_id] = item
        self.do(self.world.arrive(item))

    @precondition(lambda self: self.served)
    @rule(pick=st.integers(0, 99), how=st.sampled_from(("again", "edit", "delete")))
    def seen_again(self, pick: int, how: str) -> None:
        item = list(self.served.values())[pick % len(self.served)]
        if how == "edit":
            item = replace(item, text="toch een vraag?", revision="2")
        self.served[item.remote_id] = item
        self.do(self.world.arrive(replace(item, deleted=how == "delete")))

    @rule(seconds=st.sampled_from((1, 30, 150, 3_600, 90_000)))
    def pass_time(self, seconds: int) -> None:
        self.world.clock.advance(seconds * SECOND)
        self.do(self.world.collector.wake_snoozed())

    # -- operators --------------------------------------------------------------------------------------

    @rule(login=logins, slot=slots, act=st.sampled_from(("claim", "release", "steal", "beat", "leave")))
    def hold(self, login: str, slot: int, act: str) -> None:
        desk, conversation = self.desks[login], self.conversation(slot)
        if act == "beat":
            self.do(desk.claims.heartbeat())
        elif act == "leave":
            self.do(desk.claims.leave())
        elif conversation is not None:
            work = {
                "claim": desk.claims.claim(conversation),
                "release": desk.claims.release(conversation),
                "steal": desk.claims.steal(conversation, "naar huis"),
            }
            for name, one in work.items():
                if name != act:
                    one.close()
            self.attempt(work[act])

    @rule(login=logins, slot=slots, act=st.integers(0, 12))
    def sort(self, login: str, slot: int, act: int) -> None:
        conversation = self.conversation(slot)
        if conversation is None:
            return
        triage, now = self.desks[login].triage, self.world.clock.now()
        acts = (
            lambda: triage.resolve(conversation),
            lambda: triage.reopen(conversation),
            lambda: triage.no_reply(conversation, "spam"),
            lambda: triage.snooze(conversation, now + 20 * MINUTE),
            lambda: triage.snooze(conversation, now + MINUTE, now + 60 * MINUTE),
            lambda: triage.snooze(conversation, None, until_reply=True),
            lambda: triage.wake(conversation),
            lambda: triage.label(conversation, "storing"),
            lambda: triage.label(conversation, "storing", on=False),
            lambda: triage.assign(conversation, "cor"),
            lambda: triage.priority(conversation, 2),
            lambda: triage.kind(conversation, "complaint"),
            lambda: triage.sentiment(conversation, "positive"),
        )
        self.attempt(acts[act]())

    @rule(login=logins, slot=slots)
    def ask_after_all(self, login: str, slot: int) -> None:
        conversation = self.conversation(slot)
        if conversation is not None:
            self.attempt(self.desks[login].triage.make_question(conversation))

    @rule(login=logins, slot=slots, hours=st.sampled_from((None, 1, 30)))
    def promise(self, login: str, slot: int, hours: int | None) -> None:
        conversation = self.conversation(slot)
        if conversation is not None:
            due = None if hours is None else self.world.clock.now() + hours * 60 * MINUTE
            self.attempt(self.desks[login].promises.note(conversation, NewPromise("call", due)))

    @rule(login=logins, pick=slots, act=st.integers(0, 4))
    def settle_a_promise(self, login: str, pick: int, act: int) -> None:
        promises = self.desks[login].promises
        listed = self.do(promises.queue())
        if pick < len(listed):
            seen, later = listed[pick], self.world.clock.now() + 90 * MINUTE
            acts = (
                lambda: promises.keep(seen),
                lambda: promises.break_(seen, "vergeten"),
                lambda: promises.withdraw(seen),
                lambda: promises.move(seen, later),
                lambda: promises.take_over(seen),
            )
            self.attempt(acts[act]())

    @rule(login=logins, back=st.booleans())
    def think_again(self, login: str, back: bool) -> None:
        history = self.desks[login].history
        done = self.attempt(history.undo() if back else history.redo())
        if done is not None and done.outbox is not None:
            self.remember_given_back(login, done)

    # -- replies ----------------------------------------------------------------------------------------

    @rule(login=logins, slot=slots)
    def draft(self, login: str, slot: int) -> None:
        conversation = self.conversation(slot)
        if conversation is not None:
            replies = self.desks[login].replies
            composer = self.do(replies.open(conversation, "public"))
            text = f"{composer.draft.text} begonnen".strip()
            self.do(replies.save(replace(composer.draft, text=text)))
            self.drafts[conversation, login] = text

    @rule(login=logins, slot=slots)
    def reply(self, login: str, slot: int) -> None:
        conversation = self.conversation(slot)
        if conversation is None:
            return
        self.replies += 1
        replies = self.desks[login].replies
        review = self.do(replies.review(conversation, "public", f"Antwoord {self.replies}."))
        if self.replies % 2:
            review = replace(review, promises=(NewPromise("report", None, start=0, end=8),))
        if self.attempt(replies.send(review)) is not None:
            self.drafts.pop((conversation, login), None)

    @rule(login=logins, slot=slots)
    def reply_in_parts(self, login: str, slot: int) -> None:
        conversation = self.conversation(slot)
        if conversation is None:
            return
        self.replies += 1
        replies = self.desks[login].replies
        text = " ".join(f"Antwoord {self.replies}, zin {n} van heel veel woorden." for n in range(30))
        review = self.do(replies.review(conversation, "public", text, in_parts=True))
        assert [part.text[-3:] for part in review.parts[:2]] == [f"{n}/{len(review.parts)}" for n in (1, 2)]
        if self.attempt(replies.send(review)) is not None:
            self.drafts.pop((conversation, login), None)

    @rule(login=logins)
    def try_again(self, login: str) -> None:
        for reply in self.outbox():
            if reply.status == "refused":
                self.attempt(self.desks[login].outbox.try_again(reply.id))

    @rule(
        fault=st.sampled_from(
            (None, Unknown("lost"), Retryable("busy", after=SECOND), Permanent("no"), KeyError("a bug"))
        ),
        lands=st.booleans(),
        find=st.booleans(),
    )
    def send(self, fault: Exception | None, lands: bool, find: bool) -> None:
        connector = self.world.connector
        connector.outcome = fault
        connector.lands = lands and isinstance(fault, Unknown | KeyError)
        connector.caps = replace(connector.caps, find_sent=find)
        self.world.clock.advance(2 * SECOND)
        self.do(self.world.collector.sender.step())

    @rule(pick=slots, login=logins)
    def call_back(self, pick: int, login: str) -> None:
        listed = self.outbox()
        if pick < len(listed):
            done = self.attempt(self.desks[login].outbox.call_back(listed[pick].id))
            if done is not None:
                self.remember_given_back(listed[pick].operator, done)

    def remember_given_back(self, login: str, done: Done) -> None:
        """What was begun must still stand in the draft, behind what came back."""
        assert done.conversation is not None
        text = self.do(self.desks[login].replies.open(done.conversation, "public")).draft.text
        assert text.endswith(self.drafts.get((done.conversation, login), ""))
        self.drafts[done.conversation, login] = text

    @rule(there=st.booleans())
    def settle(self, there: bool) -> None:
        for reply in self.outbox():
            if reply.status == "ask_operator":
                posted = any(one.text == reply.text for one in self.world.connector.posted)
                self.do(self.desks["cor"].outbox.settle(reply.id, there=there))
                self.sent_again[reply.text] += not there
                self.said_there[reply.id] += there
                assert there or not posted or self.sent_again[reply.text]

    @rule(pick=st.integers(0, 99))
    def echo(self, pick: int) -> None:
        posted = self.world.connector.posted
        if posted:
            number = pick % len(posted)
            one = posted[number]
            parent = one.payload.get("parent_id")
            shown = Echo(
                f"post-{number + 1}",
                parent if isinstance(parent, str) else None,
                str(one.payload["thread_key"]),
                one.text,
                self.world.clock.now(),
            )
            self.do(self.world.arrive_echo(shown))

    @rule()
    def sender_dies(self) -> None:
        """It stops between its commit and the answer; another one starts."""

        async def dies(connector: FakeConnector) -> None:
            connector.dies = True
            task = asyncio.ensure_future(self.world.collector.sender.step())
            posted = asyncio.ensure_future(connector.holding.wait())
            await asyncio.wait([task, posted], return_when=asyncio.FIRST_COMPLETED)
            for one in (task, posted):
                one.cancel()
            await asyncio.gather(task, posted, return_exceptions=True)
            connector.dies = False
            connector.holding.clear()

        self.world.clock.advance(11 * SECOND)
        self.do(dies(self.world.connector))
        self.restart()

    @rule()
    def restart(self) -> None:
        self.do(self.world.restart())
        self.desks = {login: self.world.desk(login) for login in LOGINS}

    def outbox(self) -> tuple[OutboxView, ...]:
        """What is on its way."""
        return self.do(self.desks["sanne"].outbox.list())

    # -- what must hold ---------------------------------------------------------------------------------

    @invariant()
    def the_file_is_sound(self) -> None:
        if hasattr(self, "world"):
            assert self.do(self.world.database.read(broken)) == []

    @invariant()
    def nothing_goes_out_twice_unless_a_person_said_so(self) -> None:
        if hasattr(self, "world"):
            posted = Counter(one.text for one in self.world.connector.posted)
            for text, count in posted.items():
                assert count <= 1 + self.sent_again[text], text

    @invariant()
    def a_part_stands_behind_the_one_before_it(self) -> None:
        """On the platform, as long as nobody said of a part that it is there, or is not, without looking."""
        if not hasattr(self, "world"):
            return
        posted = [(one.text, one.payload["parent_id"]) for one in self.world.connector.posted]
        texts = [text for text, _parent in posted]
        for parts in self.parts():
            for before, after in itertools.pairwise(parts):
                if after["text"] in texts and before["text"] in texts and not self.said_there[before["id"]]:
                    assert texts.index(before["text"]) < texts.index(after["text"])
                    named = {f"post-{n}" for n, text in enumerate(texts, 1) if text == before["text"]}
                    assert {parent for text, parent in posted if text == after["text"]} <= named

    def parts(self) -> list[list[sqlite3.Row]]:
        """The rows of each reply in parts."""
        rows = self.do(
            self.world.database.read(
                lambda c: c.execute(
                    "SELECT id, chain, text FROM outbox WHERE chain IS NOT NULL ORDER BY chain, part"
                ).fetchall()
            )
        )
        return [list(group) for _chain, group in itertools.groupby(rows, key=lambda row: row["chain"])]

    @invariant()
    def drafts_are_kept(self) -> None:
        for (conversation, login), text in self.drafts.items():
            kept = self.do(self.desks[login].replies.open(conversation, "public")).draft.text
            assert kept == text

    @invariant()
    def versions_only_grow(self) -> None:
        if hasattr(self, "world"):
            rows = self.do(
                self.world.database.read(
                    lambda c: c.execute("SELECT id, version FROM conversation").fetchall()
                )
            )
            now = {row["id"]: row["version"] for row in rows}
            assert all(now[one] >= version for one, version in self.versions.items())
            self.versions = now

    @invariant()
    def everything_served_is_stored(self) -> None:
        if hasattr(self, "world"):
            rows = self.do(
                self.world.database.read(
                    lambda c: c.execute("SELECT remote_id FROM message WHERE direction = 'in'").fetchall()
                )
            )
            assert sorted(row["remote_id"] for row in rows) == sorted(self.served)


TestMachine = Machine.TestCase
TestMachine.settings = hypothesis_settings(
    max_examples=40 * SIZE, stateful_step_count=40, derandomize=SIZE == 1
)
