"""隐私 and 注销: what was agreed, taking it back, and being forgotten."""

from datetime import datetime
from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.router import Routes
from clock import BEIJING
from handlers.residency import disclosures, rules, texts
from handlers.residency.actions.consents import give_consent, withdraw
from handlers.residency.actions.erase import close_account
from handlers.residency.actions.unbind import withdraw_residency
from handlers.residency.queries.consents import consents
from handlers.residency.visitors import Visitor
from models.households import ConsentRecord
from models.states import ConsentPurpose
from settings import get_settings

REGISTER = "登记住址"


class Privacy(Dialogue):
    """「隐私」: what was agreed to, when and in which wording; each consent can be taken back."""

    name: ClassVar[str] = "residency.privacy"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        given = await consents(visitor.account_id) if visitor.account_id else []
        outdated = bool(visitor.claims) and visitor.consent_version != rules.CONSENT_VERSION
        choices = [Choice(disclosures.SEE_TEXT)]
        if outdated:
            choices.append(Choice(disclosures.AGREE_ANEW))
        if any(one.withdrawn_at is None for one in given):
            choices.append(Choice(disclosures.WITHDRAW))
        choices += [Choice(disclosures.CLOSE), Choice("我的")]
        lines = [_line(one) for one in given]
        return Reply(disclosures.agreements(lines, outdated=outdated), tuple(choices))

    @asks()
    async def see(self, turn: Turn) -> Reply:
        """The consent text again; who has agreed to an older one may agree to it here."""
        visitor: Visitor = turn.visitor
        if visitor.consent_version == rules.CONSENT_VERSION:
            return Reply(disclosures.consent(get_settings()), (Choice("隐私"), Choice("我的")))
        return turn.ask("anew", disclosures.consent(get_settings()), texts.AGREE)

    @commits()
    async def anew(self, turn: Turn) -> Reply:
        if turn.words in texts.DECLINE_WORDS:
            return Reply(texts.CONSENT_DECLINED, (Choice(disclosures.WITHDRAW), Choice(disclosures.CLOSE)))
        if turn.words not in texts.AGREE_WORDS:
            return turn.again(texts.CONSENT_EXPECTED)
        await give_consent(turn.message.app_id, turn.message.sender)
        return Reply(disclosures.AGREED_ANEW, (Choice("我的"), Choice(REGISTER)))

    @asks()
    async def withdrawing(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        given = await consents(visitor.account_id) if visitor.account_id else []
        current = [one for one in given if one.withdrawn_at is None]
        if not current:
            return Reply(disclosures.NOTHING_AGREED, (Choice("我的"),))
        if len(current) == 1:
            return self._confirm(turn, current[0].purpose)
        listed = (Choice(one.purpose.label, one.purpose.value) for one in current)
        return turn.ask("which", disclosures.WHICH_CONSENT, *listed)

    @asks()
    async def which(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.CHOOSE_NUMBER)
        return self._confirm(turn, ConsentPurpose(turn.choice))

    def _confirm(self, turn: Turn, purpose: ConsentPurpose) -> Reply:
        confirm = Choice(texts.CONFIRM, numbered=False)
        return turn.ask("confirm", disclosures.confirm_withdrawal(purpose), confirm, purpose=purpose.value)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.words not in texts.CONFIRM_WORDS:
            return turn.again(texts.CONFIRM_EXPECTED)
        purpose = ConsentPurpose(turn.data["purpose"])
        if purpose is ConsentPurpose.RESIDENCY:
            await withdraw_residency(turn.visitor.account_id)
            return Reply(disclosures.WITHDRAWN, (Choice(REGISTER), Choice("菜单")))
        await withdraw(turn.visitor.account_id, purpose)
        return Reply(disclosures.withdrawn(purpose), (Choice("我的"),))


class Closing(Dialogue):
    """「注销」: says what is deleted and what the law keeps, then forgets."""

    name: ClassVar[str] = "residency.closing"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        return turn.ask("confirm", disclosures.closing(get_settings()), Choice(texts.CONFIRM, numbered=False))

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.words not in texts.CONFIRM_WORDS:
            return turn.again(texts.CONFIRM_EXPECTED)
        await close_account(turn.message.app_id, turn.message.sender)
        return Reply(disclosures.CLOSED)


def _line(one: ConsentRecord) -> str:
    withdrawn = _day(one.withdrawn_at) if one.withdrawn_at else ""
    return disclosures.agreement(one.purpose.label, one.version, _day(one.given_at), withdrawn)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d}"


def routes() -> Routes:
    routes = Routes()
    privacy, closing = routes.dialogue(Privacy()), routes.dialogue(Closing())
    routes.command(privacy.start, "隐私", "隐私和同意", "同意记录", "我的同意")
    routes.command(privacy.see, disclosures.SEE_TEXT, disclosures.AGREE_ANEW, "用户须知", dialogue=privacy)
    routes.command(privacy.withdrawing, disclosures.WITHDRAW, "撤回", "收回同意", dialogue=privacy)
    routes.command(closing.start, "注销", "注销账号", "注销账户", "我要注销", "销户", "删除我的信息", dialogue=closing)
    return routes
