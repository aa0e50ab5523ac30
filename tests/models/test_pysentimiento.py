"""pysentimiento as it is installed, on models that these tests make: the real loading path."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sentiment.embedded import EmbeddedEngine
from sentiment.model_files import version_of_folder
from sentiment.model_settings import PACKAGED, ModelSettings, fault_of_packages
from sentiment.protocol import Mention, score_many
from tests.models.conftest import Engines
from tests.models.tiny import tiny_roberta

pytestmark = pytest.mark.models

TEXTS = [
    "Waar blijft mijn pakket?",
    "Top!",
    "@ns 'k wacht al 3 dagen, € 12,50 kwijt… http://x.nl/a #boos 😡" * 9,
]


def test_everything_is_installed() -> None:
    assert [fault_of_packages(engine) for engine in ("pysentimiento", "onnx", "onnx-export")] == ["", "", ""]


def test_our_list_of_the_librarys_models_is_the_librarys() -> None:
    code = (
        "import json\nfrom pysentimiento.analyzer import models\n"
        "print(json.dumps({key: each['sentiment']['model_name'] for key, each in models.items()}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == dict(PACKAGED)


def test_a_dutch_folder_reads_as_the_library_itself_does(engines: Engines, dutch: Path) -> None:
    """Batched, past `predict`, with the preparation that leaves Dutch as it is."""
    import torch
    from pysentimiento import create_analyzer

    neutral = {
        "user_token": "@user", "url_token": "http", "preprocess_hashtags": False, "demoji": False,
        "char_replace": False, "normalize_laughter": False,
    }  # fmt: skip
    own = create_analyzer(task="sentiment", lang="en", model_name=str(dutch), preprocessing_args=neutral)
    engine = engines("pysentimiento", nl=dutch)
    scores = score_many(engine, [Mention(text, "nl") for text in TEXTS])
    assert engine.trouble == ""
    with torch.inference_mode():
        for text, score in zip(TEXTS, scores, strict=True):
            probas = own.predict(text).probas
            meant = [probas[label] for label in ("NEG", "NEU", "POS")]
            assert [score.negative, score.neutral, score.positive] == pytest.approx(meant, abs=1e-4)
    assert {score.engine for score in scores} == {"pysentimiento"}
    assert {score.version for score in scores} == {version_of_folder(dutch)}
    assert len({score.value for score in scores}) == len(TEXTS)


def test_a_text_reads_the_same_alone_and_in_a_batch(engines: Engines, dutch: Path) -> None:
    engine = engines("pysentimiento", nl=dutch)
    together = score_many(engine, [Mention(text, "nl") for text in TEXTS * 12])
    alone = [engine.score(text, lang="nl") for text in TEXTS] * 12
    assert [one.value for one in together] == pytest.approx([one.value for one in alone], abs=1e-4)


def test_several_labels_at_once(engines: Engines, tmp_path: Path) -> None:
    engine = engines("pysentimiento", it=tiny_roberta(tmp_path / "it", ("pos", "neg"), several=True))
    score = engine.score("Che bello", lang="it")
    assert score.engine == "pysentimiento"
    assert score.negative + score.neutral + score.positive == pytest.approx(1)
    assert score.neutral > 0


def test_labels_without_meaning_are_said(engines: Engines, tmp_path: Path) -> None:
    engine = engines("pysentimiento", nl=tiny_roberta(tmp_path / "m", ("LABEL_0", "LABEL_1", "LABEL_2")))
    assert engine.score("Top!", lang="nl").engine == "embedded"
    assert "(LABEL_0, LABEL_1, LABEL_2)" in engine.trouble


def test_nothing_on_the_terminal_and_no_text_in_the_log(
    engines: Engines, dutch: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = engines("pysentimiento", nl=dutch)
    score_many(engine, [Mention(text, "nl") for text in TEXTS])
    engine.close()
    assert capfd.readouterr() == ("", "")
    assert "pakket" not in (tmp_path / "models.log").read_text()


def test_broken_weights_are_said_and_the_embedded_engine_reads(
    engines: Engines, dutch: Path, tmp_path: Path
) -> None:
    broken = tiny_roberta(tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")
    engine = engines("pysentimiento", nl=broken, other=dutch)
    assert engine.score("Top!", lang="nl") == EmbeddedEngine().score("Top!", lang="nl")
    assert f"the model {broken} could not be loaded" in engine.trouble
    assert engine.score("Super!", lang="de").engine == "pysentimiento"


def test_without_downloads_a_missing_model_never_asks_the_hub(
    engines: Engines, nobodys_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a model in the cache gets past our own look; the library must give up by itself, not time out."""
    place = nobodys_home / ".cache/huggingface/hub/models--team--model"
    (place / "snapshots" / "abc").mkdir(parents=True)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("abc")
    (place / "snapshots" / "abc" / "config.json").write_text('{"model_type": "roberta"}')
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    engine = engines("pysentimiento", nl="team/model")
    assert engine.trouble == ""
    assert engine.score("Top!", lang="nl").engine == "embedded"
    assert "the model team/model could not be loaded (OSError)" in engine.trouble


def test_a_model_of_the_hub_is_read_from_its_cache(engines: Engines, nobodys_home: Path) -> None:
    place = nobodys_home / ".cache/huggingface/hub/models--team--model"
    tiny_roberta(place / "snapshots" / "0123456789abcdef")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("0123456789abcdef")
    engine = engines("pysentimiento", nl="team/model")
    score = engine.score("Top!", lang="nl")
    assert (score.engine, score.version, engine.trouble) == ("pysentimiento", "team/model@0123456789ab", "")


def test_the_librarys_own_model_keeps_the_librarys_preparation(engines: Engines, nobodys_home: Path) -> None:
    """For Spanish an emoji becomes words; a folder of the same name counts as that model."""
    from pysentimiento import create_analyzer

    name = Path(PACKAGED["es"]).name
    folder = tiny_roberta(nobodys_home / name)
    text = "jajajajaja que bueno 😡 @ana"
    score = engines("pysentimiento", es=folder).score(text, lang="es")
    probas = create_analyzer(task="sentiment", lang="es", model_name=str(folder)).predict(text).probas
    assert score.positive == pytest.approx(probas["POS"], abs=1e-4)
    assert ModelSettings("pysentimiento", {"es": str(folder)}).keys == ("es",)
