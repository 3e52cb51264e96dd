"""The stand-in put together: the platform's server API, sign-in, phones, pages and levers under one mount."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from simulator import checks, control, customer, media, menus, oauth, outreach, pages, qrcodes, residents, tags, tokens
from simulator.api import api_route
from simulator.bodies import BodyLimit
from simulator.config import SimulatorConfig
from simulator.phone import PHONE_ROUTES
from simulator.store import Record

__all__ = ["SimulatorConfig", "create_simulator"]


def create_simulator(config: SimulatorConfig) -> Starlette:
    """The stand-in as an application to mount, at `/simulator` say; then WECHAT_API_BASE is {public_url}/simulator/api.

    It keeps nothing in the process and starts nothing of its own; whoever mounts it opens and closes the Redis client.
    """
    app = Starlette(
        routes=[
            *_API,
            *PHONE_ROUTES,
            Route("/", pages.show_phones),
            Route("/open/connect/oauth2/authorize", oauth.authorize),
            Route("/q/{ticket}", qrcodes.open_code),
            Route("/media/{media_id}", media.show_picture),
            Route("/control/fault", control.plan_fault, methods=["POST"]),
            Route("/control/resend", control.choose_resend, methods=["POST"]),
            Route("/control/verify", control.save_settings, methods=["POST"]),
            Mount("/static", StaticFiles(directory=pages.HERE / "static")),
        ],
        middleware=[Middleware(BodyLimit)],
    )
    app.state.config = config
    return app


async def _callback_addresses(config: SimulatorConfig, request: Request) -> Record:
    """GET /cgi-bin/getcallbackip: where pushes come from."""
    return {"ip_list": ["127.0.0.1"]}


_API = [
    api_route("GET", "/cgi-bin/token", tokens.grant_plain, needs_token=False),
    api_route("POST", "/cgi-bin/stable_token", tokens.grant_stable, needs_token=False),
    api_route("POST", "/cgi-bin/message/custom/send", customer.send),
    api_route("POST", "/cgi-bin/message/custom/typing", customer.typing),
    api_route("POST", "/cgi-bin/message/subscribe/bizsend", outreach.send_subscription),
    api_route("POST", "/cgi-bin/message/template/send", outreach.send_template),
    api_route("POST", "/cgi-bin/message/mass/send", outreach.send_to_many),
    api_route("POST", "/cgi-bin/menu/create", menus.create_menu),
    api_route("GET", "/cgi-bin/menu/get", menus.get_menu),
    api_route("GET", "/cgi-bin/menu/delete", menus.delete_menu),
    api_route("POST", "/cgi-bin/menu/addconditional", menus.add_conditional_menu),
    api_route("POST", "/cgi-bin/menu/delconditional", menus.delete_conditional_menu),
    api_route("POST", "/cgi-bin/tags/create", tags.create_tag),
    api_route("GET", "/cgi-bin/tags/get", tags.list_tags),
    api_route("POST", "/cgi-bin/tags/members/batchtagging", tags.give_tag),
    api_route("POST", "/cgi-bin/tags/members/batchuntagging", tags.take_tag),
    api_route("POST", "/cgi-bin/tags/getidlist", tags.list_tags_of),
    api_route("POST", "/cgi-bin/user/tag/get", tags.list_carriers),
    api_route("GET", "/cgi-bin/ticket/getticket", tokens.grant_ticket),
    api_route("POST", "/cgi-bin/qrcode/create", qrcodes.create_code),
    api_route("GET", "/cgi-bin/showqrcode", qrcodes.draw_code, needs_token=False),
    api_route("GET", "/cgi-bin/user/info", residents.user_info),
    api_route("GET", "/cgi-bin/user/get", residents.followers),
    api_route("POST", "/cgi-bin/media/upload", media.upload),
    api_route("GET", "/cgi-bin/media/get", media.download),
    api_route("POST", "/wxa/msg_sec_check", checks.check_text),
    api_route("GET", "/cgi-bin/getcallbackip", _callback_addresses),
    api_route("GET", "/sns/oauth2/access_token", oauth.exchange_code, needs_token=False),
    api_route("GET", "/sns/userinfo", oauth.user_of_token, needs_token=False),
]
