"""A browser without a screen: it keeps cookies, reads labels and buttons, and sends the forms that a page holds."""

import re
from html.parser import HTMLParser

import httpx
from fastapi import FastAPI

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "four-short-words"
_EMPTY = frozenset({"input", "meta", "link", "br", "img"})


class Form:
    """One form of a page: where it goes, what stands in it, the words on its buttons."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, str] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self.actions: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def named(self, label: str) -> str:
        """The field's name behind a label."""
        return self.names[self.labels[label]]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("action", "")))
        elif self.forms:
            self._field(tag, values)
        if tag not in _EMPTY:
            self._open.append((tag, values))
        self._text = ""

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag in {"input", "textarea", "select"} and "name" in values:
            form.values[values["name"]] = values.get("value", "")
            form.names[values.get("id", "")] = values["name"]
            self._select = values["name"]
        if tag == "option" and "selected" in values:
            form.values[self._select] = values["value"]

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        opened, values = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "label":
            form.labels[self._text.strip()] = values["for"]
        elif tag == "button":
            form.buttons[self._text.strip()] = (values.get("name", ""), values.get("value", ""))
            form.actions[self._text.strip()] = values.get("formaction", form.action)
        elif tag == "textarea":
            form.values[values["name"]] = self._text


def forms(page: str) -> list[Form]:
    reader = _Forms()
    reader.feed(page)
    return reader.forms


class Browser:
    """One person's browser at the panel."""

    def __init__(self, app: FastAPI, address: str = "192.0.2.7") -> None:
        transport = httpx.ASGITransport(app, client=(address, 40000))
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def page(self, path: str) -> str:
        """The text of a page that must be there."""
        response = await self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.headers.get("location"))
        return response.text

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return await self.press("/admin/login", "登录", {"账号": login, "密码": password})

    async def token(self) -> str:
        """The token that this session's forms carry."""
        return forms(await self.page("/admin/"))[0].values["token"]

    async def press(self, path: str, button: str, written: dict[str, str] | None = None) -> httpx.Response:
        """Write into the fields with these labels and press the first button with this word."""
        form = next(form for form in forms(await self.page(path)) if button in form.buttons)
        sent = form.values | {form.named(label): text for label, text in (written or {}).items()}
        name, value = form.buttons[button]
        return await self.http.post(form.actions[button], data=sent | ({name: value} if name else {}))

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send fields with this session's token, as its own form would."""
        return await self.http.post(path, data={"token": await self.token()} | fields)

    async def follow(self, response: httpx.Response) -> str:
        """The page that a 303 leads to."""
        assert response.status_code == 303, (response.status_code, response.text[-600:])
        return await self.page(response.headers["location"])


def words(page: str) -> str:
    """What a person reads of a page's body, in one line."""
    body = page.split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", "<" + body))
