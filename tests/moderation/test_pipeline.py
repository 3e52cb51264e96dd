"""The pipeline, a table of texts: what is held, what is refused and for which reason, and what never is one."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.moderation.phases import looked_at
from handlers.moderation.rules import Draft, Earlier, Verdict, Watched, tidy
from handlers.moderation.wordlist import found_in, packaged
from models.deliberation import ModerationReason, PostKind, PostState

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CRITICISM = (
    "居委会不作为",
    "书记天天喝茶",
    "钱花哪了",
    "居委会主任什么都不管，换人吧",
    "反映了三次都没有人理，太差劲了",
    "社区就会发通知，从来不办事",
    "书记说话不算数，去年答应的充电棚在哪里",
    "公共收益的账目为什么不公开，是不是被贪了",
    "居委会和物业穿一条裤子",
    "你们就是踢皮球，从街道踢到社区",
    "形式主义，开会拍照就走",
    "这个主任不称职，应该下台",
    "垃圾分类搞得一塌糊涂，检查的时候才有人管",
    "垃圾没人清运，臭得要死，居委会眼睛瞎了吗",
    "投诉没用，打12345才有用",
    "选出来的居民代表没有一个替我们说话",
    "书记的亲戚凭什么占着车位",
    "网格员半年没见过人影",
    "居委会只听物业的，不听居民的",
    "协商就是走过场，早就内定了",
    "强烈不满，要求书记公开道歉",
    "社区工作人员态度恶劣，爱答不理",
    "三年了，电梯还是坏的，你们对得起谁",
    "为什么别的社区能办，我们社区办不成",
    "居委会欺负老实人",
    "主任撒谎，会议记录和实际说的不一样",
    "钱都花在墙上的宣传画上了，楼道灯一盏不修",
    "官僚作风严重，办个证明跑五趟",
    "希望纪委来查一查居委会的账",
    "说好的一周答复，一个月了还没有，骗人",
    "不信任这届居委会，建议罢免",
    "物业是垃圾物业，居委会包庇",
    "书记比物业还会推责任",
    "天天喊为民服务，门都敲不开",
)
HELD = (
    "电动车停在楼道里太危险，建议在3号楼东侧建充电棚。",
    "支持建，但是离窗户要远一点。",
    "1、3、5、7、9、11、13、15号楼门口的灯都坏了",
    "我家住3-2-501，2026年11月23日晚上停水，从18:30停到22:00。",
    "预算1500000元，分3年，每年500000元，请公开。",
    "太吵了！！！！！！！！！！",
    "哈哈，这个主意好，好好好",
    "体操你来教吗，广场舞也行",
    "滚动通知屏坏了",
    "usb充电口不够用",
    "B1-B2层停车场12345个坑",
    "投诉电话打了12345没人接",
    "川A是哪里的车，天天堵门口",
    "第1.3.8项不同意",
    "建筑高度38.5米，宽12.6米，间距13.8米",
    "微信群里通知就可以了",
    "请在公众号里发一份",
)
REFUSED = (
    ("", ModerationReason.UNREADABLE),
    ("。", ModerationReason.UNREADABLE),
    ("好" * 70 + "的" * 71, ModerationReason.UNREADABLE),
    ("啊啊啊啊啊啊啊啊", ModerationReason.REPETITION),
    ("滚滚滚滚滚滚滚滚", ModerationReason.REPETITION),
    ("还我车棚！还我车棚！还我车棚！还我车棚！", ModerationReason.REPETITION),
    ("找我13800138000", ModerationReason.PRIVACY),
    ("找我１３８００１３８０００", ModerationReason.PRIVACY),
    ("找我138 0013 8000", ModerationReason.PRIVACY),
    ("找我1 3 8 0 0 1 3 8 0 0 0", ModerationReason.PRIVACY),
    ("找我138.0013.8000", ModerationReason.PRIVACY),
    ("找我1,3,8,0,0,1,3,8,0,0,0", ModerationReason.PRIVACY),
    ("找我一三八零零一三八零零零", ModerationReason.PRIVACY),
    ("找我幺三八〇〇幺三八〇〇〇", ModerationReason.PRIVACY),
    ("找我①③⑧00138000", ModerationReason.PRIVACY),
    ("楼上李某的身份证是11010519491231002X", ModerationReason.PRIVACY),
    ("身份证110105 19491231 002x", ModerationReason.PRIVACY),
    ("他家电话010-62345678", ModerationReason.PRIVACY),
    ("那辆京A12345天天堵门", ModerationReason.PRIVACY),
    ("那辆京 A·12345 天天堵门", ModerationReason.PRIVACY),
    ("沪AD12345是谁的车", ModerationReason.PRIVACY),
    ("川a8k88k占我车位", ModerationReason.PRIVACY),
    ("邮件发到zhang_san@example.com", ModerationReason.PRIVACY),
    ("微信号zhangsan_88", ModerationReason.PRIVACY),
    ("加我vx：abc12345", ModerationReason.PRIVACY),
    ("QQ群 123456789", ModerationReason.PRIVACY),
    ("详情看 https://example.com/a", ModerationReason.ADVERTISING),
    ("详情看ｗｗｗ．example．com", ModerationReason.ADVERTISING),
    ("上 taobao点com 搜", ModerationReason.ADVERTISING),
    ("物业就是一群傻逼", ModerationReason.ABUSE),
    ("物业就是一群傻*逼", ModerationReason.ABUSE),
    ("操 你 妈", ModerationReason.ABUSE),
    ("再停这里我杀你全家", ModerationReason.UNLAWFUL),
)
MARKED = (
    ("王八蛋，谁又占我车位", ModerationReason.ABUSE),
    ("去死吧，装什么装", ModerationReason.ABUSE),
    ("兼职日结，在家就能做", ModerationReason.ADVERTISING),
    ("二楼那个是艾滋病人", ModerationReason.PRIVACY),
)
NICKNAMES = ("梧桐树下", "三号楼老王头", "爱养花的阿姨", "小白2号")
NO_NICKNAMES = (
    "居委会小李",
    "物业管家",
    "管理员",
    "片警老张",
    "社区书记",
    "系统通知",
    "用户88888888",
    "１３８００１３８０００",
)


def looked(text: str, kind: PostKind = PostKind.STATEMENT, longest: int = 140, **known: object):
    plain = tidy(text)
    draft = Draft(kind, plain, longest, NOW, "f", found=found_in(plain, packaged()), **known)  # type: ignore[arg-type]
    return [(phase.name, check) for phase, check in looked_at(draft)]


@pytest.mark.parametrize("text", [*CRITICISM, *HELD])
def test_this_is_held_as_everything_is_and_without_a_mark(text: str):
    said = looked(text)
    assert [name for name, check in said if check.verdict is not Verdict.PASS] == ["people"]


def test_no_reason_says_that_somebody_criticises():
    assert not {"criticism", "committee"} & {reason.value for reason in ModerationReason}
    assert len(CRITICISM) >= 30


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_this_is_refused(text: str, reason: ModerationReason):
    _, last = looked(text)[-1]
    assert (last.verdict, last.reason) == (Verdict.REFUSE, reason)
    assert last.said


@pytest.mark.parametrize(("text", "reason"), MARKED)
def test_this_is_held_with_a_mark(text: str, reason: ModerationReason):
    marks = {name: check.reason for name, check in looked(text) if check.verdict is Verdict.HOLD}
    assert marks == {"words": reason, "people": None}


@pytest.mark.parametrize("name", NICKNAMES)
def test_such_a_nickname_is_held(name: str):
    assert looked(name, PostKind.NICKNAME, 12)[-1][0] == "people"


@pytest.mark.parametrize("name", NO_NICKNAMES)
def test_a_nickname_that_looks_official_or_like_a_number_is_refused(name: str):
    assert looked(name, PostKind.NICKNAME, 12)[-1][1].verdict is Verdict.REFUSE


def test_the_classifier_only_marks():
    said = dict(looked("说不清的话", offends=True))
    assert said["classifier"].verdict is Verdict.HOLD
    assert said["people"].verdict is Verdict.HOLD


def test_a_places_own_word_does_not_fire_inside_another():
    own = Watched("垃圾", refuses=True, reason=ModerationReason.ABUSE, basis="本社区")
    assert found_in("这人真是垃圾", [own]) == [own]
    assert not found_in("垃圾分类做得好", [own])
    assert not found_in("垃圾桶满了", [own])


def test_the_same_words_again_are_refused_unless_taken_back():
    def earlier(state: PostState, subject: str = "") -> Earlier:
        return Earlier("f", PostKind.STATEMENT, subject, NOW - timedelta(days=2), state)

    assert looked("同样的话", earlier=[earlier(PostState.HELD)])[-1][0] == "repetition"
    assert looked("同样的话", earlier=[earlier(PostState.WITHDRAWN)])[-1][0] == "people"
    assert looked("同样的话", earlier=[earlier(PostState.HELD, "consultation:9")])[-1][0] == "people"


@pytest.mark.parametrize(
    ("apart", "count", "again"), [(timedelta(seconds=10), 3, "一分钟"), (timedelta(hours=1), 20, "16:00")]
)
def test_a_flood_is_refused_and_says_when_it_works_again(apart: timedelta, count: int, again: str):
    earlier = [
        Earlier(str(number), PostKind.REPLY, "", NOW - apart * number, PostState.HELD) for number in range(1, count + 1)
    ]
    name, check = looked("再说一句", earlier=earlier)[-1]
    assert name == "flood"
    assert again in check.said
    assert looked("再说一句", earlier=earlier[1:])[-1][0] == "people"


def test_what_nobody_sees_is_taken_out():
    assert tidy("你\u200b好\u202e \u0000 世界 \n\n 再见\t") == "你好 世界\n再见"
    assert looked("找我138\u200b0013\u200b8000")[-1][1].reason is ModerationReason.PRIVACY


def test_every_packaged_word_names_its_basis():
    assert all(one.basis.startswith("《") for one in packaged())
