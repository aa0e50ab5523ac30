"""The export, and ONNX Runtime on what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sentiment.exporting import Exported, exported
from sentiment.model_files import version_of_folder
from sentiment.protocol import Mention, score_many
from tests.models.conftest import Engines
from tests.models.tiny import tiny_roberta

pytestmark = pytest.mark.models

TEXTS = ["Waar blijft mijn pakket?", "Top!", "Wat een waardeloze service, al drie weken wachten! " * 20]


@pytest.fixture(scope="session")
def int8(dutch: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    """The tiny model, exported."""
    out = tmp_path_factory.mktemp("onnx") / "dutch8"
    found = exported(dutch, out, log=None)
    assert isinstance(found, Exported), found
    return out, found


def test_the_export_is_whole_and_says_what_it_is(int8: tuple[Path, Exported]) -> None:
    out, found = int8
    assert {file.name for file in out.iterdir()} == {"model.onnx", "tokenizer.json", "config.json"}
    assert found.version == version_of_folder(out)
    assert found.version.startswith("dutch8@")
    assert found.size == (out / "model.onnx").stat().st_size
    assert 0 < found.difference < 0.2
    assert [one.name for one in out.parent.iterdir()] == ["dutch8"]


def test_it_reads_as_the_model_that_it_was(
    engines: Engines, dutch: Path, int8: tuple[Path, Exported]
) -> None:
    mentions = [Mention(text, "nl") for text in TEXTS]
    engine = engines("onnx", nl=int8[0])
    quick = score_many(engine, mentions)
    assert engine.trouble == ""
    slow = score_many(engines("pysentimiento", nl=dutch), mentions)
    assert [one.positive for one in quick] == pytest.approx([one.positive for one in slow], abs=0.2)
    assert {(one.engine, one.version) for one in quick} == {("onnx", int8[1].version)}


def test_batches_of_any_size(engines: Engines, int8: tuple[Path, Exported]) -> None:
    engine = engines("onnx", nl=int8[0])
    together = score_many(engine, [Mention(text, "nl") for text in TEXTS * 11])
    alone = [engine.score(text, lang="nl") for text in TEXTS] * 11
    # int8 scales by the largest number of a batch, so a text's neighbours move it a little
    assert [one.positive for one in together] == pytest.approx([one.positive for one in alone], abs=0.1)


def test_nothing_on_the_terminal(
    engines: Engines, int8: tuple[Path, Exported], capfd: pytest.CaptureFixture[str]
) -> None:
    engine = engines("onnx", nl=int8[0])
    assert engine.score("Top!", lang="nl").engine == "onnx"
    engine.close()
    assert capfd.readouterr() == ("", "")


def test_it_needs_no_torch(engines: Engines, int8: tuple[Path, Exported]) -> None:
    engine = engines("onnx", nl=int8[0])
    engine.score("Top!", lang="nl")
    pid = engine.pid
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert "onnxruntime" in maps
    assert "libtorch" not in maps


def test_a_broken_export_is_said(engines: Engines, int8: tuple[Path, Exported], tmp_path: Path) -> None:
    for file in int8[0].iterdir():
        (tmp_path / file.name).write_bytes(
            file.read_bytes()[:100] if file.suffix == ".onnx" else file.read_bytes()
        )
    engine = engines("onnx", nl=tmp_path)
    assert engine.score("Top!", lang="nl").engine == "embedded"
    assert "could not be loaded" in engine.trouble


def unlabelled(folder: Path) -> Path:
    """A model whose labels say nothing."""
    return tiny_roberta(folder, ("LABEL_0", "LABEL_1", "LABEL_2"))


def weightless(folder: Path) -> Path:
    """A model whose weights are broken."""
    (tiny_roberta(folder) / "model.safetensors").write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("make", "said"), [(unlabelled, "LABEL_0, LABEL_1"), (weightless, "could not be exported")]
)
def test_what_cannot_be_exported_leaves_nothing(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    model, out = make(tmp_path / "model"), tmp_path / "out"
    found = exported(model, out, log=None)
    assert isinstance(found, str)
    assert said in found
    assert [one.name for one in tmp_path.iterdir()] == ["model"]


def test_what_is_there_is_never_written_over(dutch: Path, tmp_path: Path) -> None:
    found = exported(dutch, tmp_path, log=None)
    assert isinstance(found, str)
    assert "is there already" in found
