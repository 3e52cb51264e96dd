"""Of which topics a resident may want no messages, and how often one is asked to tick something."""

from models.reach import NoticeClass

DAY = 86400
VOTES = "votes"
"""The topic of all that is told of votes."""
TOPICS = {
    **{topic.value: topic.label for topic in NoticeClass if topic not in (NoticeClass.URGENT, NoticeClass.WORK)},
    VOTES: "投票",
}
"""What may be closed, with its name; what is urgent concerns safety, and work notices are for staff."""


def invited(account_id: int) -> tuple[str, str, int, int]:
    """What, who, how often, in how many seconds: an account is asked to tick something once a day."""
    return "invite", str(account_id), 1, DAY
