"""Words that mean danger, and words that only speak of it."""

import pytest

from handlers.enquiries.rules import Danger, danger_of


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("救命", Danger.UNKNOWN),
        ("着火了", Danger.FIRE),
        ("我家着火了快来人", Danger.FIRE),
        ("楼下电动车烧起来了", Danger.FIRE),
        ("楼道里有煤气味", Danger.GAS),
        ("家里燃气泄漏了怎么办", Danger.GAS),
        ("老人摔倒起不来了", Danger.MEDICAL),
        ("我妈摔倒了起不来", Danger.MEDICAL),
        ("爷爷晕倒了", Danger.MEDICAL),
        ("喘不上气", Danger.MEDICAL),
        ("我不想活了", Danger.DESPAIR),
        ("活不下去了", Danger.DESPAIR),
        ("有人撬门", Danger.CRIME),
        ("隔壁有人拿刀", Danger.CRIME),
    ],
)
def test_danger_is_recognised(words: str, danger: Danger) -> None:
    assert danger_of(words) is danger


@pytest.mark.parametrize(
    "words",
    [
        "怕摔倒，能装扶手吗",
        "消防演练什么时候",
        "着火怎么办培训在哪报名",
        "煤气味报警器哪里买",
        "预防煤气中毒讲座",
        "老人容易摔倒，有没有补贴",
        "燃气泄漏报警器谁来装",
        "防火知识宣传",
        "楼上太吵了",
        "想报名活动",
        "救命恩人要送锦旗",
        "我想投票",
        "电动车怎么防火",
    ],
)
def test_talk_of_danger_is_not_danger(words: str) -> None:
    assert danger_of(words) is None
