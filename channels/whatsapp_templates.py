"""WhatsApp's approved templates: read, shown as they will stand, and filled in.

Source: Meta, Business Management API "Message templates": components HEADER, BODY, FOOTER, BUTTONS; places
are `{{1}}`, `{{2}}` or, with `parameter_format` NAMED, names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from channels.base import Permanent, PlatformTemplate, TemplateUse
from channels.hook_reading import Json, objs, word
from i18n import _

PLACE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


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
        places=tuple(dict.fromkeys(PLACE.findall(body))),
        refusal=_refusal(header, objs(parts.get("BUTTONS", {}).get("buttons"))),
    )


def filled(template: PlatformTemplate, values: Mapping[str, str]) -> str:
    """The text as the person will see it. Raises Permanent for a place that stays empty."""
    for place in template.places:
        value = values.get(place, "")
        if not value.strip():
            raise Permanent(_("Fill in {place} of the template {name}.", place=place, name=template.name))
        if "\n" in value or "\t" in value or "    " in value:
            raise Permanent(_("What is filled into a template has to fit on one line: {place}.", place=place))
    return PLACE.sub(lambda found: values.get(found[1], found[0]), template.text)


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
