"""Mail on its way out: built from what was stored before, and given to a server over SMTP.

Sources: RFC 5322 (References, In-Reply-To), RFC 5321 (4xx come again, 5xx for good), RFC 4954 (535). Until
the text is on its way nothing can have been accepted; from then on only the server's own word counts.
"""

from __future__ import annotations

import contextlib
import re
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from channels.base import AuthFailed, Malformed, Permanent, Prepared, RateLimited, Retryable, Unknown
from channels.mail_box import Host, Login
from domain.clock import to_datetime
from domain.errors import ChannelError
from i18n import _

if TYPE_CHECKING:
    from aiosmtplib import SMTP

PATIENCE: Final = 60.0
"""Seconds for one answer of the server."""

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where mail goes out, and in whose name."""

    host: Host
    address: str
    name: str = ""
    upgrade: bool = False
    """True for a server that begins without encryption and is told to start it (port 587)."""


def built(prepared: Prepared, outgoing: Outgoing) -> bytes:
    """The mail as it goes over the line; the same every time."""
    payload = prepared.payload
    mail = EmailMessage(policy=WIRE)
    mail["From"] = _named(outgoing.name, outgoing.address)
    mail["To"] = str(payload["to"])
    mail["Subject"] = _one_line(str(payload["subject"]))
    mail["Date"] = format_datetime(to_datetime(prepared.prepared_at))
    mail["Message-ID"] = prepared.key
    above = payload.get("references")
    ids = [str(each) for each in above] if isinstance(above, list) else []
    if ids:
        mail["In-Reply-To"] = f"<{ids[-1]}>"
        mail["References"] = " ".join(f"<{each}>" for each in ids)
    mail.set_content(prepared.text, cte="base64" if not prepared.text.isascii() else "quoted-printable")
    return mail.as_bytes()


async def deliver(outgoing: Outgoing, login: Login | None, content: bytes, to: str) -> None:
    """Give it to the server, once. Raises the errors of `channels.base`; Unknown only after the text went."""
    from aiosmtplib import SMTP, SMTPException, SMTPResponseException  # noqa: PLC0415 - an extra

    host = outgoing.host
    context = None if host.plain else ssl.create_default_context()
    client = SMTP(
        hostname=host.name, port=host.port, use_tls=not host.plain and not outgoing.upgrade,
        start_tls=outgoing.upgrade and not host.plain, tls_context=context, timeout=PATIENCE,
        local_hostname=outgoing.address.rpartition("@")[2],
    )  # fmt: skip
    try:
        await _up_to_the_text(client, outgoing, login, to)
        try:
            await client.data(content)
        except SMTPResponseException as error:
            raise _answered(host.name, error.code, error.message, text_went=True) from error
        except (SMTPException, OSError) as error:
            raise Unknown(
                _("The connection to {host} broke before the answer was complete.", host=host.name)
            ) from error
    finally:
        with contextlib.suppress(SMTPException, OSError):
            client.close()


async def _up_to_the_text(client: SMTP, outgoing: Outgoing, login: Login | None, to: str) -> None:
    from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException  # noqa: PLC0415

    host = outgoing.host.name
    try:
        await client.connect()
        if login is not None:
            if login.token:
                await client.auth_xoauth2(login.user, login.secret)
            else:
                await client.login(login.user, login.secret)
        await client.mail(outgoing.address)
        await client.rcpt(to)
    except SMTPAuthenticationError as error:
        if 400 <= error.code < 500:
            raise _answered(host, error.code, error.message) from None
        raise AuthFailed(_("{host} does not accept our credentials; sign in again.", host=host)) from None
    except SMTPResponseException as error:
        raise _answered(host, error.code, error.message) from error
    except ssl.SSLError as error:
        raise Retryable(
            _("{host} cannot be reached safely: its certificate is not right.", host=host)
        ) from error
    except (SMTPException, OSError) as error:
        raise Retryable(_("{host} cannot be reached; it is tried again by itself.", host=host)) from error


def _answered(host: str, code: int, words: str, *, text_went: bool = False) -> ChannelError:
    """A server's answer as ours."""
    said = " ".join("".join(each if each.isprintable() else " " for each in words[:200]).split())
    if 500 <= code < 600:
        return Permanent(
            _("{host} refused this ({status}): {words}", host=host, status=code, words=said), code=str(code)
        )
    if 400 <= code < 500:
        return RateLimited(_("{host} takes it later ({status}): {words}", host=host, status=code, words=said))
    sentence = _("{host} answers, but not as a mail server does; check the address.", host=host)
    return Unknown(sentence) if text_went else Malformed(sentence)


def _named(name: str, address: str) -> str | Address:
    return Address(_one_line(name), addr_spec=address) if name else address


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", "".join(each if each.isprintable() else " " for each in text)).strip()
