"""The tree of expected failures: each has a code for machines and a status for HTTP; anything else is a bug.

LinliError
├── ConfigurationError        the machine or the settings are not fit to run
└── DomainError               the rules say no; the person gets a clear sentence and nothing changes
    ├── NotFound              404, also for what lies outside the viewer's scope
    ├── Forbidden             403
    ├── Conflict              409, someone was faster or the state has moved on
    └── Invalid               422, the input itself is wrong
"""


class LinliError(Exception):
    """Root of every failure the product expects."""


class ConfigurationError(LinliError):
    """The product can't run like this; the message says what to change."""


class DomainError(LinliError):
    """An expected refusal. `message` is Chinese and may be shown as it stands."""

    code = "refused"
    status = 400
    message = "现在不能这样做。"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class NotFound(DomainError):
    code = "not_found"
    status = 404
    message = "没有找到，可能已被移走，或不在您的管理范围。"


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    message = "您的账号没有这项权限。"


class Conflict(DomainError):
    code = "conflict"
    status = 409
    message = "情况刚刚变了，请刷新后再试。"


class Invalid(DomainError):
    code = "invalid"
    status = 422
    message = "填写的内容有误，请检查后再交。"
