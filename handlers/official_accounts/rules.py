"""What a further official account, a verification file and a message template must look like, pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from errors import Conflict, Invalid
from models.reach import Purpose, TemplateKind

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_APP_ID = re.compile(r"wx[0-9A-Za-z]{16}")
_SECRET = re.compile(r"[!-~]{16,64}")
_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_AES_KEY = re.compile(r"[0-9A-Za-z]{43}")
_FILE_NAME = re.compile(r"MP_verify_[0-9A-Za-z]{16}\.txt")
_FILE_BODY = re.compile(r"[ -~\r\n]{1,200}")
_TEMPLATE_ID = re.compile(r"[0-9A-Za-z_-]{20,64}")
_KEY = re.compile(
    r"(?:thing|name|number|letter|symbol|character_string|time|date|amount|phone_number|phrase)[0-9]{1,3}"
)
CONTENT = {
    "title": "标题",
    "class": "类别",
    "body": "正文",
    "place": "范围",
    "starts": "开始日期",
    "ends": "结束日期",
    "time": "起止时间",
    "owner": "责任单位",
    "phone": "联系电话",
}
"""What we can put into a template's keys, by our names of fields (0016)."""
MOST_KEYS = 5
MODES = ("safe", "compatible", "plain")
LONGEST_NAME = 60


class AccountTaken(Conflict):
    code = "account_taken"
    message = "这个标识或 AppID 已用于别的公众号。"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A further official account as the platform's console names its parts (wechat-platform §1.1)."""

    slug: str
    name: str
    organisation_code: str
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: str = MODES[0]


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A template of an account for one purpose; `mapping` leads from its keys to ours (wechat-platform §3.7, §3.8)."""

    app_id: str
    purpose: Purpose
    kind: TemplateKind
    template_id: str
    mapping: Mapping[str, str]


def template_faults(template: NewTemplate) -> dict[str, str]:
    """Which parts can't be right, each with the sentence that says why."""
    found = dict[str, str]()
    if not _TEMPLATE_ID.fullmatch(template.template_id):
        found["template_id"] = "模板 ID 是公众号后台给的一串字符，43个左右。"
    wrong = [key for key in template.mapping if not _KEY.fullmatch(key)]
    if wrong:
        found["key_1"] = f"「{wrong[0][:20]}」不像模板里的格子，请照后台写，例如 thing1。"
    elif not 1 <= len(template.mapping) <= MOST_KEYS:
        found["key_1"] = f"请填1到{MOST_KEYS}格。"
    elif not set(template.mapping.values()) <= CONTENT.keys():
        found["key_1"] = "每一格都要选填什么内容。"
    return found


def is_slug(text: str) -> bool:
    """1 to 40 of a–z, 0–9 and inner hyphens: what stands behind `/wechat/`."""
    return _SLUG.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """`MP_verify_` and 16 letters or digits, as the platform's console gives it."""
    return _FILE_NAME.fullmatch(text) is not None


def faults(account: NewAccount) -> dict[str, str]:
    """Which parts can't be right, each with the sentence that says why."""
    wanted = {
        "slug": (is_slug(account.slug), "标识只用小写字母、数字和连字符，最多40个字符。"),
        "name": (1 <= len(account.name) <= LONGEST_NAME, "名称要1到60个字。"),
        "app_id": (_APP_ID.fullmatch(account.app_id), "AppID 以 wx 开头，共18个字符。"),
        "app_secret": (_SECRET.fullmatch(account.app_secret), "AppSecret 是公众号后台给的一串字符，一般32个。"),
        "token": (_TOKEN.fullmatch(account.token), "Token 要3到32个字母或数字。"),
        "aes_key": (_AES_KEY.fullmatch(account.aes_key), "EncodingAESKey 要43个字母或数字。"),
        "mode": (account.mode in MODES, "加密方式请选一种。"),
    }
    return {name: sentence for name, (good, sentence) in wanted.items() if not good}


def check_account(account: NewAccount) -> None:
    """Raise Invalid naming everything that can't be right."""
    if found := faults(account):
        raise Invalid("".join(found.values()))


def check_file(name: str, body: str) -> None:
    """Raise Invalid unless this is a verification file of the platform: its name, and at most 200 plain characters."""
    if not is_file_name(name):
        raise Invalid("文件名应是 MP_verify_ 加16个字母或数字，以 .txt 结尾。请不要改名。")
    if not _FILE_BODY.fullmatch(body):
        raise Invalid("内容应是200个以内的字母、数字。请上传从公众号后台下载的原文件。")
