"""Work beside the keys of which only the newest counts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.dom import DOMNode
from textual.worker import Worker


def newest(node: DOMNode, group: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Do it; what is not done yet of the same group is given up."""
    _worker: Worker[None] = node.run_worker(work, group=group, exclusive=True)
