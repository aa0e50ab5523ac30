"""A whole file into settings, and the one sentence for every mistake in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.load import load
from domain.calendar import ALWAYS
from domain.clock import HOUR, MINUTE, SECOND, to_millis
from domain.errors import ConfigError
from domain.queues import DEFAULT_QUEUES
from domain.sla_policy import SlaPolicy, choose_policy
from tests.config.conftest import Load


def refused(load_text: Load, text: str) -> str:
    """The sentence with which a file is refused, without the directory."""
    with pytest.raises(ConfigError) as caught:
        load_text(text)
    sentence = str(caught.value)
    assert caught.value.exit_code == 2
    assert "\n" not in sentence
    return sentence[sentence.index("webcare.yaml") :]


def policy_for(policies: tuple[SlaPolicy, ...], platform: str, kind: str = "question") -> SlaPolicy:
    """The policy that holds on a platform."""
    found = choose_policy(policies, channel="x", platform=platform, kind=kind, priority="normal")
    assert found is not None
    return found


def test_without_a_file_there_is_the_practice_channel(tmp_path: Path) -> None:
    settings = load(None, {}, home=tmp_path)
    assert [(channel.id, channel.options) for channel in settings.channels.values()] == [
        ("practice", {"seed": 1, "speed": 10})
    ]
    assert settings.database == tmp_path / ".local/share/webcare/webcare.db"
    assert settings.undo == 10 * SECOND
    assert settings.queues == DEFAULT_QUEUES


def test_an_empty_file_changes_nothing_but_the_place(load_text: Load, tmp_path: Path) -> None:
    settings = load_text("")
    assert list(settings.channels) == ["practice"]
    assert settings.places.settings == tmp_path / "webcare.yaml"
    assert settings.places.templates == tmp_path / "templates"


def test_channels(load_text: Load) -> None:
    channels = load_text(
        "channels:\n"
        "  bsky: {platform: bluesky, handle: '@desk.test', searches: [energiehuis], poll: 10 s}\n"
        "  toots:\n"
        "    platform: mastodon\n"
        "    name: Mastodon\n"
        "    server: social.example\n"
        "    hashtags: '#storing'\n"
        "    credential: shared-token\n"
        "    conversation_hours: 24\n"
        "    sign_off: no\n"
        "    listen_only: yes\n"
        "  news: {platform: feed, feeds: https://example.org/rss}\n"
    ).channels
    assert channels["bsky"].options == {
        "handle": "desk.test",
        "server": "https://bsky.social",
        "mentions": True,
        "searches": ("energiehuis",),
    }
    assert (channels["bsky"].credential, channels["bsky"].poll, channels["bsky"].name) == (
        "bsky",
        10 * SECOND,
        "bsky",
    )
    toots = channels["toots"]
    assert toots.options == {
        "server": "https://social.example",
        "mentions": True,
        "hashtags": ("storing",),
        "streaming": True,
    }
    assert (toots.credential, toots.conversation_hours, toots.sign_off, toots.listen_only) == (
        "shared-token",
        24,
        "none",
        True,
    )
    assert channels["news"].options == {"feeds": ("https://example.org/rss",)}
    assert (channels["news"].listen_only, channels["news"].credential) == (True, None)


def test_a_feed_only_listens_whatever_is_written(load_text: Load) -> None:
    text = "channels: {news: {platform: feed, feeds: [https://example.org/rss], listen_only: no}}"
    assert load_text(text).channels["news"].listen_only


def test_the_usual_promises(load_text: Load) -> None:
    sla = load_text("").sla
    for platform in ("bluesky", "mastodon", "x", "facebook", "instagram"):
        assert policy_for(sla, platform).targets.first_response == HOUR
        assert policy_for(sla, platform).calendar is ALWAYS
    assert policy_for(sla, "whatsapp").targets.first_response == 30 * MINUTE
    feed = policy_for(sla, "feed")
    assert feed.targets.first_response == 4 * HOUR
    friday = to_millis(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))  # 16:30 in Amsterdam: one hour is left
    assert feed.calendar.add_working(friday, 4 * HOUR) == to_millis(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))


def test_promises_of_ones_own_on_a_calendar_of_ones_own(load_text: Load) -> None:
    settings = load_text(
        "calendars:\n"
        "  balie:\n"
        "    weekdays: [09:00-12:00, 13:00-17:00]\n"
        "    friday: 09:00-12:00\n"
        "    wednesday: closed\n"
        "    holidays: NL\n"
        "    closed: {2026-12-24: Kerstavond}\n"
        "    open: 2026-12-26\n"
        "channels: {b: {platform: bluesky, handle: h.test}}\n"
        "sla:\n"
        "  - {id: klacht, kinds: complaint, channels: b, resolution: 2 days,\n"
        "     first_response: 2 business hours}\n"
        "  - {id: rest, first_response: 30m, calendar: 24/7}\n"
    )
    complaint, rest = settings.sla
    assert complaint.calendar is settings.calendars["balie"]
    assert complaint.calendar.periods == {
        0: ((540, 720), (780, 1020)),
        1: ((540, 720), (780, 1020)),
        2: (),
        3: ((540, 720), (780, 1020)),
        4: ((540, 720),),
    }
    assert (complaint.targets.first_response, complaint.targets.resolution) == (2 * HOUR, 14 * HOUR)
    assert (complaint.kinds, complaint.channels) == (frozenset({"complaint"}), frozenset({"b"}))
    assert rest.calendar is ALWAYS
    holidays = complaint.calendar.holidays
    assert holidays[date(2026, 12, 24)] == "Kerstavond"
    assert date(2026, 12, 25) in holidays
    assert date(2026, 12, 26) not in holidays


def test_the_usual_promises_count_on_the_teams_calendar(load_text: Load) -> None:
    settings = load_text("calendars: {balie: {daily: 08:00-22:00}}")
    assert all(policy.calendar is settings.calendars["balie"] for policy in settings.sla)


def test_queues_of_ones_own_come_after_the_shipped_ones(load_text: Load) -> None:
    queues = load_text(
        "queues:\n  refunds: {name: Terugbetalingen, label: refund}\n"
        "  slept: {status: snoozed, order: shows}\n"
        "  mine: {name: Van mij, owner: me}\n"
    ).queues
    assert [queue.id for queue in queues] == [*(queue.id for queue in DEFAULT_QUEUES), "refunds", "slept"]
    refunds, slept = queues[-2:]
    assert (refunds.name, refunds.filter.label, refunds.filter.active) == ("Terugbetalingen", "refund", True)
    assert (slept.filter.status, slept.filter.active) == ("snoozed", False)
    assert next(queue for queue in queues if queue.id == "mine").name == "Van mij"


def test_operators_sign_in_their_own_way(load_text: Load) -> None:
    settings = load_text(
        "operators:\n  svermeer: {name: Sanne Vermeer}\n"
        "  jb: {name: Jan van den Berg, initials: JvdB, closing: 'Hartelijks, Jan',\n"
        "    sign_off_public: first_name}\n"
    )
    sanne, jan = settings.operators["svermeer"].signature, settings.operators["jb"].signature
    assert (sanne.public.text, sanne.private.text) == ("^SV", "Regards, Sanne")
    assert (jan.public.text, jan.private.text) == ("Jan", "Hartelijks, Jan")
    assert settings.operator("kees", "Kees de Boer").signature.public.text == "^KB"
    assert settings.operator("kees", "kees").signature.public.text == "^K"


def test_the_rest(load_text: Load, tmp_path: Path) -> None:
    settings = load_text(
        "organisation: {name: Gemeente Voorbeeld}\nlanguage: nl\ntimezone: Europe/Brussels\nundo_seconds: 0\n"
        "display: {unicode: safe, colours: 16, theme: light}\ndatabase: data/desk.db\nidentity: shared\n"
    )
    assert settings.organisation.brands == ("Gemeente Voorbeeld",)
    assert (settings.language, settings.timezone, settings.undo, settings.identity) == (
        "nl",
        "Europe/Brussels",
        0,
        "shared",
    )
    assert (settings.display.unicode, settings.display.colours, settings.display.theme) == (
        "safe",
        "16",
        "light",
    )
    assert settings.database == tmp_path / "data/desk.db"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chanels: {}\n", "webcare.yaml, line 1: there is no key 'chanels' here; did you mean 'channels'."),
        (
            "organisation:\n  nam: x\n",
            "webcare.yaml, line 2: there is no key 'organisation.nam' here; did you mean 'name'.",
        ),
        (
            "undo_seconds: ten\n",
            "line 1: the value of 'undo_seconds' is wrong: write a whole number from 0 to 60.",
        ),
        ("undo_seconds: 61\n", "write a whole number from 0 to 60"),
        ("undo_seconds: [1]\n", "write a single value, not a list or a mapping"),
        ("language: dutch\n", "line 1: the value of 'language' is wrong: write one of 'auto', 'nl', 'en'."),
        ("timezone: Amsterdam\n", "write a time zone such as 'Europe/Amsterdam'"),
        ("timezone: ../../etc/passwd\n", "write a time zone such as 'Europe/Amsterdam'"),
        ("display: {theme: drak}\n", "did you mean 'dark'"),
        ("organisation: Gemeente\n", "write keys and values"),
        ("a: 1\na: 2\n", "line 2, column 1: the key 'a' stands here twice"),
        ("channels: []\n", "write one channel per line"),
        ("channels: {b: {}}\n", "line 1: the key 'channels.b.platform' is missing; add it."),
        ("channels: {b: bluesky}\n", "beginning with 'platform:'"),
        (
            "channels:\n  b:\n    platfrom: bluesky\n",
            "line 3: there is no key 'channels.b.platfrom' here; did you mean 'platform'.",
        ),
        ("channels: {b: {platform: blueksy}}\n", "did you mean 'bluesky'"),
        ("channels: {b: {platform: bluesky, hashtags: x}}\n", "there is no key 'channels.b.hashtags' here"),
        ("channels: {b: {platform: bluesky}}\n", "the key 'channels.b.handle' is missing"),
        ("channels: {B b: {platform: practice}}\n", "small letters, digits and '-'"),
        ("channels: {m: {platform: mastodon, server: 'http://m.example'}}\n", "begins with 'https://'"),
        (
            "channels: {m: {platform: mastodon, server: 'https://m.example/@desk'}}\n",
            "the server's address only",
        ),
        (
            "channels: {m: {platform: mastodon, server: 'https://u:p@m.example'}}\n",
            "leave the user name and password out",
        ),
        ("channels: {f: {platform: feed, feeds: 'file:///etc/passwd'}}\n", "write a web address"),
        ("channels: {f: {platform: feed, feeds: 'http://[x'}}\n", "write a web address"),
        ("channels: {p: {platform: practice, poll: 1 s}}\n", "write a duration from '5 s' to '1 day'"),
        ("calendars: {c: {holidays: NL}}\n", "never open"),
        ("calendars: {c: {monday: 17:00-09:00}}\n", "must start before it ends"),
        ("calendars: {c: {monday: [09:00-12:00, 11:00-13:00]}}\n", "overlap"),
        ("calendars: {c: {monday: 9-17}}\n", "write a time of day such as '09:00'"),
        (
            "calendars: {c: {daily: 09:00-17:00, closed: {24-12-2026: x}}}\n",
            "write a date such as '2026-12-24'",
        ),
        ("calendars: {c: {daily: 09:00-17:00, holidays: DE}}\n", "write one of 'NL', 'BE', 'none'"),
        ("sla: {}\n", "write a list"),
        ("sla: [{id: x}]\n", "promise something"),
        ("sla: [{first_response: 1 h}]\n", "the key 'sla.id' is missing"),
        (
            "sla:\n  - {id: x, first_response: 1 h}\n  - {id: x, first_response: 2 h}\n",
            "line 3: the value of 'sla.id' is wrong: 'x' is taken",
        ),
        ("sla: [{id: x, first_response: fast}]\n", "write a duration such as"),
        (
            "sla: [{id: x, first_response: 1 h, resolution: 9 business hours}]\n",
            "for all targets of this policy, or for none",
        ),
        ("sla: [{id: x, first_response: 1 business hour, calendar: 24/7}]\n", "has no business hours"),
        ("sla: [{id: x, first_response: 1 h, calendar: ofice}]\n", "write one of '24/7'"),
        ("sla: [{id: x, first_response: 1 h, channels: practise}]\n", "did you mean 'practice'"),
        ("sla: [{id: x, first_response: 1 h, kinds: [complaints]}]\n", "did you mean 'complaint'"),
        ("queues: []\n", "write one queue per line"),
        ("queues: {Q q: {}}\n", "small letters, digits and '-' in a queue's name"),
        ("queues: {q: {sentiment: neg}}\n", "write one of 'negative'"),
        ("queues: {q: {channel: practise}}\n", "did you mean 'practice'"),
        ("operators: {a: {initials: '^SV'}}\n", "write one to four letters, without '^'"),
        ("operators:\n  a: {name: Sanne Vermeer}\n  b: {name: Stijn Vos}\n", "a has the same initials"),
    ],
)
def test_every_mistake_is_one_sentence(load_text: Load, text: str, said: str) -> None:
    assert said in refused(load_text, text)


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="webcare init"):
        load(tmp_path / "nothing.yaml", {}, home=tmp_path)
    with pytest.raises(ConfigError, match="webcare init"):
        load(None, {"WEBCARE_CONFIG": str(tmp_path)}, home=tmp_path)


def test_a_directory_in_the_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "webcare.yaml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {}, home=tmp_path)


def test_a_directory_that_cannot_be_searched_is_no_absent_file(tmp_path: Path) -> None:
    """As if it were absent, somebody else's desk would quietly start on the practice channel."""
    (tmp_path / ".config").write_text("a file where a directory should be", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        load(None, {}, home=tmp_path)


def test_extra_days_off_without_a_country(load_text: Load) -> None:
    calendar = load_text("calendars: {c: {daily: 09:00-17:00, closed: [2026-12-24]}}").calendars["c"]
    assert dict(calendar.holidays) == {date(2026, 12, 24): "closed"}


def test_nobody_has_to_sign(load_text: Load) -> None:
    operators = load_text(
        "operators: {s: {name: S V, sign_off_public: none, sign_off_private: initials}}"
    ).operators
    assert (operators["s"].signature.public.text, operators["s"].signature.private.text) == ("", "^SV")


def test_a_channel_may_have_one_way_to_sign_and_another_in_private(load_text: Load) -> None:
    channels = load_text(
        "channels:\n"
        "  a: {platform: practice, sign_off: initials, sign_off_private: closing}\n"
        "  b: {platform: practice, sign_off: no, sign_off_private: yes}\n"
        "  c: {platform: practice, sign_off: first_name}\n"
    ).channels
    found = {name: (one.policy("public"), one.policy("private")) for name, one in channels.items()}
    assert found == {"a": ("initials", "closing"), "b": ("none", "sign"), "c": ("first_name", "first_name")}
    with pytest.raises(ConfigError, match="initials, first_name or closing"):
        load_text("channels: {a: {platform: practice, sign_off: sometimes}}")


def test_how_an_operator_signs_follows_channel_and_language(load_text: Load) -> None:
    sanne = load_text("operators: {s: {name: Sanne Visser}}").operators["s"]
    assert sanne.signs("public", "sign", "nl").text == "^SV"
    assert sanne.signs("private", "sign", "nl-BE").text == "Groet, Sanne"
    assert sanne.signs("private", "sign", "en").text == "Regards, Sanne"
    assert sanne.signs("public", "first_name", "nl").text == "Sanne"
    assert sanne.signs("private", "none", "nl").text == ""
    own = load_text("operators: {s: {name: Sanne Visser, closing: 'Liefs, San'}}").operators["s"]
    assert own.signs("private", "closing", "en").text == "Liefs, San"
    assert {"^SV", "Sanne", "Sanne Visser", "Groet, Sanne"} <= {one.text for one in sanne.all_signs()}


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "webcare.yaml").write_text("database: /var/lib/webcare/webcare.db\n", encoding="utf-8")
    environment = {"WEBCARE_CONFIG": str(tmp_path)}
    assert load(None, environment, home=tmp_path).database == Path("/var/lib/webcare/webcare.db")
    environment["WEBCARE_DATABASE"] = "/tmp/other.db"
    assert load(None, environment, home=tmp_path).database == Path("/tmp/other.db")


@pytest.mark.parametrize("target", ["0 hours", "900000 hours"])
def test_a_target_that_no_clock_can_run_is_a_sentence(load_text: Load, target: str) -> None:
    """Nothing, or more than ten years: the file and the line are named."""
    with pytest.raises(ConfigError, match=r"webcare\.yaml"):
        load_text(f"sla:\n  - id: odd\n    first_response: {target}\n")
