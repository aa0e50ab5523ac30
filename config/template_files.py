"""Templates, one YAML file each: the shipped ones, and the team's own that may take their place.

A file is named after the template's id:

    name: Dubbele incasso
    language: nl
    kinds: [question, complaint]
    text: |
      Dag {{contact.first_name}}, ...

Reading them imports PyYAML, so it is done when somebody first asks for a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from config.section import Section, choice, list_of, text, word
from config.strict_yaml import Table, read_file
from config.write import new_file, quoted, replace_file
from domain.conversation import KINDS
from domain.errors import ConfigError, TemplateError
from domain.template import Template
from i18n import _

_KEYS = ("name", "language", "kinds", "text")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?", re.ASCII)


def read_template(path: Path) -> Template:
    """One template; ConfigError names the file and the line."""
    if not _ID.fullmatch(path.stem):
        raise ConfigError(
            _(
                "{file}: name the file in small letters, digits and '-', such as 'dubbele-incasso.yaml'.",
                file=path,
            )
        )
    return _template(path.stem, read_file(path))


def save_template(folder: Path, template: Template, *, replace: bool = False) -> Path:
    """Write a template as a file; ConfigError where there is one already and `replace` is off."""
    if not _ID.fullmatch(template.id):
        raise ConfigError(
            _("'{id}' cannot be a template's id; use small letters, digits and '-'.", id=template.id)
        )
    path = folder / f"{template.id}.yaml"
    content = template_text(template)
    if replace:
        replace_file(path, content)
    else:
        new_file(path, content)
    return path


def template_text(template: Template) -> str:
    """The template as its file; the text as a block that a person can edit, where YAML allows it."""
    kinds = ", ".join(quoted(kind) for kind in template.kinds)
    lines = template.text.split("\n")
    blocked = all(line.isprintable() and not line.endswith(" ") for line in lines) and lines[-1]
    body = (
        "|2-\n" + "\n".join(f"  {line}" if line else "" for line in lines)
        if blocked
        else quoted(template.text)
    )
    return (
        f"name: {quoted(template.name)}\nlanguage: {quoted(template.language)}\n"
        f"kinds: [{kinds}]\ntext: {body}\n"
    )


def _template(template_id: str, table: Table) -> Template:
    part = Section(table, _KEYS)
    template = Template(
        id=template_id,
        name=part.require("name", text),
        language=part.require("language", word(_language)),
        kinds=part.get("kinds", list_of(choice(KINDS)), ()),
        text=part.require("text", text).rstrip("\n"),
    )
    try:
        template.parsed()
    except TemplateError as error:
        place = table.entries["text"].place
        raise ConfigError(
            _("{place}: line {line} of the text: {sentence}", place=place, line=error.line, sentence=error)
        ) from error
    return template


def _language(written: str) -> str:
    if _LANGUAGE.fullmatch(written):
        return written
    raise ValueError(_("write a language such as 'nl', 'en' or 'nl-BE'"))


def template_files(folder: Path) -> Iterable[Path]:
    """The files of a folder that should be templates; none where there is no folder."""
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else ()
