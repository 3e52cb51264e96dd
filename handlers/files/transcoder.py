"""`python -m handlers.files.transcoder FORMAT`: a recording on standard input, as MP3 on standard output."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's own types leave parts unknown.

import io
import resource
import sys
from contextlib import suppress

import av

LONGEST = 120
"""Seconds of sound; the platform lets nobody speak for more than sixty."""
RATE, BITS = 16_000, 32_000
"""Samples and bits a second, which every browser plays; telephones speak in 8,000 samples."""
LIMITS = {
    resource.RLIMIT_AS: 1 << 30,
    resource.RLIMIT_CPU: 20,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 16,
    resource.RLIMIT_CORE: 0,
}
"""Bytes of memory, seconds of work, no files: strangers wrote what is read here."""


def as_mp3(content: bytes, form: str) -> bytes:
    """The first two minutes of a recording in a format of FFmpeg's.

    Raises:
        ValueError, av.FFmpegError: it is none, or can't be read.
    """
    written, done = io.BytesIO(), 0
    with av.open(io.BytesIO(content), "r", format=form) as heard, av.open(written, "w", format="mp3") as played:
        track = played.add_stream("mp3", rate=RATE, layout="mono", bit_rate=BITS)
        fitting = av.AudioResampler(track.format, "mono", RATE)
        for frame in heard.decode(audio=0):
            for part in fitting.resample(frame):
                # What a recording says of its own times is not to be trusted.
                part.pts, done = done, done + part.samples
                played.mux(track.encode(part))
            if done >= LONGEST * RATE:
                break
        played.mux(track.encode(None))
    if not done:
        raise ValueError("without sound")
    return written.getvalue()


if __name__ == "__main__":
    for kind, most in LIMITS.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    sys.stdout.buffer.write(as_mp3(sys.stdin.buffer.read(), sys.argv[1]))
