"""What the clock does, and how often: the one table of all jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import handlers.articles.jobs as article_jobs
import handlers.audit.actions as audit
import handlers.consultations.jobs as consultation_jobs
import handlers.conversations.jobs as conversation_jobs
import handlers.delegations.jobs as delegation_jobs
import handlers.duty.jobs as duty_jobs
import handlers.enquiries.jobs as enquiry_jobs
import handlers.facts.jobs as fact_jobs
import handlers.files.jobs as file_jobs
import handlers.interviews.jobs as interview_jobs
import handlers.moderation.jobs as moderation_jobs
import handlers.notices.jobs as notice_jobs
import handlers.privacy.jobs as privacy_jobs
import handlers.residency.jobs as residency_jobs
import handlers.votes.jobs as vote_jobs
from accounts import Accounts, checker, fetcher, sender
from campaigns.delivery import MOST_PUSHED
from campaigns.jobs import Driver
from handlers.conversations.inbox import forget_secret_answers
from handlers.conversations.rules import FetchMedia, SendText
from handlers.duty.rules import RingPhone
from handlers.moderation.jobs import CheckText
from ringing import ringing
from scheduling import Job, Subscriber, dispatcher, forget_old_runs
from settings import get_settings

Subscriptions = Mapping[str, Sequence[Subscriber]]


@dataclass(frozen=True, slots=True)
class Platform:
    """What the clock asks of the platform: to send, to fetch what residents sent, to look at a text."""

    send: SendText
    fetch: FetchMedia
    check: CheckText


def jobs(platform: Platform, driver: Driver, ring: RingPhone | None, subscriptions: Subscriptions) -> tuple[Job, ...]:
    """What the clock does.

    Args:
        driver: writes to residents, as `platform` does.
        ring: calls staff.
        subscriptions: which event is told to whom.
    """
    return (
        Job("campaigns.drive", 5, driver),
        Job("notices.repeat", 30, notice_jobs.repeat_due),
        Job("votes.open", 5, vote_jobs.open_due),
        Job("votes.close", 5, vote_jobs.close_due),
        Job("articles.learn", 60, article_jobs.learn_changed),
        Job("enquiries.keep_in_turn", 30, enquiry_jobs.keep_in_turn),
        Job("duty.ring", 5, partial(duty_jobs.ring_due, ring)),
        Job("duty.hand_over", 60, duty_jobs.hand_over_ended),
        Job("enquiries.fetch_media", 5, partial(enquiry_jobs.fetch_media, platform.fetch)),
        Job("enquiries.route", 5, enquiry_jobs.route_new),
        Job("enquiries.learn", 3600, enquiry_jobs.learn_routes),
        Job("enquiries.give_back", 60, enquiry_jobs.give_back_silent),
        Job("files.forget_expired", 600, file_jobs.forget_expired),
        Job("files.sweep_orphans", 3600, file_jobs.sweep_orphans),
        Job("events.dispatch", 5, dispatcher(subscriptions)),
        Job("delegations.end", 60, delegation_jobs.end_due),
        Job("delegations.remind", 3600, delegation_jobs.remind_due),
        Job("conversations.notify", 5, partial(conversation_jobs.send_waiting, platform.send)),
        Job("conversations.forget_notifications", 3600, conversation_jobs.forget_notifications),
        Job("conversations.forget_secret", 10, forget_secret_answers),
        Job("audit.seal", 60, lambda _: audit.seal_tail()),
        *_public_talk(platform),
        Job("clock.forget_runs", 3600, forget_old_runs),
        Job("residency.end_tenancies", 600, residency_jobs.end_tenancies),
        Job("residency.remind_tenants", 3600, residency_jobs.remind_tenants),
        Job("residency.index_dwellings", 600, residency_jobs.index_dwellings),
        Job("privacy.forget", 3600, privacy_jobs.forget_old),
        Job("facts.count", 600, fact_jobs.count_days),
    )


def _public_talk(platform: Platform) -> tuple[Job, ...]:
    """What is done about consultations, interviews and what residents write there."""
    return (
        Job("consultations.conclude", 30, consultation_jobs.conclude_due),
        Job("consultations.compute_opinions", 30, consultation_jobs.compute_opinions),
        Job("interviews.keep_time", 15, interview_jobs.keep_time),
        Job("moderation.check_platform", 30, partial(moderation_jobs.check_platform, platform.check)),
        Job("moderation.forget", 3600, moderation_jobs.forget_texts),
    )


def clock_jobs(accounts: Accounts, driver: Driver, subscriptions: Subscriptions) -> tuple[Job, ...]:
    """The jobs with what they send by: notifications leave the worker the same two messages as outreach does."""
    find = accounts.client
    return jobs(
        Platform(sender(find, MOST_PUSHED), fetcher(find), checker(find)),
        driver,
        ringing(get_settings()),
        subscriptions,
    )
