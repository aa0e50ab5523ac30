"""E-mail: a mailbox over IMAP, answers over SMTP; needs the extra `mail`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from channels.spec import CredentialField, Making, Option, Spec
from domain.errors import ConfigError
from i18n import N_, _

if TYPE_CHECKING:
    from channels.base import Connector


def _build(making: Making) -> Connector:
    if find_spec("imapclient") is None or find_spec("aiosmtplib") is None:
        raise ConfigError(_("A channel for e-mail needs more packages: pip install 'webcare[mail]'."))
    from channels.access import RenewedAccess  # noqa: PLC0415 - made only where it is configured
    from channels.mail import Account, MailConnector  # noqa: PLC0415
    from channels.mail_box import Host  # noqa: PLC0415

    options, secret = making.options, making.secret("password")

    def host(key: str, port: int) -> Host:
        parts = urlsplit(f"//{options[key]}")
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        return Host(parts.hostname or "", parts.port or port, plain=local)

    tokens = None
    if options["client_id"]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": secret,
            "client_id": options["client_id"],
            **({"client_secret": shared} if (shared := making.secret("client_secret")) else {}),
            **({"scope": options["scope"]} if options["scope"] else {}),
        }
        tokens = RenewedAccess(options["token_url"], form, clock=making.clock, store=making.session())
    account = Account(
        address=options["address"],
        imap=host("imap", 993),
        smtp=host("smtp", 465),
        user=options["user"],
        name=options["sender"],
        folder=options["folder"],
        sent=options["sent_folder"],
        upgrade=options["smtp"].endswith(":587"),
    )
    return MailConnector(
        making.channel.id, account, secret, clock=making.clock, tokens=tokens,
        listen_only=making.channel.listen_only,
    )  # fmt: skip


def _host(written: str) -> str:
    try:
        parts = urlsplit(f"//{written}")
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(sign in written for sign in "/@ "):
        raise ValueError(_("write a server's name, such as 'imap.example.org' or 'smtp.example.org:587'"))
    return written


def _address(written: str) -> str:
    name, sign, host = written.partition("@")
    if not (name and sign and "." in host) or not written.isascii() or " " in written:
        raise ValueError(_("write a mail address, such as 'klantenservice@example.org'"))
    return written


SPEC = Spec(
    name="mail",
    title="E-mail",
    badge="EM",
    options=(
        Option("address", N_("The mailbox's address; answers are sent from it."), required=True,
               convert=_address),
        Option("imap", N_("The server that holds the mailbox."), required=True, convert=_host),
        Option("smtp", N_("The server that takes outgoing mail; with ':587' where it begins unencrypted."),
               required=True, convert=_host),
        Option("user", N_("Who signs in, where it is not the address."), asked=False),
        Option("sender", N_("The name that people see as the sender.")),
        Option("folder", N_("The folder to listen to."), default="INBOX", asked=False),
        Option("sent_folder", N_("The folder of what was sent; empty for the one the server marks."),
               asked=False),
        Option("client_id", N_("For Microsoft 365 and Google: the app's client id; empty for a password.")),
        Option("token_url", N_("Where tokens are renewed, with a client id."), "address",
               default="https://login.microsoftonline.com/common/oauth2/v2.0/token", asked=False),
        Option("scope", N_("What the token is asked for, where the provider wants it said."), asked=False),
    ),
    credential=(
        CredentialField("password", N_("The mailbox's password; with a client id the refresh token.")),
        CredentialField("client_secret", N_("The app's secret, where it has one."), required=False),
    ),
    measure="characters:50000",
    build=_build,
)  # fmt: skip
