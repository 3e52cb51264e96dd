"""订阅 on the residents' pages: what may still be sent, WeChat's own button to allow more, and what is not wanted.

What the button reports to the page counts for nothing: the platform tells the account itself (wechat-platform §2.2).
"""

from starlette.responses import Response

from campaigns.actions.topics import close_topics, open_topics
from campaigns.queries import allowances, closed_topics
from clock import clock
from handlers.subscriptions import texts
from handlers.subscriptions.rules import TOPICS
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import SUBSCRIBE, Signature, surface_of
from web.headers import POLICY, policy_with

SCRIPT_HOST = "https://res.wx.qq.com"
SCRIPT = f"{SCRIPT_HOST}/open/js/jweixin-1.6.0.js"
FRAMES = "https://*.qq.com webcompt:"
"""Where WeChat draws its button, as its manual wants it named (开放标签, CSP)."""


async def subscribe(visit: Visit) -> Response:
    lines = texts.lines(await allowances(visit.account_id))
    closed = await closed_topics(visit.account_id)
    signed = await _signed(visit) if any(line.template_id for line in lines) else None
    boxes = [(topic, name, topic not in closed) for topic, name in TOPICS.items()]
    page = await visit.show("subscribe.html", lines=lines, signed=signed, script=SCRIPT, boxes=boxes, texts=texts)
    if signed:
        page.headers[POLICY] = policy_with(SCRIPT_HOST, FRAMES)
    return page


async def _signed(visit: Visit) -> Signature | None:
    """The signature over the address that the browser shows."""
    surface, here = surface_of(visit.request), visit.request.url
    address = f"{surface.settings.base_url}{here.path}" + (f"?{here.query}" if here.query else "")
    return await surface.platform.sign(visit.visitor.app_id, address)


async def choose(visit: Visit) -> Response:
    """The boxes as they were sent: what is not ticked is not pushed any more."""
    wanted = {topic for topic in TOPICS if visit.field(f"topic-{topic}")}
    closed = [topic for topic in TOPICS if topic not in wanted]
    await open_topics(visit.account_id, wanted)
    await close_topics(visit.account_id, closed, clock.now())
    return await visit.go(SUBSCRIBE, texts.saved(closed))


ROUTES = (resident_page("/subscribe", subscribe), resident_post("/subscribe", choose))
