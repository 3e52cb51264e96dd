"""What a colleague remarks on any text, as tables of cases."""

from datetime import date

import pytest

from handlers.proofreading.rules import holds_id_number, holds_mobile, illness, slips

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "said"),
    [("请核对您的帐号", "账号"), ("工人上门按装", "安装"), ("截止目前已有三户", "截至"), ("扫码领红包", "广告")],
)
def test_slips_are_remarked_with_what_it_should_be(text: str, said: str) -> None:
    assert said in next(slips("正文", text)).words


def test_a_plain_notice_gives_no_remark() -> None:
    assert list(slips("正文", "自来水公司更换阀门，请提前储水。")) == []


def test_a_posting_that_tells_of_an_illness_is_remarked() -> None:
    assert "病情" in next(illness("正文", "张××因患有重病")).words


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("11010519491231002X", True),
        ("110105 19491231 0021", True),
        ("１１０１０５１９４９１２３１００２１", True),
        ("110105******0021", False),
        ("通知编号 202611240001", False),
    ],
)
def test_a_whole_identity_number_is_found_however_it_is_spaced(text: str, held: bool) -> None:
    assert holds_id_number(text) is held


def test_a_mobile_is_found_unless_it_is_the_notice_s_own() -> None:
    assert holds_mobile("请打 139-1234-5678")
    assert not holds_mobile("请打 139-1234-5678", "13912345678")
    assert not holds_mobile("金额 13,912,345,678 元，编号 1391234567890")
