"""A model over the embedded engine: who reads what, and what is said when the model cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConfigError
from sentiment import model_engine, model_settings
from sentiment.embedded import EmbeddedEngine
from sentiment.model_engine import BATCH, ModelEngine, environment_for, worker_for
from sentiment.model_labels import Probabilities
from sentiment.model_settings import ModelSettings, fault_of_model
from sentiment.model_text import LONGEST
from sentiment.protocol import Engine, Mention, Reason, score_many
from sentiment.registry import load_engine
from sentiment.worker import Worker, WorkerTrouble

BASE = EmbeddedEngine()
FOLDERS = ModelSettings("onnx", {"nl": "/m/robbert", "other": "/m/all"})


class FakeWorker(Worker):
    """Reads `boos` as negative, keeps what it was asked, and fails on command."""

    def __init__(self, *troubles: WorkerTrouble) -> None:
        super().__init__({}, {}, Path("/log"))
        self.troubles = list(troubles)
        self.asked: list[tuple[str, list[str]]] = []

    def read(self, key: str, texts: Sequence[str]) -> list[Probabilities]:
        """One trouble after another, then readings."""
        self.asked.append((key, list(texts)))
        if self.troubles:
            raise self.troubles.pop(0)
        self.versions[key] = f"{key}@1"
        return [(0.8, 0.1, 0.1) if "boos" in text else (0.1, 0.1, 0.8) for text in texts]


def engine_on(worker: Worker, settings: ModelSettings = FOLDERS) -> ModelEngine:
    """An engine that believes that everything is there."""
    return ModelEngine(settings, BASE, worker, checked=False)


def test_the_sentiment_is_the_models_the_rest_stays() -> None:
    text = "Waar blijft mijn pakket? Ik ben boos en bel mijn advocaat."
    base = BASE.score(text, lang="nl")
    score = engine_on(FakeWorker()).score(text, lang="nl")
    assert (score.negative, score.neutral, score.positive, score.sentiment) == (0.8, 0.1, 0.1, "negative")
    assert (score.engine, score.version, score.confidence) == ("onnx", "nl@1", 0.8)
    assert (score.kind, score.urgency, score.language) == (base.kind, base.urgency, base.language)
    assert score.why[0] == Reason("nl@1", "negative")
    assert {reason.effect for reason in score.why[1:]} & {"negative", "positive", "negated"} == set()


@pytest.mark.parametrize(
    ("lang", "text", "key"),
    [
        ("nl", "boos", "nl"),
        ("nl-BE", "boos", "nl"),
        ("NL_nl", "boos", "nl"),
        (None, "Waar blijft mijn pakket, ik wacht al dagen", "nl"),
        ("fy", "boos", "other"),
        (None, "boos", "other"),
    ],
)
def test_the_language_chooses_the_model(lang: str | None, text: str, key: str) -> None:
    worker = FakeWorker()
    engine_on(worker).score(text, lang=lang)
    assert [asked for asked, _texts in worker.asked] == [key]


def test_a_language_without_a_model_is_the_embedded_engines() -> None:
    worker = FakeWorker()
    engine = engine_on(worker, ModelSettings("onnx", {"nl": "/m"}))
    assert engine.score("I am very angry", lang="en") == BASE.score("I am very angry", lang="en")
    assert engine.score("  ", lang="nl").engine == "embedded"
    assert (worker.asked, engine.trouble) == ([], "")


@given(
    st.lists(
        st.tuples(st.sampled_from(("boos", "blij")), st.sampled_from(("nl", "en", "de")), st.integers(0, 9))
    )
)
def test_every_mention_gets_its_own_score_whatever_the_batches(rows: list[tuple[str, str, int]]) -> None:
    worker = FakeWorker()
    mentions = [Mention(f"{word} {'x' * size}", lang) for word, lang, size in rows]
    scores = score_many(engine_on(worker), mentions)
    assert [score.sentiment for score in scores] == [
        "negative" if word == "boos" else "positive" for word, _lang, _size in rows
    ]
    assert [score.version for score in scores] == [
        "nl@1" if lang == "nl" else "other@1" for _w, lang, _s in rows
    ]
    assert all(len(texts) <= BATCH for _key, texts in worker.asked)


@given(st.text(st.characters(), max_size=50), st.sampled_from(("\ud800", "\x00", "")))
def test_any_text_can_be_sent(text: str, tail: str) -> None:
    worker = FakeWorker()
    engine_on(worker).score(text + tail, lang="nl")
    for _key, texts in worker.asked:
        assert [one.encode("utf-8") for one in texts]


def test_a_long_text_is_cut() -> None:
    worker = FakeWorker()
    engine_on(worker).score("boos " * 10_000, lang="nl")
    assert len(worker.asked[0][1][0]) == LONGEST


@pytest.mark.parametrize(
    ("code", "detail", "said"),
    [
        ("package", "torch", "the package torch is missing; install “webcare[onnx]”"),
        ("package", "google.protobuf", "the package protobuf is missing"),
        ("weights", "OSError", "the model /m/robbert could not be loaded (OSError)"),
        ("labels", "LABEL_0", "the labels of /m/robbert say nothing of sentiment (LABEL_0)"),
        ("busy", "", "the model is still loading"),
        ("hung", "", "did not answer in time"),
        ("stopped", "-9", "the model's process stopped (-9)"),
        ("failed", "RuntimeError", "the model failed (RuntimeError); see /log"),
    ],
)
def test_where_the_model_cannot_the_embedded_engine_reads_and_the_reason_is_said(
    code: str, detail: str, said: str
) -> None:
    engine = engine_on(FakeWorker(WorkerTrouble(code, detail)))
    assert engine.score("Ik ben boos", lang="nl") == BASE.score("Ik ben boos", lang="nl")
    assert said in engine.trouble
    assert engine.trouble.startswith("onnx: ")
    assert engine.trouble.endswith("The embedded engine reads.")
    assert engine.score("Ik ben boos", lang="nl").engine == "onnx"
    assert engine.trouble == ""


def test_one_model_in_trouble_leaves_the_others_alone() -> None:
    engine = engine_on(FakeWorker(WorkerTrouble("weights", "OSError")))
    scores = score_many(engine, [Mention("boos", "nl"), Mention("boos", "pl")])
    assert [score.engine for score in scores] == ["embedded", "onnx"]
    assert "robbert" in engine.trouble


def test_what_fails_is_not_asked_again_for_the_rest_of_a_page() -> None:
    worker = FakeWorker(WorkerTrouble("busy"))
    score_many(engine_on(worker), [Mention("boos", "nl")] * (3 * BATCH))
    assert len(worker.asked) == 1


def test_trying_out_says_how_each_model_fares() -> None:
    trials = list(engine_on(FakeWorker(WorkerTrouble("weights", "OSError"))).try_out())
    assert [(trial.key, trial.version) for trial in trials] == [("nl", ""), ("other", "other@1")]
    assert "robbert" in trials[0].trouble
    assert trials[1].trouble == ""


def test_a_missing_package_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_settings, "PACKAGES", {"onnx": ("json", "surely_not_there.inside")})
    worker = FakeWorker()
    engine = ModelEngine(FOLDERS, BASE, worker)
    assert "the package surely_not_there is missing" in engine.trouble
    assert engine.score("boos", lang="nl").engine == "embedded"
    assert worker.asked == []


def test_a_package_that_comes_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(model_settings, "PACKAGES", {"onnx": ("surely_not_there",)})
    settings = ModelSettings(
        "onnx", {"nl": str(folder(tmp_path, "config.json", "tokenizer.json", "model.onnx"))}
    )
    engine = ModelEngine(settings, BASE, FakeWorker())
    assert engine.score("boos", lang="nl").engine == "embedded"
    monkeypatch.setattr(model_settings, "PACKAGES", {"onnx": ("json",)})
    monkeypatch.setattr(model_engine, "LOOK_AGAIN", 0.0)
    assert engine.score("boos", lang="nl").engine == "onnx"


def folder(place: Path, *files: str) -> Path:
    """A model's folder with empty files."""
    for name in files:
        (place / name).touch()
    return place


