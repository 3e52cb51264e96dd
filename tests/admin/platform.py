"""What the panel asks of the chat platform, in memory: messages that arrive or are refused, files that live or not."""

from dataclasses import dataclass, field

from admin.layout import Media, Platform
from handlers.conversations.rules import Outcome
from models.states import Delivered


@dataclass
class Letterbox:
    """`sent` holds (address, text) of every message; each gets the `outcome` that is set.

    `scenes` holds the scenes that were asked for; while `reachable` is False none is made.
    """

    outcome: Outcome = field(default_factory=lambda: Outcome(Delivered.SENT))
    sent: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    scenes: list[str] = field(default_factory=list[str])
    reachable: bool = True
    files: dict[str, Media] = field(default_factory=dict[str, Media])

    async def send_text(self, address: str, text: str) -> Outcome:
        self.sent.append((address, text))
        return self.outcome

    async def media(self, media_id: str) -> Media | None:
        return self.files.get(media_id)

    async def scene(self, scene: str, seconds: int) -> str | None:
        self.scenes.append(scene)
        return f"http://weixin.example/q/{len(self.scenes)}" if self.reachable else None

    @property
    def platform(self) -> Platform:
        return Platform(self.send_text, self.media, self.scene)
