"""What the practice platform approved beforehand, for private messages whose window is closed."""

from __future__ import annotations

from typing import Final

from channels.base import PlatformTemplate
from domain.approved import places_in

_DUTCH: Final = (
    "Dag {{voornaam}}, we hebben een antwoord op uw vraag over {{onderwerp}}.\n"
    "Stuur ons een berichtje, dan lezen we samen verder.\n\nHeldervonk"
)
_ENGLISH: Final = (
    "Hello {{first_name}}, we have an answer to your question about {{subject}}.\n"
    "Send us a message and we will go on from there.\n\nHeldervonk"
)

TEMPLATES: Final = (
    PlatformTemplate("antwoord_klaar", "nl", "utility", _DUTCH, places_in(_DUTCH)),
    PlatformTemplate("answer_ready", "en", "utility", _ENGLISH, places_in(_ENGLISH)),
)
