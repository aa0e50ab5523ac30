"""The `sentiment` part: which engine, which models, and a sentence with its line for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SentimentSettings
from tests.config.conftest import Load
from tests.config.test_load import refused


def test_without_it_the_embedded_engine_reads(load_text: Load) -> None:
    assert load_text("").sentiment == load_text("sentiment:\n").sentiment == SentimentSettings()
    assert SentimentSettings() == SentimentSettings("embedded", {}, downloads=False)


def test_folders_and_hub_ids(load_text: Load, tmp_path: Path) -> None:
    found = load_text(
        "sentiment:\n"
        "  engine: pysentimiento\n"
        "  downloads: yes\n"
        "  models: {nl: /srv/models/nl, de: ./models/de, fr: ~/fr, en: a-b/c.d_1, other: a/b}\n"
    ).sentiment
    assert found.engine == "pysentimiento"
    assert found.downloads
    assert found.models == {
        "nl": "/srv/models/nl",
        "de": str(tmp_path / "models/de"),
        "fr": str(Path("~/fr").expanduser()),
        "en": "a-b/c.d_1",
        "other": "a/b",
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("  engine: onyx\n", 2, "'sentiment.engine' is wrong: did you mean 'onnx'"),
        ("  engine: [onnx]\n", 2, "'sentiment.engine' is wrong: write a single value"),
        ("  motor: onnx\n", 2, "there is no key 'sentiment.motor' here"),
        ("  engine: pysentimiento\n  models: [nl]\n", 3, "'sentiment.models' is wrong"),
        (
            "  engine: pysentimiento\n  models:\n    de: a/b\n    nl: bert\n",
            5,
            "'sentiment.models.nl' is wrong",
        ),
        ("  engine: pysentimiento\n  models:\n    Dutch: a/b\n", 4, "name a language such as 'nl'"),
        ("  engine: pysentimiento\n  models: {nl: https://hub.example/a}\n", 3, "a model of the hub"),
        ("  engine: pysentimiento\n  downloads: sometimes\n", 3, "'sentiment.downloads' is wrong"),
        ("  engine: onnx\n", 2, "needs at least one folder under 'models'"),
        ("  engine: onnx\n  models: {nl: a/b}\n", 3, "a folder that “webcare export-onnx” made"),
        ("  models: {nl: /srv/nl}\n", 2, "only the engines 'pysentimiento' and 'onnx' read with models"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(load_text: Load, text: str, line: int, words: str) -> None:
    sentence = refused(load_text, f"sentiment:\n{text}")
    assert f"line {line}:" in sentence
    assert words in sentence
