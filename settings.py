"""One Settings object, read from the environment (prefix LINLI_) once at start; production refuses unsafe values."""

import os
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from errors import ConfigurationError

INSECURE = "insecure-demo-key"
LEAST_LOG_DAYS = 180
"""《网络安全法》第二十三条: network logs are kept for six months at least (wechat-platform.md §5.2)."""
DEMO_APP_ID = "wx0000000000000000"
DEMO_TOKEN = "linlidemo"
DEMO_AES_KEY = "LinliDemoKey0000000000000000000000000000000"


class Env(StrEnum):
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class WeChatMode(StrEnum):
    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class Settings(BaseSettings):
    """Every setting of the product; `docs/operations.md` explains each one and a test keeps the two equal."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", env_ignore_empty=True, extra="ignore", frozen=True)

    env: Env = Env.DEMO
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = INSECURE
    field_key: str = INSECURE
    index_key: str = ""
    public_url: str = ""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    retention_raw_days: int = Field(default=30, ge=7, le=3650)
    retention_conversation_days: int = Field(default=180, ge=30, le=3650)
    retention_log_days: int = Field(default=180, ge=1, le=3650)
    retention_unlawful_days: int = Field(default=183, ge=183, le=3650)
    inbox_cap: int = Field(default=20, ge=1, le=1000)
    workers: int = Field(default=1, ge=1, le=64)
    simulator: bool | None = None
    chromium: str = ""
    wechat_app_id: str = DEMO_APP_ID
    wechat_app_secret: str = INSECURE
    wechat_token: str = DEMO_TOKEN
    wechat_aes_key: str = DEMO_AES_KEY
    wechat_mode: WeChatMode = WeChatMode.SAFE
    mini_programs: Annotated[tuple[str, ...], NoDecode] = ()
    wechat_api_base: str = ""
    wechat_open_base: str = ""
    s3_endpoint: str = ""
    s3_bucket: str = ""
    s3_key: str = ""
    s3_secret: str = ""
    s3_region: str = "us-east-1"
    sms_url: str = ""
    sms_key: str = ""
    sms_sign: str = ""
    ring_url: str = ""
    ring_key: str = ""

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        for name in ("trusted_proxies", "mini_programs"):
            raw = values.get(name)
            if isinstance(raw, str):
                values[name] = tuple(part.strip() for part in raw.split(",") if part.strip())
        return values

    @property
    def demo(self) -> bool:
        return self.env is Env.DEMO

    @property
    def production(self) -> bool:
        return self.env is Env.PRODUCTION

    @property
    def uses_simulator(self) -> bool:
        """The demo talks to the simulator unless another platform is named; elsewhere it must be asked for."""
        return not self.production and (self.demo if self.simulator is None else self.simulator)

    @property
    def base_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def pages_address(self, app_id: str) -> str:
        """Where the residents' pages begin for who comes from this official account; without one from the first."""
        return f"{self.base_url}/m/in" + ("" if app_id in ("", self.wechat_app_id) else f"/{app_id}")

    @property
    def own_url(self) -> str:
        """Where this machine reaches its own web server, whatever address it listens on."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host
        return f"http://{host}:{self.port}"

    @property
    def api_base(self) -> str:
        if self.wechat_api_base:
            return self.wechat_api_base.rstrip("/")
        return f"{self.own_url}/simulator/api" if self.uses_simulator else "https://api.weixin.qq.com"

    @property
    def open_base(self) -> str:
        if self.wechat_open_base:
            return self.wechat_open_base.rstrip("/")
        return f"{self.base_url}/simulator/open" if self.uses_simulator else "https://open.weixin.qq.com"

    def refuse_unsafe(self) -> None:
        """Raise ConfigurationError with every reason why this may not run in production."""
        if self.production and (reasons := list(self._unsafe())):
            raise ConfigurationError("生产环境拒绝启动:\n" + "\n".join(f"- {reason}" for reason in reasons))

    def _unsafe(self) -> Iterator[str]:
        yield from self._default_secrets()
        if self.retention_log_days < LEAST_LOG_DAYS:
            yield "LINLI_RETENTION_LOG_DAYS 不能少于180: 《网络安全法》要求日志至少保存六个月"
        if self.s3_endpoint and not (self.s3_bucket and self.s3_key and self.s3_secret):
            yield "填了 LINLI_S3_ENDPOINT，还要填 LINLI_S3_BUCKET、LINLI_S3_KEY 和 LINLI_S3_SECRET"
        if self.sms_url and not (self.sms_url.startswith("https://") and self.sms_key and self.sms_sign):
            yield "填了 LINLI_SMS_URL，要用 https:// 网址，还要填 LINLI_SMS_KEY 和 LINLI_SMS_SIGN"
        if self.ring_url and not (self.ring_url.startswith("https://") and self.ring_key):
            yield "填了 LINLI_RING_URL，要用 https:// 网址，还要填 LINLI_RING_KEY"
        if self.simulator:
            yield "LINLI_SIMULATOR 已打开: 模拟器会让任何人冒充居民, 请去掉这项设置"
        if os.geteuid() == 0:
            yield "正在以 root 运行: 请新建普通用户 (例如 useradd -m linli) 再启动"
        if not self.public_url.startswith("https://"):
            yield "LINLI_PUBLIC_URL 要填写居民能打开的 https:// 网址"

    def _default_secrets(self) -> Iterator[str]:
        for name in ("secret_key", "field_key", "index_key", "wechat_app_secret"):
            value: str = getattr(self, name)
            if name == "index_key" and not value:
                continue
            if any(part == INSECURE or len(part.strip()) < 16 for part in value.split(",")):
                yield f"LINLI_{name.upper()} 还是默认值或太短: 用 openssl rand -base64 32 生成一个"
        for name, default in (
            ("wechat_app_id", DEMO_APP_ID),
            ("wechat_token", DEMO_TOKEN),
            ("wechat_aes_key", DEMO_AES_KEY),
        ):
            if getattr(self, name) == default:
                yield f"LINLI_{name.upper()} 还是演示值: 请填公众号后台的值"


@lru_cache
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        ConfigurationError: a value can't be what it says, as a port that is no number.
    """
    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"LINLI_{flaw['loc'][0]}".upper() for flaw in error.errors() if flaw["loc"])
        raise ConfigurationError(f"这些设置写得不对，请对照 docs/operations.md：{names}") from error
