"""议事 as it is spoken: statements one by one, one's own words, what all agree on; and who may not."""

import asyncio
from collections.abc import Callable
from datetime import date

import pytest

from clock import clock
from errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from handlers.consultations.actions.merging import keep_apart, merge_statements
from handlers.consultations.actions.speaking import answer_statement, speak_for, state_opinion
from handlers.consultations.actions.stances import take_stance
from handlers.consultations.jobs import compute_opinions
from handlers.consultations.queries.opinions import opinion_view, statement_table
from handlers.consultations.queries.statements import next_statement, public_statements, statements_of
from models.consultations import Consultation
from models.deliberation import PostState, Stage
from models.participation import Participant, Post
from models.statements import Stance, Statement, StatementReply
from models.states import StaffRole
from tests.consultations.quarrel import Quarrel, make_quarrel
from tests.factories import make_community, make_district, make_estate
from tests.phone import Phone

IDEAS = ("北门加两层停车架", "车棚改成充电棚", "外面租停车场", "楼道里绝不能充电")
Phones = Callable[[str], Phone]


@pytest.fixture
async def quarrel(database: str) -> Quarrel:
    return await make_quarrel()


class TestChat:
    async def test_from_the_topic_through_every_statement(self, quarrel: Quarrel, phone: Phones) -> None:
        await quarrel.neighbour("oLi")
        await quarrel.statements(IDEAS[:3])
        li = phone("oLi")
        assert "3条观点" in await li.say("菜单")
        said = await li.say("议事")
        assert "电动车停哪里" in said
        assert "进行到：协商" in li.read
        assert "第1条，共3条" in li.read
        assert [line for line in li.read.split("\n") if line[:1] in "123"] == ["1 同意", "2 不同意", "3 说不好"]
        assert "已记下：同意" in await li.say("１")
        assert "第2条，共3条" in li.read
        assert "已记下：不同意" in await li.say("二")
        assert "已记下：说不好" in await li.say("不知道")
        assert "您都表过态了" in li.read
        assert sorted(await Stance.all().values_list("value", flat=True)) == [-1, 0, 1]
        assert "请选一项" in await li.say("菜单")
        assert "条观点" not in li.read

    async def test_a_stance_is_put_right_by_the_one_before(self, quarrel: Quarrel, phone: Phones) -> None:
        await quarrel.neighbour("oLi")
        await quarrel.statements(IDEAS[:2])
        li = phone("oLi")
        await li.say("表态")
        await li.say("1")
        assert "请重新选" in await li.say("上一条")
        await li.say("2")
        assert await Stance.all().values_list("value", flat=True) == [-1]

    async def test_what_is_not_understood_is_asked_again_and_a_person_offered(
        self, quarrel: Quarrel, phone: Phones
    ) -> None:
        await quarrel.neighbour("oLi")
        await quarrel.statement(IDEAS[0])
        li = phone("oLi")
        await li.say("议事")
        for _ in range(3):
            assert "请回复1同意、2不同意、3说不好" in await li.say("这个嘛")
        assert "人工" in li.read
        assert "已取消" in await li.say("0")
        assert "刚才的步骤已过期" in await li.say("确认")
        assert not await Stance.exists()

    async def test_one_s_own_words_are_confirmed_and_held(self, quarrel: Quarrel, phone: Phones) -> None:
        visitor = await quarrel.neighbour("oLi")
        li = phone("oLi")
        await li.say("发言")
        assert "一条只说一个意思" in await li.say("1、车棚要改 2、楼道要清")
        assert "写了141个字" in await li.say("车" * 141)
        assert "写了10000个字" in await li.say("车" * 10_000)
        assert "北门加停车架" in await li.say("北门加停车架")
        assert not await Post.exists()
        assert "收到，谢谢您的观点" in await li.say("确认")
        post = await Post.get()
        assert (post.state, post.text, post.speaker) == (PostState.HELD, "北门加停车架", "居民")
        assert (await next_statement(quarrel.consultation.id, None)).every == 0
        assert [one.value for one in await Stance.all()] == [1]
        assert visitor.account_id

    async def test_what_all_agree_on_is_said_in_two_sentences(self, quarrel: Quarrel, phone: Phones) -> None:
        visitors = [await quarrel.neighbour(f"o{number}") for number in range(24)]
        common, apart = await quarrel.statements(["楼道里绝不能充电", "北门加两层停车架"])
        others = await quarrel.statements([f"办法{number}" for number in range(6)])
        for at, visitor in enumerate(visitors):
            side = 1 if at % 2 else -1
            for statement, value in [(common, 1), (apart, side), *((other, side) for other in others)]:
                await take_stance(visitor, quarrel.consultation.id, statement.id, value, clock.now())
        assert "人还少" in await phone("o1").say("观点")
        for _ in range(4):
            await compute_opinions(clock.now())
        said = await phone("o1").say("观点")
        assert "大家都比较同意：楼道里绝不能充电" in said
        assert "看法最不一样的是：" in said
        view = await opinion_view(quarrel.consultation)
        assert [group.people for group in view.groups] == [12, 12]
        assert view.common[0].agreed == 24

    async def test_a_stranger_binds_first_and_the_unverified_reads_only(self, quarrel: Quarrel, phone: Phones) -> None:
        await quarrel.statement(IDEAS[0])
        assert "请先登记住址" in await phone("oStranger").say("议事")
        await quarrel.neighbour("oNew", verified=False)
        new = phone("oNew")
        assert IDEAS[0] in await new.say("议事")
        await new.say("1")
        assert not await Stance.exists()


