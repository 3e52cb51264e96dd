"""One's own part of moderation in chat: 「我的发言」, 「申诉」 and 「昵称」."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.router import Routes
from errors import NotFound
from handlers.moderation import texts
from handlers.moderation.actions.appeals import appeal_measure, appeal_post
from handlers.moderation.actions.naming import name_oneself
from handlers.moderation.actions.reactions import withdraw_post
from handlers.moderation.queries.posts import Own, nickname, own
from handlers.moderation.rules import APPEALABLE, LONGEST_REMARK, tidy
from handlers.residency.visitors import Visitor
from models.deliberation import PostState
from models.participation import Post

OWN, APPEAL, NICKNAME, WITHDRAW = "我的发言", "申诉", "昵称", "撤回"
CONFIRM = "确认"
POST, MEASURE = "post", "measure"
STANDING = frozenset(PostState) - {PostState.WITHDRAWN}
NEXT = (Choice(OWN), Choice("菜单"))


async def _own(turn: Turn) -> Own:
    visitor: Visitor = turn.visitor
    return await own(visitor.account_id, turn.now) if visitor.account_id else Own([], [], set())


def _account(turn: Turn) -> int:
    visitor: Visitor = turn.visitor
    if visitor.account_id is None:
        raise NotFound(texts.NOT_YOURS)
    return visitor.account_id


class Speeches(Dialogue):
    """「我的发言」: what one has written, where it stands and why; one's own may be taken back."""

    name: ClassVar[str] = "moderation.speeches"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        mine = await _own(turn)
        silenced = [texts.silenced_line(one) for one in mine.measures]
        if not mine.posts:
            return Reply("\n".join([*silenced, texts.NOTHING_SAID]), (Choice("菜单"),))
        listed = [Choice(texts.own_line(post), str(post.id)) for post in mine.posts]
        return turn.ask("which", "\n".join([*silenced, texts.OWN]), *listed)

    @asks()
    async def which(self, turn: Turn) -> Reply:
        post = next((one for one in (await _own(turn)).posts if str(one.id) == turn.choice), None)
        if post is None:
            return turn.again(texts.CHOOSE)
        choices = [Choice(texts.take_back(post), f"{WITHDRAW} {post.id}")] if post.state in STANDING else []
        choices += [Choice(APPEAL)] if post.state in APPEALABLE else []
        return Reply(texts.own_post(post), (*choices, *NEXT))

    @asks()
    async def withdrawing(self, turn: Turn) -> Reply:
        """「撤回 12」."""
        number = int(turn.words.removeprefix(WITHDRAW).strip())
        return turn.ask("confirm", texts.WITHDRAWING, Choice(CONFIRM, numbered=False), post=number)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.words != CONFIRM:
            return turn.again(texts.CONFIRM_EXPECTED)
        post = await withdraw_post(_account(turn), turn.data["post"], turn.now)
        return Reply(texts.withdrawn(post.id), NEXT)


class Appealing(Dialogue):
    """「申诉」: what was returned, hidden or stopped, one sentence why, and another moderator looks again."""

    name: ClassVar[str] = "moderation.appealing"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        mine = await _own(turn)
        posts = [one for one in mine.posts if one.state in APPEALABLE and (POST, one.id) not in mine.appealed]
        running = [one for one in mine.measures if (MEASURE, one.id) not in mine.appealed]
        listed = [Choice(texts.own_line(one), f"{POST}:{one.id}") for one in posts]
        listed += [Choice(texts.silenced_line(one), f"{MEASURE}:{one.id}") for one in running]
        if not listed:
            return Reply(texts.WAITS if mine.appealed else texts.NOTHING_TO_APPEAL, NEXT)
        return turn.ask("which", texts.WHICH_APPEAL, *listed)

    @asks()
    async def which(self, turn: Turn) -> Reply:
        return turn.ask("why", texts.WHY, of=turn.choice) if turn.choice else turn.again(texts.CHOOSE)

    @asks()
    async def why(self, turn: Turn) -> Reply:
        said = tidy(turn.message.text)
        if not 2 <= len(said) <= LONGEST_REMARK:
            return turn.again(texts.WHY)
        return turn.ask("confirm", texts.appealing(said), Choice(CONFIRM, numbered=False), words=said)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.words != CONFIRM:
            return turn.again(texts.CONFIRM_EXPECTED)
        kind, _, number = str(turn.data["of"]).partition(":")
        appeal = appeal_post if kind == POST else appeal_measure
        made = await appeal(_account(turn), int(number), turn.data["words"], turn.now)
        return Reply(texts.appealed(made), NEXT)


class Naming(Dialogue):
    """「昵称」: the name in front, which moderators look at like everything else."""

    name: ClassVar[str] = "moderation.naming"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        participant = await _nickname_of(turn)
        return turn.ask("wanted", texts.name_wanted(participant))

    @asks()
    async def wanted(self, turn: Turn) -> Reply:
        name = tidy(turn.message.text)
        return turn.ask("confirm", texts.naming(name), Choice(CONFIRM, numbered=False), wanted=name)

    @asks()
    async def at_once(self, turn: Turn) -> Reply:
        """「昵称 梧桐树下」."""
        name = tidy(turn.message.text).removeprefix(NICKNAME).lstrip(" :：")
        return turn.ask("confirm", texts.naming(name), Choice(CONFIRM, numbered=False), wanted=name)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.words != CONFIRM:
            return turn.again(texts.CONFIRM_EXPECTED)
        post: Post = await name_oneself(turn.visitor, turn.data["wanted"], turn.now)
        return Reply(texts.name_waits(post.text), NEXT)


async def _nickname_of(turn: Turn) -> str:
    visitor: Visitor = turn.visitor
    return (await nickname(visitor.account_id)) if visitor.account_id else ""


def routes() -> Routes:
    routes = Routes()
    speeches, appealing = routes.dialogue(Speeches()), routes.dialogue(Appealing())
    naming = routes.dialogue(Naming())
    routes.command(speeches.start, OWN, dialogue=speeches)
    routes.pattern(speeches.withdrawing, rf"{WITHDRAW} \d{{1,18}}", dialogue=speeches)
    routes.command(appealing.start, APPEAL, "我要申诉", dialogue=appealing)
    routes.command(naming.start, NICKNAME, "改昵称", dialogue=naming)
    routes.pattern(naming.at_once, rf"{NICKNAME}[ :].{{1,60}}", dialogue=naming)
    return routes
