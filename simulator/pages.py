"""The pages people see: the phones, with the demo's note beside them, and a frame for the others."""

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from simulator.config import ACCOUNT_NAME, config_of
from simulator.store import Record

HERE = Path(__file__).parent

# Nothing from elsewhere is loaded, and nothing written in a chat can run.
POLICY = "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"

_templates = Jinja2Templates(HERE / "templates")


def render(request: Request, template: str, context: Record, status: int = 200) -> Response:
    """A page from a template, with the mount's path as `root` and the account's name."""
    shared: Record = {"root": request.scope.get("root_path", ""), "account_name": ACCOUNT_NAME}
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return _templates.TemplateResponse(request, template, shared | context, status, headers)


async def show_phones(request: Request) -> Response:
    """GET /: the phones; what they hold comes by `/phone/live`."""
    return render(request, "phones.html", {"demo": _demo(config_of(request).demo_file)})


def _demo(file: Path) -> Record | None:
    """The demo's addresses, logins and codes, or None when there is no demo."""
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
