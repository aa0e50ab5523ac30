"""Forms as they come over the line: what each field holds, and what its file is called and is."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from tests.channels.fault_server import Call


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    content: bytes
    mime: str
    """Empty where it says none."""

    filename: str
    """Empty for a field that is no file."""

    @property
    def text(self) -> str:
        """As words."""
        return self.content.decode("utf-8")


def form_of(call: Call) -> dict[str, Field]:
    """The fields by name; fails where the body is no form, or names a field twice."""
    kind = call.headers["content-type"]
    assert kind.startswith("multipart/form-data"), kind
    whole = BytesParser(policy=HTTP).parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + call.body)
    fields: dict[str, Field] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        assert isinstance(name, str)
        assert name not in fields
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        mime = part.get_content_type() if "content-type" in part else ""
        fields[name] = Field(content, mime, part.get_filename() or "")
    return fields
