"""The operator's own editor, for the operator's own words."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from domain.errors import WebcareError
from domain.text import SafeText, clean
from i18n import _


def edit(text: str, command: str) -> SafeText:
    """The text after the editor closed. The file is readable by nobody else, and gone afterwards.

    Raises WebcareError when the editor cannot be started or ends badly; the text is then as it was.
    """
    with tempfile.TemporaryDirectory(prefix="webcare-") as folder:  # mode 0700
        path = Path(folder) / "reply.txt"
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        try:
            ended = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 - the operator's own
        except (OSError, ValueError) as error:
            raise WebcareError(
                _("The editor {command} does not start; set EDITOR to one that does.", command=command)
            ) from error
        if ended.returncode != 0:
            raise WebcareError(
                _("The editor ended with {code}; the text is as it was.", code=ended.returncode)
            )
        return clean(path.read_text(encoding="utf-8", errors="replace").rstrip("\n"), multiline=True)
