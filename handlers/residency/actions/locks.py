"""How an import and what people change in the panel keep out of each other's way."""

from errors import Conflict
from models.database import rows

LOAD_LOCK = 0x6C6F6164


async def beside_imports() -> None:
    """Let no import begin until the transaction under way ends: it would write back what it read before.

    Raises:
        Conflict: one is running.
    """
    if not (await rows("SELECT pg_try_advisory_xact_lock_shared($1) AS free", LOAD_LOCK))[0]["free"]:
        raise Conflict("正在导入台账，请等几分钟再改。")
