"""Attachments in memory: what a draft has, without files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from desk.browsing import Entry, Listing
from desk.reply_views import DraftView
from desk.views import Done
from domain.attachment import MEDIA_LIMITS, Attached, MediaLimits
from domain.drawn import Box, Drawn
from domain.errors import NotAllowed, NotFound
from domain.media import Facts

DraftKey = tuple[int, str]
FILES = ("~/foto.png", "~/foto2.png", "~/map/kaart.jpg", "~/groot.jpg", "~/brief.pdf")


@dataclass
class FakeAttachments:
    """A home with a few pictures; the one called `groot` is too large, and a letter is none."""

    of: dict[DraftKey, list[Attached]] = field(default_factory=dict)
    drawn: list[tuple[str, Box]] = field(default_factory=list)
    cannot_draw: str = ""

    async def browse(self, typed: str, /) -> Listing:
        """What stands in the home."""
        before = typed.rpartition("/")[0].count("/") + 1
        fitting = sorted({"/".join(one.split("/")[: before + 1]) for one in FILES if one.startswith(typed)})
        entries = tuple(
            Entry(one, one.rpartition("/")[2], folder="." not in one, size=340_000)
            for one in fitting
            if not one.endswith(".pdf")
        )
        single = f"{entries[0].path}/" if len(entries) == 1 and entries[0].folder else ""
        completed = single or (entries[0].path if len(entries) == 1 else typed)
        return Listing(entries, "~/foto" if typed == "~/fo" else completed, typed in FILES)

    async def limits(self, draft: DraftView, /) -> MediaLimits:
        """Bluesky's."""
        if draft.kind == "note":
            raise NotAllowed("A note takes no pictures.")
        return MEDIA_LIMITS["bluesky"]

    async def look(self, draft: DraftView, path: str, /) -> Attached:
        """A picture named after its path."""
        name = path.rpartition("/")[2]
        if path not in FILES:
            raise NotAllowed(f"There is no file {name}.")
        if name.endswith(".pdf"):
            raise NotAllowed(f"{name} is no picture or film.")
        if name.startswith("groot"):
            raise NotAllowed(f"{name} is 140 kB too large: at most 2000 kB can go along.")
        return Attached(f"sha-{name}", name, Facts("image/png", 340_000, 1_200, 800))

    async def prepare(self, draft: DraftView, path: str, /) -> Attached:
        """The same."""
        return await self.look(draft, path)

    async def put(self, draft: DraftView, prepared: Attached, /) -> Attached:
        """Behind the others."""
        self.of.setdefault(_key(draft), []).append(prepared)
        return prepared

    async def describe(
        self, draft: DraftView, sha256: str, alt: str, /, *, decorative: bool = False
    ) -> Attached:
        """Another description."""
        there = self.of.get(_key(draft), [])
        for place, one in enumerate(there):
            if one.sha256 == sha256:
                there[place] = replace(one, alt=alt, decorative=decorative)
                return there[place]
        raise NotFound("The draft has no such attachment.")

    async def detach(self, draft: DraftView, sha256: str, /) -> Done:
        """Out of the draft."""
        there = self.of.get(_key(draft), [])
        there[:] = [one for one in there if one.sha256 != sha256]
        return Done("Taken out.", undoable=False, conversation=draft.conversation)

    async def draw(self, sha256: str, box: Box, /) -> Drawn:
        """Red over blue, everywhere, six by three."""
        self.drawn.append((sha256, box))
        if self.cannot_draw:
            raise NotAllowed(self.cannot_draw)
        if box.way != "half_blocks":
            return Drawn(box.way, 6, 3, body=b"\x1bPq#0\x1b\\")
        return Drawn(box.way, 6, 3, blocks=((((255, 0, 0), (0, 0, 255)),) * 6,) * 3)


def _key(draft: DraftView) -> DraftKey:
    return (draft.conversation, draft.kind)
