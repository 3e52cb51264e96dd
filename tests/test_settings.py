"""Settings: what the environment says is read once, and production refuses what would not be safe."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from errors import ConfigurationError
from settings import DEMO_AES_KEY, DEMO_APP_ID, DEMO_TOKEN, INSECURE, Env, Settings, WeChatMode

SAFE: dict[str, str] = {
    "LINLI_ENV": "production",
    "LINLI_SECRET_KEY": "nFv3Pq8ZrT6yWb1K",
    "LINLI_FIELD_KEY": "uYt5Lm2QxS9eHd4R",
    "LINLI_PUBLIC_URL": "https://linli.example.org",
    "LINLI_WECHAT_APP_ID": "wx8a1b2c3d4e5f6a7b",
    "LINLI_WECHAT_APP_SECRET": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "LINLI_WECHAT_TOKEN": "wq7Hn2Lx",
    "LINLI_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the machine's own settings, and an ordinary user."""
    for name in [name for name in os.environ if name.upper().startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings()


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """The reasons why a production that is safe but for these values may not start."""
    with pytest.raises(ConfigurationError) as refused:
        settings(monkeypatch, **SAFE | environment).refuse_unsafe()
    return str(refused.value)


def test_with_nothing_set_it_is_a_demonstration_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)
    assert found.demo
    assert found.uses_simulator
    assert (found.host, found.port, found.data_dir, found.workers) == ("127.0.0.1", 8000, Path("data"), 1)
    assert found.wechat_mode is WeChatMode.SAFE
    found.refuse_unsafe()


def test_the_environment_is_read_in_any_case_and_blanks_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, LINLI_PORT="8123", linli_env="test", LINLI_PUBLIC_URL="")
    assert (found.port, found.env, found.base_url) == (8123, Env.TEST, "http://127.0.0.1:8123")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LINLI_ENV", "staging"),
        ("LINLI_PORT", "eight"),
        ("LINLI_WORKERS", "0"),
        ("LINLI_WORKERS", "65"),
        ("LINLI_WECHAT_MODE", "aes"),
        ("LINLI_SIMULATOR", "perhaps"),
    ],
)
def test_a_value_that_can_not_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        settings(monkeypatch, **{name: value})


def test_settings_do_not_change_once_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)
    with pytest.raises(ValidationError):
        found.port = 1


@pytest.mark.parametrize(
    ("written", "read"),
    [("", ()), ("10.0.0.1", ("10.0.0.1",)), (" 127.0.0.1 , 10.0.0.0/8,", ("127.0.0.1", "10.0.0.0/8"))],
)
def test_trusted_proxies_are_parted_by_commas(
    monkeypatch: pytest.MonkeyPatch, written: str, read: tuple[str, ...]
) -> None:
    assert settings(monkeypatch, LINLI_TRUSTED_PROXIES=written).trusted_proxies == read


@pytest.mark.parametrize(
    ("environment", "used"),
    [
        ({}, True),
        ({"LINLI_SIMULATOR": "false"}, False),
        ({"LINLI_ENV": "test"}, False),
        ({"LINLI_ENV": "test", "LINLI_SIMULATOR": "true"}, True),
        ({"LINLI_ENV": "production"}, False),
        ({"LINLI_ENV": "production", "LINLI_SIMULATOR": "true"}, False),
    ],
)
def test_where_the_simulator_runs(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], used: bool) -> None:
    assert settings(monkeypatch, **environment).uses_simulator is used


def test_the_platform_is_the_simulator_the_named_server_or_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    simulated = settings(monkeypatch, LINLI_HOST="0.0.0.0", LINLI_PUBLIC_URL="http://linli.lan/")
    assert simulated.api_base == "http://127.0.0.1:8000/simulator/api"
    assert simulated.open_base == "http://linli.lan/simulator/open"
    named = settings(monkeypatch, LINLI_WECHAT_API_BASE="http://stand-in:1/", LINLI_WECHAT_OPEN_BASE="http://o:2/")
    assert (named.api_base, named.open_base) == ("http://stand-in:1", "http://o:2")
    monkeypatch.delenv("LINLI_WECHAT_API_BASE")
    monkeypatch.delenv("LINLI_WECHAT_OPEN_BASE")
    real = settings(monkeypatch, **SAFE)
    assert (real.api_base, real.open_base) == ("https://api.weixin.qq.com", "https://open.weixin.qq.com")


def test_a_safe_production_may_start(monkeypatch: pytest.MonkeyPatch) -> None:
    settings(monkeypatch, **SAFE).refuse_unsafe()


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("LINLI_SECRET_KEY", INSECURE),
        ("LINLI_FIELD_KEY", INSECURE),
        ("LINLI_WECHAT_APP_SECRET", INSECURE),
        ("LINLI_SECRET_KEY", "fifteen letters"),
        ("LINLI_WECHAT_APP_ID", DEMO_APP_ID),
        ("LINLI_WECHAT_TOKEN", DEMO_TOKEN),
        ("LINLI_WECHAT_AES_KEY", DEMO_AES_KEY),
    ],
)
def test_production_refuses_a_default_or_short_secret(monkeypatch: pytest.MonkeyPatch, name: str, default: str) -> None:
    reasons = refusal(monkeypatch, **{name: default})
    assert reasons.count("\n") == 1
    assert name in reasons
    assert default not in reasons


def test_production_refuses_the_simulator(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "LINLI_SIMULATOR" in refusal(monkeypatch, LINLI_SIMULATOR="true")


@pytest.mark.parametrize(
    "given",
    [
        {"LINLI_SMS_URL": "https://sms.example.org"},
        {"LINLI_SMS_URL": "http://sms.example.org", "LINLI_SMS_KEY": "k", "LINLI_SMS_SIGN": "松涛社区"},
    ],
)
def test_production_refuses_half_a_gateway(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    assert "LINLI_SMS_URL" in refusal(monkeypatch, **given)


def test_production_refuses_to_run_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "root" in refusal(monkeypatch)


@pytest.mark.parametrize("address", ["", "http://linli.example.org", "linli.example.org"])
def test_production_refuses_an_address_without_tls(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert "LINLI_PUBLIC_URL" in refusal(monkeypatch, LINLI_PUBLIC_URL=address)


def test_production_names_every_reason_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as refused:
        settings(monkeypatch, LINLI_ENV="production").refuse_unsafe()
    assert str(refused.value).count("\n- ") == 7


@pytest.mark.parametrize("env", ["demo", "test"])
def test_elsewhere_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, env: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    settings(monkeypatch, LINLI_ENV=env).refuse_unsafe()
