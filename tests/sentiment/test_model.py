"""The weights: small, quick to load, made from this corpus by this code, and summed as they were trained."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
from importlib.resources import files

import pytest

from sentiment.corpus import mentions, split
from sentiment.embedded import EmbeddedEngine
from sentiment.features import BUCKETS, read
from sentiment.model import Model, dumps, loads, shipped
from tools.training.learn import fingerprint, train

WEIGHTS = files("sentiment") / "weights"
TRAINED_ON, _HELD_OUT = split(mentions())


def test_the_weights_are_those_of_this_corpus_and_these_features() -> None:
    """Fails after a change of the corpus, the word lists or the features: run `make train`."""
    note = json.loads((WEIGHTS / "embedded.json").read_text("utf-8"))
    assert hashlib.sha256((WEIGHTS / "embedded.bin").read_bytes()).hexdigest() == note["weights_sha256"]
    assert len(TRAINED_ON) == note["mentions"]
    assert fingerprint(TRAINED_ON) == note["features_sha256"]


def test_training_twice_gives_the_same_bytes() -> None:
    some = TRAINED_ON[::40]
    assert dumps(train(some, steps=4)) == dumps(train(some, steps=4))


def test_training_learns_what_it_is_shown() -> None:
    some = TRAINED_ON[::20]
    engine = EmbeddedEngine(train(some, steps=20))
    plain = [row for row in some if row.sentiment != "mixed"]
    right = sum(
        engine.score(row.text, lang=row.language, brands=(row.brand,)).sentiment == row.sentiment
        for row in plain
    )
    assert right / len(plain) > 0.85


def test_the_file_is_small_and_survives_a_round() -> None:
    data = (WEIGHTS / "embedded.bin").read_bytes()
    assert len(data) <= 500_000
    assert dumps(loads(data)) == data


def test_a_file_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        loads((WEIGHTS / "embedded.bin").read_bytes()[:-1])


def test_powers_are_the_sum_of_weight_times_value() -> None:
    found = read("Fijn hoor, weer geen reactie van @heldervonk 🙄", "nl", ("Heldervonk",))
    model = shipped()
    expected = [0.0] * model.width
    for index, value in found.sparse().items():
        for place in range(model.width):
            if index < BUCKETS:
                weight = (model.rows[index * model.width + place] - 128) * model.scales[place]
            else:
                weight = model.dense[(index - BUCKETS) * model.width + place]
            expected[place] += weight * value
    assert model.powers(found) == pytest.approx(expected)
    for head in model.read(found).values():
        assert sum(head.values()) == pytest.approx(1.0)


def test_a_model_of_nothing_is_unsure() -> None:
    model = shipped()
    blank = Model(model.heads, model.scales, (0.0,) * len(model.dense), bytes([128]) * len(model.rows))
    found = read("xyzzy", "nl", ())
    assert blank.read(found)["kind"]["spam"] == pytest.approx(1 / 8)
    assert not any(math.isnan(power) for power in blank.powers(found))


def test_scoring_needs_no_numpy_and_the_screen_no_weights() -> None:
    code = (
        "import sys; import desk.scoring, sentiment.protocol, sentiment.registry\n"
        "assert not {'sentiment.model', 'sentiment.embedded', 'numpy'} & set(sys.modules)\n"
        "sentiment.registry.load_engine('embedded').score('goed')\n"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
