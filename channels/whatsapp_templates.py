"""WhatsApp's approved templates: read, and named in a request.

Source: Meta, Business Management API "Message templates": components HEADER, BODY, FOOTER, BUTTONS; places
are `{{1}}`, `{{2}}` or, with `parameter_format` NAMED, names.
"""

from __future__ import annotations

from channels.base import PlatformTemplate, TemplateUse
from channels.hook_reading import Json, objs, word
from domain.approved import PLACE, places_in
from i18n import _


def read_template(entry: Json) -> PlatformTemplate | None:
    """An approved template; None for one that is not, or that cannot be read."""
    name, language = word(entry, "name"), word(entry, "language")
    parts = {word(part, "type").upper(): part for part in objs(entry.get("components"))}
    body = word(parts.get("BODY", {}), "text")
    if not name or not language or not body or word(entry, "status").upper() not in {"APPROVED", ""}:
        return None
    header = parts.get("HEADER", {})
    said = [word(header, "text"), body, word(parts.get("FOOTER", {}), "text")]
    return PlatformTemplate(
        name=name,
        language=language,
        category=word(entry, "category").lower(),
        text="\n\n".join(part for part in said if part),
        places=places_in(body),
        refusal=_refusal(header, objs(parts.get("BUTTONS", {}).get("buttons"))),
    )


def body_of(use: TemplateUse) -> dict[str, object]:
    """The `template` of a request."""
    named = any(not place.isdigit() for place in use.values)
    order = list(use.values) if named else sorted(use.values, key=int)
    places = [
        {"type": "text", "text": use.values[place], **({"parameter_name": place} if named else {})}
        for place in order
    ]
    components = [{"type": "body", "parameters": places}] if places else []
    return {
        "name": use.name,
        "language": {"policy": "deterministic", "code": use.language},
        **({"components": components} if components else {}),
    }


def _refusal(header: Json, buttons: list[Json]) -> str:
    """What this program does not fill in."""
    if word(header, "format").upper() not in {"", "TEXT"}:
        return _("This template has a picture or a file at its head; send it from the WhatsApp Manager.")
    if PLACE.search(word(header, "text")) or any(PLACE.search(word(button, "url")) for button in buttons):
        return _(
            "This template has a place to fill in its head or its buttons; send it from the WhatsApp Manager."
        )
    return ""
