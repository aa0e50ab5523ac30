"""The one door through which every string for a person goes.

Msgids are English sentences; `locale/nl` holds Dutch. The chosen catalogue is process-wide, as in the
standard library's own gettext: a desk has one reader. `N_` marks a string that is looked up later, for
tables that are built at import; `NN_` one that is counted.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "locale"
"""By its place: importlib.resources would be ten modules more on the way to each start."""

LANGUAGES = ("en", "nl")
"""The languages the interface speaks; the first is the language of the msgids."""

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language = LANGUAGES[0]


def install(language: str) -> None:
    """Choose the interface's language for this process; an unknown one falls back to English."""
    global _catalogue, _language  # noqa: PLW0603 - see the module docstring
    _catalogue = _gettext.translation("webcare", _FOLDER, [language], fallback=True)
    _gettext.bindtextdomain("webcare", str(_FOLDER))
    _gettext.textdomain("webcare")  # where click looks its own words up, by the locale variables
    _language = language if language in LANGUAGES else LANGUAGES[0]


def language() -> str:
    """The language in force: `en` or `nl`."""
    return _language


def preferred(environment: Mapping[str, str] = os.environ) -> str:
    """The reader's language by the usual locale variables, most specific first; `en` where none fits."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            code = value.split(":")[0].split("_")[0].split(".")[0].lower()
            return code if code in LANGUAGES else LANGUAGES[0]
    return LANGUAGES[0]


def _(message: str, /, **values: object) -> str:
    """The message in the reader's language, with `{name}` fields filled in; nothing for nothing."""
    text = _catalogue.gettext(message) if message else ""  # to gettext the empty one names the header
    return text.format(**values) if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Singular or plural by the language's own rule; `{n}` is filled with the count."""
    return _catalogue.ngettext(singular, plural, n).format(n=n, **values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """As `_`, for a message whose meaning depends on where it stands."""
    text = _catalogue.pgettext(context, message)
    return text.format(**values) if values else text


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a message for the catalogue and return it as it is."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - as N_
    """Mark a message that is counted for the catalogue and return both forms as they are."""
    return singular, plural
