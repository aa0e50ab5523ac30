"""Credentials: where they come from, what is refused, and that nothing ever shows one."""

from __future__ import annotations

import copy
import hashlib
import io
import logging
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.redaction import RedactingFormatter, quiet_libraries, redact
from config.secrets import Credentials, Secret
from domain.errors import ConfigError

TOKEN = "tok-3f9a/8+1c=wxyz"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A credentials directory as `webcare init` makes it."""
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o700)
    return folder


def put(folder: Path, name: str, value: str, mode: int = 0o600) -> Path:
    """A credential file."""
    path = folder / name
    path.write_text(value, encoding="utf-8")
    path.chmod(mode)
    return path


def refused(folder: Path, name: str = "bluesky", environment: Mapping[str, str] | None = None) -> str:
    """The sentence with which a credential is refused."""
    with pytest.raises(ConfigError) as caught:
        Credentials(folder, environment or {}).get(name)
    assert TOKEN not in str(caught.value)
    return str(caught.value)


def test_the_order_is_service_file_environment(folder: Path, tmp_path: Path) -> None:
    service = tmp_path / "service"
    service.mkdir()
    put(service, "bluesky", "from-service")
    put(folder, "bluesky", "from-file\n")
    variable = {"WEBCARE_CREDENTIAL_BLUESKY": "from-environment"}
    both = {**variable, "CREDENTIALS_DIRECTORY": str(service)}
    assert Credentials(folder, both).get("bluesky").reveal() == "from-service"
    assert Credentials(folder, variable).get("bluesky").reveal() == "from-file"
    (folder / "bluesky").unlink()
    assert Credentials(folder, variable).get("bluesky").reveal() == "from-environment"


def test_the_environment_comes_with_a_warning(folder: Path) -> None:
    credentials = Credentials(folder, {"WEBCARE_CREDENTIAL_MY_DESK_2": TOKEN})
    put(folder, "other", "x" * 20)
    credentials.get("other")
    assert credentials.warnings() == ()
    credentials.get("my-desk.2")
    (warning,) = credentials.warnings()
    assert "my-desk.2" in warning
    assert TOKEN not in warning


def test_an_absent_credential_says_where_to_put_it(folder: Path) -> None:
    assert str(folder / "bluesky") in refused(folder)
    assert not Credentials(folder, {}).available("bluesky")
    assert not Credentials(folder / "no-such", {}).available("bluesky")


def test_whether_there_is_one(folder: Path) -> None:
    put(folder, "bluesky", TOKEN)
    assert Credentials(folder, {}).available("bluesky")
    assert Credentials(folder, {"WEBCARE_CREDENTIAL_X": "1"}).available("x")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_file_that_others_can_touch_is_refused(folder: Path, mode: int) -> None:
    path = put(folder, "bluesky", TOKEN, mode)
    assert refused(folder) == f"{path} can be read by other users; run: chmod 600 '{path}'"


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_directory_that_others_can_write_is_refused(folder: Path, mode: int) -> None:
    put(folder, "bluesky", TOKEN)
    folder.chmod(mode)
    assert f"chmod go-w '{folder}'" in refused(folder)


def test_a_parent_that_others_can_write_is_refused_too(folder: Path) -> None:
    put(folder, "bluesky", TOKEN)
    folder.parent.chmod(0o777)
    assert f"chmod go-w '{folder.parent}'" in refused(folder)


def test_a_sticky_parent_is_fine(folder: Path) -> None:
    put(folder, "bluesky", TOKEN)
    folder.parent.chmod(0o1777)
    assert Credentials(folder, {}).get("bluesky").reveal() == TOKEN


def test_a_link_is_refused(folder: Path) -> None:
    target = put(folder, "real", TOKEN)
    (folder / "bluesky").symlink_to(target)
    assert "cannot be read" in refused(folder)


def test_a_pipe_is_refused_and_does_not_wait(folder: Path) -> None:
    os.mkfifo(folder / "bluesky", 0o600)
    assert "ordinary file" in refused(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give a file away")
def test_a_file_of_somebody_else_is_refused(folder: Path) -> None:
    os.chown(put(folder, "bluesky", TOKEN), 65534, 65534)
    assert "belongs to another user; run: chown 0 " in refused(folder)


@pytest.mark.parametrize("content", ["", "\n", "two\nlines", "a\x00b", "\x1b[2J", "x" * 70_000])
def test_only_one_line_of_text_is_a_credential(folder: Path, content: str) -> None:
    put(folder, "bluesky", content)
    assert "must be one line of text" in refused(folder)


def test_bytes_that_are_no_text_stay_out_of_the_sentence(folder: Path) -> None:
    (folder / "bluesky").write_bytes(b"\xff\xfesecret")
    (folder / "bluesky").chmod(0o600)
    assert "must be one line of text" in refused(folder)


@pytest.mark.parametrize(
    "name", ["", "../etc/passwd", "a/b", "/etc/passwd", ".hidden", "Ä", "a" * 65, "UPPER"]
)
def test_a_name_cannot_leave_the_directory(folder: Path, name: str) -> None:
    assert "cannot be a credential's name" in refused(folder, name)


def test_a_secret_is_not_shown_or_written() -> None:
    secret = Secret("bluesky", TOKEN, "file")
    shown = (repr(secret), str(secret), f"{secret}", f"{[secret]}", "%s" % secret, secret.fingerprint())  # noqa: UP031
    assert not any(TOKEN in each for each in shown)
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not written"):
            write(secret)


def test_the_fingerprint_compares_but_does_not_tell() -> None:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()[:8]
    assert Secret("a", TOKEN, "").fingerprint() == f"…wxyz sha256:{digest}"
    assert Secret("a", "short", "").fingerprint().startswith("… sha256:")
    assert Secret("a", TOKEN, "") == Secret("b", TOKEN, "")
    assert Secret("a", TOKEN, "") != Secret("a", "another", "")


def logged(secrets: list[Secret], message: str, *arguments: object) -> str:
    """What a log line becomes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter(lambda: secrets))
    logger = logging.getLogger("tests.redaction")
    logger.propagate = False
    logger.handlers = [handler]
    try:
        raise ValueError(f"refused {TOKEN}")
    except ValueError:
        logger.exception(message, *arguments)
    return stream.getvalue()


