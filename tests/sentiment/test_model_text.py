"""What a model is shown of a text, and what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.model_files import read_config, version_of_folder, version_of_snapshot
from sentiment.model_text import LONGEST, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@ns_online waar blijft 'ie? https://ns.nl/x?y=1", "@user waar blijft 'ie? http"),
        ("€ 12,- bij www.winkel.be/af", "€ 12,- bij http"),
        ("Nee!!!!!! echt waaaaaar", "Nee!!! echt waaar"),
        ("@jan.de-vries@mastodon.example hoi", "@user@user hoi"),
        ("  ", ""),
    ],
)
def test_names_and_links_are_one_word(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(max_size=3_000))
def test_no_text_is_too_much(text: str) -> None:
    assert len(plain(text)) <= 3 * LONGEST


def test_a_version_is_the_folders_contents(tmp_path: Path) -> None:
    place = tmp_path / "robbert"
    place.mkdir()
    (place / "config.json").write_text('{"a": 1}')
    (place / "model.onnx").write_bytes(b"1")
    first = version_of_folder(place)
    assert first.startswith("robbert@")
    assert len(first) == len("robbert@") + 12
    (place / "README.md").write_text("words")
    assert version_of_folder(place) == first
    (place / "model.onnx").write_bytes(b"2")
    assert version_of_folder(place) != first


def test_a_hub_models_version_is_its_commit() -> None:
    found = version_of_snapshot("team/model", "/c/models--team--model/snapshots/0123456789abcdef/config.json")
    assert found == "team/model@0123456789ab"
    assert version_of_snapshot("team/model", None) == "team/model@?"


@pytest.mark.parametrize("written", ["[]", "{", ""])
def test_a_broken_config_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / "config.json").write_text(written)
    with pytest.raises((ValueError, TypeError)):
        read_config(tmp_path)
