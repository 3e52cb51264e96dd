"""A phone that shows codes, for tests: it remembers which it has shown, so that each is a fresh one."""

import time

from pyotp.totp import TOTP

from handlers.staff.factors import STEP_SECONDS, SecondFactor
from models.staff import StaffMember
from tests.admin.browser import PASSWORD, Browser


async def fresh_code(login: str) -> str:
    """A code of the login's phone that has not been used."""
    member = await StaffMember.get(login=login)
    assert member.totp_secret
    return SecondFactor(login, member.totp_secret, True, member.totp_step).next_code(int(time.time()))


def code_at(secret: str, steps: int) -> str:
    """The code of so many half minutes from now."""
    return TOTP(secret).at(int(time.time()) + steps * STEP_SECONDS)


async def set_up_phone(browser: Browser, login: str) -> list[str]:
    """Set up a second factor as a person does. Returns the recovery codes."""
    await browser.press("/admin/account", "设置验证码")
    written = {"验证码": await fresh_code(login), "密码": PASSWORD}
    page = await browser.follow(await browser.press("/admin/account/factor", "确认设置", written))
    return [part.split("</code>")[0] for part in page.split('<code class="secret">')[1:]]
