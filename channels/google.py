"""Google's ways: tokens that last an hour, quotas that end at midnight in California, nested errors.

Sources: developers.google.com, "Using OAuth 2.0" and the errors of the YouTube and Business Profile APIs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from channels.access import RenewedAccess
from channels.base import AuthFailed, Permanent, RateLimited
from channels.fields import is_object, obj, objects, word
from channels.http_answer import Answer, NotJson, parse_json, printable
from domain.clock import HOUR, SECOND, Clock, Millis, to_datetime, to_millis
from domain.errors import ChannelError
from i18n import _

TOKENS: Final = "https://oauth2.googleapis.com/token"
_QUOTA: Final = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_FAST: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED"})


def access(client_id: str, client_secret: str, refresh_token: str, *, clock: Clock) -> RenewedAccess:
    """With a refresh token of an installed app."""
    form = {
        "grant_type": "refresh_token",
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
    }
    return RenewedAccess(TOKENS, form, clock=clock)


def until_midnight(now: Millis) -> Millis:
    """How long it is until the quota begins anew: midnight in the Pacific time zone."""
    here = to_datetime(now).astimezone(ZoneInfo("America/Los_Angeles"))
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
    return max(SECOND, to_millis(midnight.astimezone(UTC)) - now)


def refusal_of(clock: Clock) -> Callable[[Answer, bool], ChannelError | None]:
    """Google's errors in our words; all else is read as usual."""

    def refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: ARG001, FBT001
        try:
            said = parse_json(answer.body)
        except NotJson:
            return None
        error = obj(said, "error")
        reasons = {word(each, "reason") for each in objects(error, "errors")} | {word(error, "status")}
        words = printable(word(error, "message"))
        if answer.status not in {400, 403, 404, 409, 429} or not is_object(said) or not error:
            return None
        if reasons & _QUOTA:
            after = min(until_midnight(clock.now()), HOUR)
            sentence = _(
                "{host}: the day's quota is used up; it begins anew at midnight in California.",
                host=answer.host,
            )
            return RateLimited(sentence, after=after)
        if reasons & _FAST and answer.status != 429:
            return RateLimited(_("{host} asks us to slow down; it goes on by itself.", host=answer.host))
        if reasons & {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "accessNotConfigured"}:
            return AuthFailed(
                _("{host} does not let these credentials do this: {words}", host=answer.host, words=words)
            )
        if answer.status == 429:
            return None
        return Permanent(
            _("{host} refused this: {words}", host=answer.host, words=words), code=str(answer.status)
        )

    return refusal
