"""What the panel asks of the chat platform, in memory: messages that arrive or are refused, files that live or not."""

from dataclasses import dataclass, field

from accounts import fits
from admin.layout import Media, Platform
from handlers.conversations.rules import Outcome
from models.states import Delivered


@dataclass
class Letterbox:
    """`sent` holds (address, text) of messages, `through` the AppIDs they went out by; each gets the `outcome` set.

    `scenes` holds the scenes that were asked for; while `reachable` is False none is made.
    """

    outcome: Outcome = field(default_factory=lambda: Outcome(Delivered.SENT))
    sent: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    scenes: list[str] = field(default_factory=list[str])
    reachable: bool = True
    through: list[str] = field(default_factory=list[str])
    files: dict[str, Media] = field(default_factory=dict[str, Media])

    async def send_text(self, app_id: str, address: str, text: str) -> Outcome:
        self.through.append(app_id)
        self.sent.append((address, text))
        return self.outcome

    async def media(self, app_id: str, media_id: str) -> Media | None:
        return self.files.get(media_id)

    async def scene(self, scene: str, seconds: int) -> str | None:
        self.scenes.append(scene)
        return f"http://weixin.example/q/{len(self.scenes)}" if self.reachable else None

    @property
    def platform(self) -> Platform:
        return Platform(self.send_text, self.media, self.scene, fits)
