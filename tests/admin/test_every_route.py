"""Every page and every button of the panel, asked for as every role: nothing of another branch is shown or touched.

The route table drives it: a new route is walked as soon as it stands in `admin.app.ROUTES`, and one whose path names a
thing that `tests.admin.things` has no example of fails.
"""

import re
from collections.abc import Iterator

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from admin import brakes
from admin.access import Guarded
from admin.app import ROUTES
from admin.layout import COOKIE
from admin.sessions import PanelSessions
from handlers.staff.rules import PERMISSIONS, Permission
from models.states import StaffRole
from tests.admin.browser import Browser
from tests.admin.conftest import SignIn
from tests.admin.things import Things, make_things
from tests.factories import Community

FOREIGN_WORDS = ("外乡", "河西社区", "outsider")
NOWHERE = "999999999"
ROLES = list(StaffRole)
FIELDS = {
    "reason": "已打电话核对",
    "name": "王芳",
    "role": "家属",
    "text": "已收到",
    "kinship": "父母",
    "guardian": "1",
    "since": "2026-10-01",
    "until": "2026-11-01",
    "on": "2026-11-01",
    "worker": "林工",
    "seen": "0",
    "how": "call",
    "due_on": "2027-11-01",
    "last_day": "2026-12-24",
}
"""What a button sends besides its token, so that most forms are whole."""
NOT_YET = {
    "/votes/{poll_id}/ballots",
    "/votes/{poll_id}/result.csv",
    "/votes/{poll_id}/prints/outcome",
    *(f"/votes/{{poll_id}}/{name}" for name in ("result", "result.xlsx", "public.zip", "sealed.zip", "archive.zip")),
    "/inbox/{enquiry_id}/media/{line_id}",
}
ENDLESS = "/live"
"""A stream that goes on for minutes: walked in tests/journeys/test_enquiry.py."""
"""What the examples do not have: their vote is open, their line is no recording."""
PERSONAL = {route.path for route in ROUTES if isinstance(route, Guarded) and "{import_id}" in route.path}
"""Of the colleague alone who began it."""


def parameters(route: Guarded) -> list[str]:
    return re.findall(r"{(\w+)}", route.path)


def routes(method: str, *, of_things: bool) -> Iterator[Guarded]:
    for route in ROUTES:
        if (
            isinstance(route, Guarded)
            and route.path != ENDLESS
            and method in (route.methods or ())
            and bool(parameters(route)) is of_things
        ):
            yield route


def address(route: Guarded, things: Things) -> str:
    return "/admin" + re.sub(r"{(\w+)}", lambda found: things[found.group(1)], route.path)


def may(role: StaffRole, permission: Permission | None) -> bool:
    return permission is None or permission in PERMISSIONS[role]


async def call(browser: Browser, route: Guarded, path: str, **fields: str) -> httpx.Response:
    if "POST" in (route.methods or ()):
        return await browser.http.post(path, data={"token": browser.http.headers["X-Token"]} | FIELDS | fields)
    return await browser.get(path)


@pytest.fixture
async def ours(community: Community, redis: Redis, database: str) -> Things:
    return await make_things(community, "家乡", "insider", redis)


@pytest.fixture
async def theirs(elsewhere: Community, redis: Redis, database: str) -> Things:
    return await make_things(elsewhere, "外乡", "outsider", redis)


