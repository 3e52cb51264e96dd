"""Who is signed in at the panel, and for how long."""

from redis.asyncio import Redis

from web.sessions import Sessions

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600


def panel_sessions(redis: Redis) -> Sessions:
    """Sessions of staff, by their login: they end after 30 idle minutes, and after 8 hours in any case."""
    return Sessions(redis, "panel", IDLE_SECONDS, LONGEST_SECONDS)
