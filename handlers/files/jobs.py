"""What the clock does for files: forget those whose time is up, remove bytes that nothing speaks of."""

from datetime import UTC, datetime

from handlers.files.actions import BATCH, forget, sweep
from models.files import StoredFile


async def forget_expired(now: datetime) -> None:
    while expired := await StoredFile.filter(expires_at__lte=now).limit(BATCH):
        for file in expired:
            await forget(file.key, "clock")


async def sweep_orphans(_: datetime) -> None:
    # By the machine's time, which is what stands on the bytes.
    await sweep(datetime.now(UTC))
