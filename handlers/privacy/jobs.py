"""What the clock forgets; how long things are kept is a setting that the consent page shows."""

from datetime import datetime, timedelta

from handlers.privacy.actions import forget_alarms, forget_enquiries, forget_messages, forget_questions
from settings import get_settings


async def forget_old(now: datetime) -> None:
    """Delete what has been kept as long as was promised (domain.md §5, retention)."""
    settings = get_settings()
    chat = now - timedelta(days=settings.retention_raw_days)
    await forget_messages(chat)
    await forget_questions(chat)
    conversations = now - timedelta(days=settings.retention_conversation_days)
    await forget_enquiries(conversations)
    await forget_alarms(conversations)
