"""Marked conversations, in the order they were marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Marks:
    """A set that remembers the order and the last one."""

    def __init__(self) -> None:
        self._marks: dict[int, None] = {}

    def __contains__(self, conversation: object) -> bool:
        return conversation in self._marks

    def __iter__(self) -> Iterator[int]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def last(self) -> int | None:
        """The one marked last."""
        return next(reversed(self._marks), None)

    def toggle(self, conversation: int) -> None:
        """Mark, or take the mark away."""
        if conversation in self._marks:
            del self._marks[conversation]
        else:
            self._marks[conversation] = None

    def add(self, conversations: Iterable[int]) -> None:
        """Mark all."""
        self._marks.update(dict.fromkeys(conversations))

    def drop(self, conversations: Iterable[int]) -> None:
        """Take marks away."""
        for conversation in conversations:
            self._marks.pop(conversation, None)

    def keep(self, conversations: Iterable[int]) -> None:
        """Only those that are among these."""
        if self._marks:
            among = set(conversations)
            self._marks = {one: None for one in self._marks if one in among}

    def clear(self) -> None:
        """Take all marks away."""
        self._marks.clear()
