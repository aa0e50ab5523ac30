"""WhatsApp's error codes in words for an operator, and what each means for a send.

Source: Meta, Cloud API "Error codes", beside the table of pywa (MIT), with which the list was compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from channels.hook_reading import Json, word
from channels.http_answer import printable
from i18n import N_, _

SENTENCES: Final[Mapping[int, str]] = {
    130429: N_("WhatsApp asks us to slow down: too many messages from this number."),
    130472: N_("WhatsApp keeps this person out of such messages (an experiment); write another way."),
    130497: N_("This number may not write to people in that country."),
    131000: N_("Something went wrong at WhatsApp."),
    131005: N_("Our access token lacks a right; make one with whatsapp_business_messaging."),
    131008: N_("WhatsApp misses something in our message."),
    131009: N_("WhatsApp does not take a value in our message."),
    131016: N_("WhatsApp is out of order for a while."),
    131021: N_("That is our own number."),
    131026: N_("It cannot be delivered: there is no WhatsApp at this number, or one that is too old."),
    131030: N_("This number is not among those that a test number may write to."),
    131031: N_("Meta has locked our business account; look into the WhatsApp Manager."),
    131037: N_("Our number's display name is not approved yet."),
    131042: N_("Meta cannot charge our account; look into the payment settings."),
    131045: N_("Our number is not registered; register it in the WhatsApp Manager."),
    131047: N_("The person last wrote more than 24 hours ago; only approved templates are allowed."),
    131048: N_("WhatsApp holds this number back: too many people blocked it or reported it."),
    131049: N_("WhatsApp did not deliver it, to spare this person too much advertising."),
    131050: N_("This person wants no marketing from us."),
    131051: N_("WhatsApp does not take messages of this kind."),
    131052: N_("The file that the person sent cannot be fetched."),
    131053: N_("WhatsApp could not take our file."),
    131056: N_("Too many messages to this person at once; it goes on in a few seconds."),
    131057: N_("Our account is in maintenance at Meta."),
    131062: N_("This person can only be written to under another id; wait until they write again."),
    132000: N_("The template has another number of places to fill."),
    132001: N_("This template does not exist in this language, or is not approved."),
    132005: N_("The filled template is too long."),
    132007: N_("What was filled into the template is against WhatsApp's rules."),
    132012: N_("What was filled into the template does not have the right form."),
    132015: N_("The template is paused: too many people reported it."),
    132016: N_("The template is switched off for good."),
    132068: N_("The form in the template is blocked."),
    132069: N_("The form in the template is held back for a while."),
    133004: N_("WhatsApp's server does not answer right now."),
    133010: N_("Our number is not registered; register it in the WhatsApp Manager."),
    135000: N_("Something went wrong with our message at WhatsApp."),
    80007: N_("Our WhatsApp account has reached its limit for now."),
    368: N_("Meta has restricted our account for breaking its rules."),
}


def sentence_of(error: Json) -> str:
    """An error in words: ours where there are some, else Meta's own."""
    code = error.get("code")
    if isinstance(code, int) and code in SENTENCES:
        return _(SENTENCES[code])
    own = word(error, "message") or word(error, "title") or "?"
    words = f"{printable(own)} ({code})" if isinstance(code, int) else printable(own)
    return _("WhatsApp says: {words}", words=words)
