"""Recordings as browsers play them: telephones send AMR, which none does. A process of its own listens to them."""

import asyncio
import os
import sys
from pathlib import Path

import structlog

log = structlog.get_logger("files")
ROOT = Path(__file__).parent.parent.parent
FORMATS = {b"#!AMR": "amr", b"OggS": "ogg"}
"""How recordings begin, and what FFmpeg calls them."""
PATIENCE = 30
"""Seconds; a minute of speech takes one."""
NEEDED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
"""Of our own surroundings no secret goes to a process that reads what strangers sent."""


async def playable(content: bytes) -> bytes:
    """A recording as MP3; anything else, and what can't be listened to, as it came."""
    form = next((name for start, name in FORMATS.items() if content.startswith(start)), "")
    return (await _transcoded(content, form) if form else None) or content


async def _transcoded(content: bytes, form: str) -> bytes | None:
    pipe = asyncio.subprocess.PIPE
    listener = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "handlers.files.transcoder", form),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in NEEDED if name in os.environ},
        cwd=ROOT,
    )
    try:
        played, _ = await asyncio.wait_for(listener.communicate(content), PATIENCE)
    except TimeoutError:
        listener.kill()
        await listener.wait()
        played = b""
    if listener.returncode:
        log.warning("recording not transcoded", ended=listener.returncode, size=len(content))
    return played if listener.returncode == 0 else None
