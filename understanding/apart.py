"""Learning in a process of its own, since it takes long and needs scikit-learn: JSON in, JSON out."""

import asyncio
import json
import os
import re
import sys
from typing import Any

LONGEST = 600
"""Seconds that learning may take; a district's articles take a second, their first vectors some more."""
_RAISED = re.compile(r'File "[^"]*?([\w.]+)", line (\d+)')


class LearningFailed(Exception):
    """Nothing was learnt; its text says what was raised and where, and nothing of what was to be learnt from."""


async def learnt_apart(module: str, given: Any) -> Any:
    """What `python -m module` learns from what it is given.

    Raises:
        LearningFailed: it ended otherwise than well, said nothing readable, or took too long.
    """
    alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipe = asyncio.subprocess.PIPE
    learner = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), stdin=pipe, stdout=pipe, stderr=pipe, env=alone
    )
    try:
        said, complained = await asyncio.wait_for(learner.communicate(json.dumps(given).encode()), LONGEST)
    except TimeoutError as error:
        learner.kill()
        await learner.wait()
        raise LearningFailed("took too long") from error
    try:
        if learner.returncode == 0:
            return json.loads(said)
    except ValueError as error:
        raise LearningFailed("said nothing readable") from error
    raise LearningFailed(f"ended with {learner.returncode}{_raised(complained.decode(errors='replace'))}")


def _raised(complained: str) -> str:
    """The error's name and the last place of a traceback."""
    places, last = _RAISED.findall(complained), complained.strip().split("\n")[-1].partition(":")[0]
    return f": {last[:80]}, {' '.join(places[-1])}" if places else ""
