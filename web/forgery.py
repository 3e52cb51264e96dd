"""Nobody else's forms: ids that nobody guesses, tokens that fit one session alone, where a request was sent from."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request

from errors import Forbidden
from settings import Settings


class ForeignForm(Forbidden):
    code = "foreign_form"
    message = "页面已过期，请刷新页面后再提交一次。"


def new_id() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def form_token(secret_key: str, session_id: str, purpose: str = "form") -> str:
    """What a form of this session must carry: nobody else can make it, and it fits no other session and purpose."""
    return hmac.digest(secret_key.encode(), f"{purpose}:{session_id}".encode(), hashlib.sha256).hex()


def check_form(request: Request, form: Mapping[str, str], session_id: str, settings: Settings) -> None:
    """Raise ForeignForm unless we made this form for this very session, which the browser's cookie names.

    Args:
        form: its fields, of which `token` (or the header X-CSRF-Token) proves it.
    """
    check_origin(request, settings)
    given = request.headers.get("X-CSRF-Token") or form.get("token", "")
    wanted = form_token(settings.secret_key, session_id)
    if not session_id or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise ForeignForm


def check_origin(request: Request, settings: Settings) -> None:
    """Raise ForeignForm for what another site's page sends."""
    source = request.headers.get("Origin") or request.headers.get("Referer")
    ours = {request.headers.get("Host"), urlsplit(settings.base_url).netloc}
    if source and urlsplit(source).netloc not in ours:
        raise ForeignForm
