"""Values of templates: every type's form and limit (wechat-platform.md §3.8)."""

import pytest

from bot.fields import Unfit, fitted, within_bytes


@pytest.mark.parametrize(
    ("key", "given", "sent"),
    [
        ("thing1", "明天停水", "明天停水"),
        ("thing1", "幸福里小区三号楼至九号楼明天上午停水", "幸福里小区三号楼至九号楼明天上午停水"),
        ("thing12", "一二三四五六七八九十一二三四五六七八九十百", "一二三四五六七八九十一二三四五六七八九…"),
        ("thing1", "第一行\n第二行\t 完", "第一行 第二行 完"),
        ("thing1", "", "无"),
        ("phrase2", "紧急通知（停水）", "紧急通知停"),
        ("phrase2", "A1", "无"),
        ("name3", "河东社区居民委员会办公室", "河东社区居民委员会…"),
        ("name3", "John Smith", "John Smith"),
        ("number4", "共 35.5 吨", "35.5"),
        ("letter5", "ab-CD 1", "abCD"),
        ("character_string6", "编号 A-2026/11 号", "A-2026/11"),
        ("character_string6", "x" * 40, "x" * 32),
        ("phone_number7", "0571-8888 6666 转 2", "0571-888866662"),
        ("car_number8", "浙A·12345", "浙A12345"),
        ("amount9", "每户￥120.50元整", "￥120.50元"),
        ("date10", "2026-11-24", "2026年11月24日"),
        ("date10", "2026年11月4日 8:00", "2026年11月4日 08:00"),
        ("time11", "08:00到17:00", "08:00~17:00"),
        ("time11", "2026年11月24日 08:00~2026年11月25日 17:30", "2026年11月24日 08:00~2026年11月25日 17:30"),
        ("const1", "已开始", "已开始"),
    ],
)
def test_a_value_takes_the_form_of_its_key(key: str, given: str, sent: str) -> None:
    assert fitted({key: given}) == {key: sent}


@pytest.mark.parametrize(
    ("key", "given"), [("time1", "明天上午"), ("date2", ""), ("number3", "没有"), ("letter4", "一"), ("time5", "25:99")]
)
def test_what_can_not_be_of_its_type_is_refused_and_not_quoted(key: str, given: str) -> None:
    with pytest.raises(Unfit) as refused:
        fitted({"thing9": "好", key: given})
    assert refused.value.key == key
    assert not given or given not in str(refused.value)


def test_a_text_is_cut_between_characters() -> None:
    assert within_bytes("停水", 6) == "停水"
    assert within_bytes("停水了", 8) == "停…"
    assert len(within_bytes("字" * 1000, 2048).encode()) <= 2048