class TestStances:
    async def test_one_person_has_one_stance_however_often_and_at_once(self, quarrel: Quarrel) -> None:
        visitor = await quarrel.neighbour("oLi")
        statement = await quarrel.statement(IDEAS[0])
        values = [1, -1, 0, 1, -1]
        await asyncio.gather(
            *(take_stance(visitor, quarrel.consultation.id, statement.id, value, clock.now()) for value in values)
        )
        assert await Stance.all().count() == 1
        assert await Participant.all().count() == 1

    @pytest.mark.parametrize("state", [PostState.HELD, PostState.HIDDEN, PostState.RETURNED])
    async def test_nobody_stands_on_what_is_not_public(self, quarrel: Quarrel, state: PostState) -> None:
        visitor = await quarrel.neighbour("oLi")
        statement = await quarrel.statement(IDEAS[0], state)
        with pytest.raises(Conflict):
            await take_stance(visitor, quarrel.consultation.id, statement.id, 1, clock.now())
        assert not await Stance.exists()

    async def test_nor_on_another_place_s_topic_nor_when_it_is_over(self, quarrel: Quarrel) -> None:
        statement = await quarrel.statement(IDEAS[0])
        elsewhere = await make_community(await make_district("880413"))
        foreigner = await quarrel.neighbour("oFar", estate=await make_estate(elsewhere, "远方里"))
        with pytest.raises(Conflict):
            await take_stance(foreigner, quarrel.consultation.id, statement.id, 1, clock.now())
        with pytest.raises(Forbidden):
            await state_opinion(foreigner, quarrel.consultation.id, "车棚太远", clock.now())
        neighbour = await quarrel.neighbour("oLi")
        quarrel.consultation.stage = Stage.CARRYING_OUT
        await quarrel.consultation.save()
        with pytest.raises(Conflict):
            await take_stance(neighbour, quarrel.consultation.id, statement.id, 1, clock.now())
        with pytest.raises(Conflict):
            await state_opinion(neighbour, quarrel.consultation.id, "车棚太远", clock.now())
        assert not await Stance.exists()

    async def test_nor_is_there_a_fourth_stance(self, quarrel: Quarrel) -> None:
        visitor = await quarrel.neighbour("oLi")
        statement = await quarrel.statement(IDEAS[0])
        with pytest.raises(Invalid):
            await take_stance(visitor, quarrel.consultation.id, statement.id, 2, clock.now())

    async def test_who_is_under_fourteen_does_not_speak(self, quarrel: Quarrel) -> None:
        child = await quarrel.neighbour("oKid", birth_on=date(clock.today().year - 13, 1, 1))
        with pytest.raises(Forbidden, match="14"):
            await state_opinion(child, quarrel.consultation.id, "想要充电的地方", clock.now())
        assert not await Post.exists()

    async def test_few_answers_cover_all_statements(self, quarrel: Quarrel) -> None:
        statements = await quarrel.statements([f"办法{number}" for number in range(12)])
        seen: dict[int, int] = dict.fromkeys((one.id for one in statements), 0)
        for number in range(18):
            visitor = await quarrel.neighbour(f"o{number}")
            participant_id = None
            for _ in range(4):
                asked = await next_statement(quarrel.consultation.id, participant_id)
                participant_id = await take_stance(visitor, quarrel.consultation.id, asked.id, 1, clock.now())
                seen[asked.id] += 1
            await compute_opinions(clock.now())
        assert min(seen.values()) > 1  # 72 answers on 12 statements: nobody is left to chance