def test_a_log_line_has_no_secret_in_any_form() -> None:
    line = logged(
        [Secret("bluesky", TOKEN, "")],
        "GET /x?key=%s and %s and %r",
        quote(TOKEN),
        quote(TOKEN, safe=""),
        {"h": TOKEN},
    )
    assert not any(form in line for form in (TOKEN, quote(TOKEN), quote(TOKEN, safe=""), "wxyz"))
    assert line.count("***bluesky") == 3


@pytest.mark.parametrize(
    "text",
    [
        "GET https://x.example/y?access_token=CANARY&z=1",
        "Authorization: Bearer CANARY",
        "{'authorization': 'Bearer CANARY', 'accept': '*/*'}",
        "x-api-key: CANARY",
        'Cookie: "CANARY"',
        "password=CANARY",
    ],
)
def test_the_usual_shapes_of_tokens_are_hidden_too(text: str) -> None:
    cleaned = redact(text, [])
    assert "CANARY" not in cleaned
    assert "***" in cleaned


@given(
    st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=8, max_size=40),
    st.text(),
    st.text(),
)
def test_no_text_keeps_a_secret(value: str, before: str, after: str) -> None:
    cleaned = redact(f"{before}{value}{after}", [Secret("canary", value, "")])
    assert value not in cleaned or value in f"{before}***canary{after}"


def test_the_http_library_does_not_log_addresses() -> None:
    quiet_libraries()
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore").isEnabledFor(logging.DEBUG)
