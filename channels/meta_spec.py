"""What a person says about every channel of Meta, whichever product it is."""

from __future__ import annotations

from typing import Final

from channels.spec import CredentialField, Option
from i18n import N_

HUMAN_AGENT: Final = Option(
    "human_agent",
    N_("Whether Meta approved “Human Agent” for the app (7 days to answer)."),
    "yes_no",
    default=False,
)
VERSION: Final = Option("version", N_("The version of the Graph API."), default="v25.0", asked=False)
SIGNING: Final = (
    CredentialField(
        "app_secret",
        N_("The app's secret, with which Meta signs what it sends us."),
        many=True,
        hook_only=True,
    ),
    CredentialField(
        "verify_token",
        N_("A word of your own, given to Meta beside the webhook's address."),
        hook_only=True,
    ),
)
"""What the webhook needs beside an access token."""
