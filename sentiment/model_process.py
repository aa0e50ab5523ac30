"""The child that holds a language model: `python -P -m sentiment.model_process`, JSON lines in and out.

In:  `{"engine": "pysentimiento", "models": {"nl": "/folder"}}` once,
     then `{"id": 1, "key": "nl", "texts": [...]}`.
Out: `{"ready": true}` once; `{"loading": "nl"}` and `{"loaded": "nl", "version": "folder@hash"}` at a model's
     first use; `{"id": 1, "read": [[negative, neutral, positive], ...]}` or
     `{"id": 1, "error": {"code", "detail"}}`; a `{"fatal": {"code", "detail"}}` is the last line.
     Codes: `package`, `weights`, `labels`, `failed`.

It ends as soon as its input does, in the middle of anything, so that it never outlives its parent. What
libraries print goes to the log; no text of anybody is in it.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from sentiment.model_labels import Probabilities, UnknownLabels

Speak = Callable[[Mapping[str, object]], None]


class Model(Protocol):
    """A loaded model."""

    version: str

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        """The probabilities of each text."""
        ...


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for our parent, whose end is ours
    speak = mouth()
    requests = _requests()
    settings = next(requests)
    try:
        engine = importlib.import_module(f"sentiment.{settings['engine']}_engine")
    except Exception as error:
        speak({"fatal": trouble(error, "failed")})
        return
    speak({"ready": True})
    server = _Server(engine.open_model, settings["models"], speak)
    for request in requests:
        server.answer(request)


class _Server:
    """Loads models at first use and answers with them."""

    def __init__(
        self, open_model: Callable[[str, str | None], Model], models: Mapping[str, str], speak: Speak
    ) -> None:
        self._open, self._names, self._speak = open_model, models, speak
        self._loaded: dict[str, Model] = {}

    def answer(self, request: Mapping[str, Any]) -> None:
        """Read the texts of one request; a fault is an answer too."""
        otherwise = "weights"
        try:
            model = self._model(request["key"])
            otherwise = "failed"
            read = model.read(request["texts"])
        except Exception as error:
            self._speak({"id": request["id"], "error": trouble(error, otherwise)})
        else:
            self._speak({"id": request["id"], "read": read})

    def _model(self, key: str) -> Model:
        if key not in self._loaded:
            self._speak({"loading": key})
            self._loaded[key] = self._open(key, self._names.get(key))
            self._speak({"loaded": key, "version": self._loaded[key].version})
        return self._loaded[key]


def trouble(error: Exception, otherwise: str) -> dict[str, str]:
    """What went wrong, in a code that the parent has a sentence for; where, goes to the log."""
    traceback.print_tb(error.__traceback__, file=sys.stderr)
    print(type(error).__name__, file=sys.stderr, flush=True)  # noqa: T201 - the log; a message may hold a text
    if isinstance(error, ImportError):
        return {"code": "package", "detail": error.name or type(error).__name__}
    if isinstance(error, UnknownLabels):
        return {"code": "labels", "detail": str(error)}
    return {"code": otherwise, "detail": type(error).__name__}


def mouth() -> Speak:
    """Our own way out; whatever else is printed goes where the errors go."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def speak(message: Mapping[str, object]) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    return speak


def _requests() -> Iterator[dict[str, Any]]:
    """Each line as it comes, read beside the work so that the end is noticed at once."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        yield json.loads(waiting.get())


if __name__ == "__main__":
    main()
