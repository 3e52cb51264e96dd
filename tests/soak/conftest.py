"""The service under kill -9: the journeys' town, but with a supervisor that starts what was killed."""

from tests.journeys.conftest import serve, town

__all__ = ["serve", "town"]