@pytest.mark.parametrize(
    ("engine", "files", "absent"),
    [
        ("onnx", (), "model.onnx"),
        ("onnx", ("model.onnx", "config.json"), "tokenizer.json"),
        ("onnx", ("model.onnx", "config.json", "tokenizer.json"), ""),
        ("pysentimiento", (), "config.json"),
        ("pysentimiento", ("config.json",), "model.safetensors"),
        ("pysentimiento", ("config.json", "model.safetensors"), ""),
        ("pysentimiento", ("config.json", "pytorch_model.bin"), ""),
    ],
)
def test_what_a_folder_lacks_is_named(
    tmp_path: Path, engine: str, files: tuple[str, ...], absent: str
) -> None:
    settings = ModelSettings(engine, {"nl": str(folder(tmp_path, *files))})
    fault = fault_of_model(settings, "nl")
    assert fault == (f"the model's folder {tmp_path} has no {absent}" if absent else "")


def cached(home: Path, model: str) -> None:
    """As the hub's library leaves a model."""
    place = home / ".cache/huggingface/hub" / f"models--{model.replace('/', '--')}" / "snapshots" / "abc"
    place.mkdir(parents=True)
    (place / "config.json").touch()


def test_the_librarys_own_models_count_where_they_are_here(nobodys_home: Path) -> None:
    assert ModelSettings("pysentimiento", {"nl": "/m"}).keys == ("nl",)
    cached(nobodys_home, "pysentimiento/bertweet-pt-sentiment")
    assert ModelSettings("pysentimiento", {"nl": "/m"}).keys == ("nl", "pt")
    assert ModelSettings("pysentimiento", downloads=True).keys == ("es", "en", "it", "pt")
    assert ModelSettings("onnx", {"nl": "/m"}).keys == ("nl",)


