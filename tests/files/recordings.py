"""Recordings as telephones send them, spoken on the spot."""

import io
import math

import av
import numpy as np

AMR_RATE = 8_000
STEP = 160
"""Samples of one frame, a fiftieth of a second."""


def spoken(seconds: float = 1.0) -> bytes:
    """A tone in AMR, as WeChat's voice messages are."""
    written = io.BytesIO()
    with av.open(written, "w", format="amr") as file:
        track = file.add_stream("libopencore_amrnb", rate=AMR_RATE, layout="mono", bit_rate=12_200)
        for begin in range(0, int(AMR_RATE * seconds), STEP):
            wave = [int(8_000 * math.sin(math.tau * 440 * at / AMR_RATE)) for at in range(begin, begin + STEP)]
            frame = av.AudioFrame.from_ndarray(np.array([wave], dtype=np.int16), format="s16", layout="mono")
            frame.sample_rate = AMR_RATE
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return written.getvalue()


def heard(content: bytes) -> float:
    """Seconds of sound that come out of a recording, whatever it says of itself."""
    with av.open(io.BytesIO(content)) as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
