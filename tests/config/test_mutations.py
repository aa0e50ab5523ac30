"""A good file with a slip of the pen in it is still good, or gives one sentence; never anything else."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from config.paths import find_places
from config.read_settings import settings_of
from config.settings import Settings
from config.strict_yaml import parse
from domain.errors import ConfigError

GOOD = """\
organisation: {name: Gemeente Voorbeeld, brands: [voorbeeld]}
timezone: Europe/Amsterdam
undo_seconds: 10
calendars:
  office: {weekdays: [09:00-12:30, 13:00-17:30], friday: 09:00-12:30, closed: {2026-12-24: Kerst}}
sla:
  - {id: rest, first_response: 4 business hours, kinds: [complaint], channels: toots}
channels:
  toots:
    platform: mastodon
    server: https://social.example
    hashtags: [voorbeeld]
    poll: 1 minute
operators: {svermeer: {name: Sanne Vermeer, initials: SV}}
queues: {refunds: {label: refund, order: clock}}
"""
PLACES = find_places({}, Path("/home/nobody"))
SIGNS = "abz019 :-{}[],'\"\\&*!|>#%@`?~\n\t.\x00\x85\ufeff\u202e😀"


@seed(20261123)
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_slip_of_the_pen(data: st.DataObject) -> None:
    text = GOOD
    for _slip in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        removed = data.draw(st.integers(0, 4))
        text = text[:at] + data.draw(st.text(alphabet=SIGNS, max_size=3)) + text[at + removed :]
    try:
        outcome: object = settings_of(parse(text.encode(), file="webcare.yaml"), PLACES)
    except ConfigError as error:
        outcome = str(error)
    assert isinstance(outcome, Settings) or str(outcome).startswith("webcare.yaml, line ")


def test_the_good_file_is_good() -> None:
    assert list(settings_of(parse(GOOD.encode(), file="x"), PLACES).channels) == ["toots"]