class TestStatements:
    async def test_what_says_the_same_is_made_one_with_its_stances(self, quarrel: Quarrel) -> None:
        one, two = await quarrel.statements(["车棚改成充电棚", "把车棚改成充电棚"])
        people = [await quarrel.neighbour(f"o{number}") for number in range(3)]
        for visitor, statement, value in ((people[0], one, 1), (people[0], two, -1), (people[1], two, -1)):
            await take_stance(visitor, quarrel.consultation.id, statement.id, value, clock.now())
        moved = await merge_statements(quarrel.staff(), quarrel.consultation.id, two.id, one.id, clock.now())
        assert moved == 1
        assert sorted(await Stance.filter(statement=one).values_list("value", flat=True)) == [-1, 1]
        assert (await next_statement(quarrel.consultation.id, None)).every == 1
        with pytest.raises(Conflict):
            await take_stance(people[2], quarrel.consultation.id, two.id, 1, clock.now())
        with pytest.raises(Conflict):
            await merge_statements(quarrel.staff(), quarrel.consultation.id, two.id, one.id, clock.now())

    async def test_what_is_said_to_be_two_is_not_proposed_again(self, quarrel: Quarrel) -> None:
        one, two = await quarrel.statements(["车棚改成充电棚", "把车棚改成充电棚"])
        await keep_apart(quarrel.staff(), quarrel.consultation.id, two.id, one.id)
        await keep_apart(quarrel.staff(), quarrel.consultation.id, one.id, two.id)
        assert [said.kept_apart for said in await statements_of(quarrel.consultation.id)] == [(two.id,), ()]

    async def test_a_body_speaks_under_its_name_at_once_and_residents_for_themselves(self, quarrel: Quarrel) -> None:
        now = clock.now()
        await speak_for(quarrel.staff(), quarrel.consultation.id, "消防", "离楼不足6米要有防火隔断", now)
        assert (await next_statement(quarrel.consultation.id, None)).speaker == "消防"
        with pytest.raises(Invalid):
            await speak_for(quarrel.staff(), quarrel.consultation.id, "居民", "我们同意", now)
        with pytest.raises(NotFound):
            await speak_for(quarrel.staff(code="880999001001"), quarrel.consultation.id, "物业", "可以", now)
        with pytest.raises(Forbidden):
            await speak_for(quarrel.staff(StaffRole.AUDITOR), quarrel.consultation.id, "物业", "可以", now)
        assert await Statement.all().count() == 1

    async def test_discussion_is_off_until_it_is_opened_and_one_level_deep(self, quarrel: Quarrel) -> None:
        visitor = await quarrel.neighbour("oLi")
        statement = await quarrel.statement(IDEAS[0])
        with pytest.raises(Conflict):
            await answer_statement(visitor, quarrel.consultation.id, statement.id, "我家也是", clock.now())
        await Consultation.filter(id=quarrel.consultation.id).update(discussion=True)
        reply = await answer_statement(visitor, quarrel.consultation.id, statement.id, "我家也是", clock.now())
        await Post.filter(id=reply.post_id).update(state=PostState.PUBLISHED, published_at=clock.now())
        [heard] = await public_statements(quarrel.consultation.id)
        assert [answer.text for answer in heard.answers] == ["我家也是"]
        with pytest.raises(DomainError):
            await answer_statement(visitor, quarrel.consultation.id, reply.id + 10_000, "再回", clock.now())
        assert await StatementReply.all().count() == 1

    async def test_no_figure_of_fewer_than_five_leaves_the_house(self, quarrel: Quarrel) -> None:
        statement = await quarrel.statement(IDEAS[0])
        for number in range(9):
            visitor = await quarrel.neighbour(f"o{number}")
            await take_stance(visitor, quarrel.consultation.id, statement.id, 1 if number < 7 else -1, clock.now())
        await compute_opinions(clock.now())
        line = statement_table(await opinion_view(quarrel.consultation))[1]
        assert line[3:7] == [7, "不足5人", "不足5人", "不足5人"]
