"""Attachments in memory: what a draft has, without files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from desk.reply_views import DraftView
from desk.views import Done
from domain.attachment import Attached
from domain.errors import NotAllowed, NotFound
from domain.half_blocks import Blocks
from domain.media import Facts

DraftKey = tuple[int, str]


@dataclass
class FakeAttachments:
    """Every path is a picture, unless it begins with `/dev`."""

    of: dict[DraftKey, list[Attached]] = field(default_factory=dict)

    async def attach(self, draft: DraftView, path: str, alt: str = "", /) -> Attached:
        """A picture named after its path."""
        if path.startswith("/dev"):
            raise NotAllowed(f"{path} is not an ordinary file; choose a picture or film.")
        name = path.rpartition("/")[2]
        made = Attached(f"sha-{name}", name, Facts("image/png", 1_000, 4, 3), alt)
        self.of.setdefault(_key(draft), []).append(made)
        return made

    async def describe(self, draft: DraftView, sha256: str, alt: str, /) -> Attached:
        """Another description."""
        there = self.of.get(_key(draft), [])
        for place, one in enumerate(there):
            if one.sha256 == sha256:
                there[place] = replace(one, alt=alt)
                return there[place]
        raise NotFound("The draft has no such attachment.")

    async def detach(self, draft: DraftView, sha256: str, /) -> Done:
        """Out of the draft."""
        there = self.of.get(_key(draft), [])
        there[:] = [one for one in there if one.sha256 != sha256]
        return Done("Taken out.", undoable=False, conversation=draft.conversation)

    async def content(self, sha256: str, /) -> bytes:
        """Something."""
        return sha256.encode()

    async def preview(self, sha256: str, columns: int, rows: int, /) -> Blocks:
        """Red over blue, everywhere."""
        return ((((255, 0, 0), (0, 0, 255)),) * columns,) * rows


def _key(draft: DraftView) -> DraftKey:
    return (draft.conversation, draft.kind)
