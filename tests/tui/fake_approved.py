"""Approved templates of the fake desk."""

# ruff: noqa: D101, D102 - what each method does stands in the desk it stands in for

from __future__ import annotations

from desk.approved_views import ApprovedList, FilledIn
from desk.reply_views import Length, ReviewView
from domain.approved import filled
from tests.tui.world import NOW, World


class FakeApproved:
    def __init__(self, world: World) -> None:
        self.world = world

    async def of(self, conversation: int) -> ApprovedList:
        return ApprovedList(self.world.approved, NOW, "" if self.world.approved else "Not fetched yet.")

    async def review(self, conversation: int, use: FilledIn) -> ReviewView:
        one = self.world.rows[conversation]
        found = next(each for each in self.world.approved if each.name == use.name)
        text = filled(found.text, use.values)
        return ReviewView(
            conversation=conversation,
            kind="private",
            text=text,
            body=text,
            channel_name="WhatsApp",
            account="@gemeente",
            recipient=one.contact_name,
            length=Length(len(text), 4096, "characters", ok=True),
            blocks=(),
            warnings=(),
            version=one.version,
            approved=use,
        )