def test_a_hub_model_that_is_not_here_is_said(nobodys_home: Path) -> None:
    settings = ModelSettings("pysentimiento", {"nl": "team/model"})
    assert "the model team/model is not on this machine" in fault_of_model(settings, "nl")
    cached(nobodys_home, "team/model")
    assert fault_of_model(settings, "nl") == ""
    assert fault_of_model(ModelSettings("pysentimiento", {"nl": "a/b"}, downloads=True), "nl") == ""


def test_no_model_at_all_is_said() -> None:
    engine = ModelEngine(ModelSettings("pysentimiento"), BASE, FakeWorker())
    assert "no model is on this machine" in engine.trouble


@pytest.mark.parametrize(
    ("settings", "offline"),
    [
        (ModelSettings("pysentimiento", {"nl": "/m"}), True),
        (ModelSettings("pysentimiento", {"nl": "a/b"}), True),
        (ModelSettings("pysentimiento", {"nl": "a/b"}, downloads=True), False),
        (ModelSettings("onnx", {"nl": "/m"}, downloads=True), True),
    ],
)
def test_the_hub_is_asked_only_where_downloads_are_on(settings: ModelSettings, offline: bool) -> None:
    environment = environment_for(settings)
    assert ("HF_HUB_OFFLINE" in environment) is offline
    assert environment["HF_HUB_DISABLE_PROGRESS_BARS"] == "1"


def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBCARE_CREDENTIAL_BLUESKY", "secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials")
    kept: Mapping[str, str] = worker_for(FOLDERS, log=None, patience=1).environment
    assert "secret" not in kept.values()
    assert "CREDENTIALS_DIRECTORY" not in kept


def test_only_the_engine_that_needs_it_tells_its_terms() -> None:
    assert "non-commercial" in engine_on(FakeWorker(), ModelSettings("pysentimiento")).terms
    assert engine_on(FakeWorker()).terms == ""


def test_the_registry_knows_them() -> None:
    engine: Engine = load_engine("onnx", FOLDERS)
    assert engine.name == "onnx"
    with pytest.raises(ConfigError, match="write “pysentimiento”"):
        load_engine("pysentimento")