@pytest.fixture
async def colleagues(
    ours: Things,
    theirs: Things,
    signed_in: SignIn,
    community: Community,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[StaffRole, Browser]:
    """Somebody of every role in our community, who has just given a code and may press without end."""
    monkeypatch.setattr(brakes, "MOST_PRESSES", 100_000)
    browsers: dict[StaffRole, Browser] = {}
    for role in ROLES:
        browser = await signed_in(role, community.code)
        await PanelSessions(redis).step_up(browser.http.cookies[COOKIE])
        browser.http.headers["X-Token"] = await browser.token()
        browsers[role] = browser
    return browsers


async def contents(database: str) -> dict[str, str]:
    """A digest of every table, to see whether anything was written."""
    connection = await asyncpg.connect(database)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        digest = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{}\" t"
        return {name: await connection.fetchval(digest.format(name)) for (name,) in tables}
    finally:
        await connection.close()


def test_every_path_has_an_example() -> None:
    walked = [route for route in ROUTES if isinstance(route, Guarded)]
    assert {name for route in walked for name in parameters(route)} == set(EXAMPLES)


EXAMPLES = (
    *("post_id", "measure_id", "appeal_id", "word_id"),
    *(
        "poll_id",
        "objection_id",
        "enquiry_id",
        "line_id",
        "binding_id",
        "delegation_id",
        "correction_id",
        "dwelling_id",
        "resident_id",
    ),
    *("other_id", "merge_id", "stay_id", "guardianship_id", "building_id", "organisation_id", "grid_id", "estate_id"),
    *(
        "staff_id",
        "consultation_id",
        "meeting_id",
        "task_id",
        "key",
        "handle",
        "slug",
        "import_id",
        "notice_id",
        "template_id",
        "audience_id",
        "article_id",
        "interview_id",
        "question_id",
        "undertaking_id",
        "canned_id",
        "alarm_id",
        "shift_id",
        "hand_over_id",
    ),
)


def mixtures(route: Guarded, ours: Things, theirs: Things) -> Iterator[str]:
    """The route's address with things of theirs: all of them, and each alone among ours."""
    yield address(route, theirs)
    names = parameters(route)
    if len(names) > 1:
        for name in names:
            yield address(route, ours | {name: theirs[name]})


async def test_things_of_another_branch_are_not_there_for_any_role_and_nothing_happens_to_them(
    colleagues: dict[StaffRole, Browser], ours: Things, theirs: Things, database: str
) -> None:
    before, wrong = await contents(database), list[tuple[str, str, int]]()
    for role, browser in colleagues.items():
        for method in ("GET", "POST"):
            for route in routes(method, of_things=True):
                for path in mixtures(route, ours, theirs):
                    answer = await call(browser, route, path)
                    wanted = 404 if may(role, route.permission) else 403
                    if answer.status_code != wanted:
                        wrong.append((f"{role} {method}", path, answer.status_code))
                    assert not any(word in answer.text for word in FOREIGN_WORDS), (role, path)
    assert not wrong, "\n".join(map(str, wrong))
    assert await contents(database) == before


async def test_things_that_are_nowhere_are_not_there(colleagues: dict[StaffRole, Browser]) -> None:
    nothing, wrong = dict.fromkeys(EXAMPLES, NOWHERE), list[object]()
    for role in (StaffRole.ADMIN, StaffRole.WORKER):
        for method in ("GET", "POST"):
            for route in routes(method, of_things=True):
                if may(role, route.permission):
                    answer = await call(colleagues[role], route, address(route, nothing))
                    if answer.status_code != 404:
                        wrong.append((role, method, route.path, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


async def test_pages_and_lists_show_ones_own_and_nothing_of_another_branch(
    colleagues: dict[StaffRole, Browser], ours: Things, elsewhere: Community, theirs: Things
) -> None:
    own = 0
    for role, browser in colleagues.items():
        for route in routes("GET", of_things=False):
            answer = await browser.get(f"/admin{route.path}")
            assert answer.status_code in ({200, 303, 404, 422} if may(role, route.permission) else {403}), (role, route)
            assert not any(word in answer.text for word in FOREIGN_WORDS), (role, route.path)
            own += "家乡" in answer.text
        for route in routes("GET", of_things=True):
            answer = await browser.get(address(route, ours))
            if may(role, route.permission) and route.path not in NOT_YET | PERSONAL | {"/files/{key}"}:
                assert answer.status_code in {200, 303}, (role, route.path)
            assert not any(word in answer.text for word in FOREIGN_WORDS), (role, route.path)
    assert own > len(ROLES)


async def test_lists_that_are_asked_for_another_branch_give_nothing_of_it(
    colleagues: dict[StaffRole, Browser], theirs: Things, elsewhere: Community
) -> None:
    place = elsewhere.code
    asked = {"community": place, "place": place, "code": place, "scope": place, "part": place, "entrance": "2"}
    asked |= {name.removesuffix("_id"): key for name, key in theirs.items()} | theirs
    for role, browser in colleagues.items():
        for route in routes("GET", of_things=False):
            answer = await browser.http.get(f"/admin{route.path}", params=asked)
            assert answer.status_code < 500, (role, route.path)
            assert not any(word in answer.text for word in FOREIGN_WORDS), (role, route.path)


async def test_buttons_pressed_with_another_branchs_places_write_nothing_there(
    colleagues: dict[StaffRole, Browser], theirs: Things, elsewhere: Community, database: str
) -> None:
    """Whatever a role may do with its own, nothing that it writes belongs to the other branch."""
    place = elsewhere.code
    sent = {"community": place, "place": place, "scope": place, "organisation": place, "title": "装不装路灯"}
    sent |= {name.removesuffix("_id"): key for name, key in theirs.items()} | theirs
    for role, browser in colleagues.items():
        for route in routes("POST", of_things=False):
            if not route.path.startswith(("/logout", "/account")):
                answer = await call(browser, route, f"/admin{route.path}", **sent)
                assert answer.status_code < 500, (role, route.path)
                assert not any(word in answer.text for word in FOREIGN_WORDS), (role, route.path)
    connection = await asyncpg.connect(database)
    makers = ["staff:maker", "staff:outsider"]
    touched = "SELECT count(*) FROM audit_entry WHERE place LIKE $1 AND actor LIKE 'staff:%' AND actor <> ALL($2)"
    assert await connection.fetchval(touched, f"{place}%", makers) == 0
    await connection.close()
