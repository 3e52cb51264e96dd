"""Outreach: who is to be told what by which paths, every try, and what came of it. Deliveries are the outbox."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.organisations import Organisation
from models.reach import AttemptOutcome, CampaignState, DeliveryState, Path, Purpose, TemplateKind
from models.residency import Account, Dwelling, Resident


class Campaign(Model):
    """One message to an audience that is resolved once; `subject` says what it is about and lets it be started once.

    `place` is the code of the branch that sends; `text` is what a resident reads in chat, `content` what a
    template of the platform is filled with; `paths` is a set of `Path.bit`.
    """

    id: int = fields.BigIntField(primary_key=True)
    subject = fields.CharField(max_length=60, unique=True)
    purpose = fields.CharEnumField(Purpose, max_length=16)
    place = fields.CharField(max_length=40)
    title = fields.CharField(max_length=120)
    text = fields.TextField()
    short = fields.CharField(max_length=300, default="")
    link = fields.CharField(max_length=200, default="")
    content: fields.JSONField[dict[str, str]] = fields.JSONField(default=dict)
    topic = fields.CharField(max_length=16, default="")
    urgent = fields.BooleanField(default=False)
    paths: int = fields.SmallIntField()
    audience: fields.JSONField[dict[str, Any]] = fields.JSONField()
    state = fields.CharEnumField(CampaignState, max_length=12)
    launch_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=40, default="")
    created_at = fields.DatetimeField()
    launched_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta(Model.Meta):
        table = "campaign"
        indexes = (Index(fields=("state", "launch_at")), Index(fields=("place", "launch_at")))


class SavedAudience(Model):
    """An audience that a branch uses again, by the name it gave it; counted and resolved anew each time."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.CASCADE, related_name="saved_audiences"
    )
    organisation_id: int
    name = fields.CharField(max_length=40)
    audience: fields.JSONField[dict[str, Any]] = fields.JSONField()
    created_by = fields.CharField(max_length=40)
    created_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "saved_audience"
        unique_together = (("organisation", "name"),)


class Delivery(Model):
    """One person's part in a campaign; `recipient` is `resident:ID` or, where the register has nobody, `account:ID`.

    `tried` is the set of paths that are used up (`Path.bit`); `next_at` is when it is due, or was given up;
    `lease_until` ends a try that nobody answers for any more. Whoever was found by a person afterwards has
    `reached_by` (a login, or `link` of a building's list).
    """

    id: int = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", on_delete=fields.CASCADE, related_name="deliveries"
    )
    campaign_id: int
    recipient = fields.CharField(max_length=40)
    resident: fields.ForeignKeyNullableRelation[Resident] = fields.ForeignKeyField(
        "models.Resident", null=True, on_delete=fields.SET_NULL, related_name="deliveries"
    )
    resident_id: int | None
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", null=True, on_delete=fields.SET_NULL, related_name="deliveries"
    )
    account_id: int | None
    dwelling: fields.ForeignKeyNullableRelation[Dwelling] = fields.ForeignKeyField(
        "models.Dwelling", null=True, on_delete=fields.SET_NULL, related_name="deliveries"
    )
    dwelling_id: int | None
    state = fields.CharEnumField(DeliveryState, max_length=12)
    path = fields.CharEnumField(Path, max_length=12, null=True)
    tried: int = fields.SmallIntField(default=0, db_default=0)
    errcode: int = fields.IntField(default=0, db_default=0)
    next_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    sent_at = fields.DatetimeField(null=True)
    reached_at = fields.DatetimeField(null=True)
    reached_by = fields.CharField(max_length=40, default="", db_default="")

    class Meta(Model.Meta):
        table = "delivery"
        unique_together = (("campaign", "recipient"),)
        constraints = (
            UniqueConstraint(
                fields=("campaign_id", "account_id"), name="uq_delivery_account", condition="account_id IS NOT NULL"
            ),
        )
        indexes = (
            Index(fields=("campaign_id", "state")),
            Index(fields=("account_id", "id")),
            Index(fields=("resident_id", "id")),
        )


class Attempt(Model):
    """A delivery tried by one path, at most once each; written before the call. `message_id` is the platform's."""

    id: int = fields.BigIntField(primary_key=True)
    delivery: fields.ForeignKeyRelation[Delivery] = fields.ForeignKeyField(
        "models.Delivery", on_delete=fields.CASCADE, related_name="attempts"
    )
    delivery_id: int
    path = fields.CharEnumField(Path, max_length=12)
    tries: int = fields.SmallIntField(default=1, db_default=1)
    started_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)
    outcome = fields.CharEnumField(AttemptOutcome, max_length=12, null=True)
    errcode: int = fields.IntField(default=0, db_default=0)
    message_id = fields.CharField(max_length=64, default="", db_default="")

    class Meta(Model.Meta):
        table = "attempt"
        unique_together = (("delivery", "path"),)


class ContactWindow(Model):
    """Customer messages sent to an account since it last wrote (`opened_at`); five in 48 h (wechat-platform §3.6)."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.OneToOneRelation[Account] = fields.OneToOneField(
        "models.Account", on_delete=fields.CASCADE, related_name="contact_window"
    )
    account_id: int
    opened_at = fields.DatetimeField()
    used: int = fields.SmallIntField()

    class Meta(Model.Meta):
        table = "contact_window"


class MessageTemplate(Model):
    """One official account's template for one purpose; `mapping` leads from its keys to ours: {"thing1": "title"}."""

    id: int = fields.BigIntField(primary_key=True)
    app_id = fields.CharField(max_length=40)
    purpose = fields.CharEnumField(Purpose, max_length=16)
    kind = fields.CharEnumField(TemplateKind, max_length=12)
    template_id = fields.CharField(max_length=64)
    mapping: fields.JSONField[dict[str, str]] = fields.JSONField(default=dict)
    enabled = fields.BooleanField(default=True, db_default=True)
    failure = fields.CharField(max_length=120, default="", db_default="")

    class Meta(Model.Meta):
        table = "message_template"
        unique_together = (("app_id", "purpose", "kind"),)
        indexes = (Index(fields=("app_id", "template_id")),)


class Subscription(Model):
    """What an account has allowed a template: `standing` for good, or `credits` messages, one a tick (§3.8)."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="subscriptions"
    )
    account_id: int
    template: fields.ForeignKeyRelation[MessageTemplate] = fields.ForeignKeyField(
        "models.MessageTemplate", on_delete=fields.CASCADE, related_name="subscriptions"
    )
    template_id: int
    standing = fields.BooleanField(default=False, db_default=False)
    credits: int = fields.SmallIntField(default=0, db_default=0)
    changed_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "subscription"
        unique_together = (("account", "template"),)


class OptOut(Model):
    """An account that wants no messages of one topic (a notice's class); urgent ones have no opt-out."""

    id: int = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="opt_outs"
    )
    account_id: int
    topic = fields.CharField(max_length=16)
    since = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "opt_out"
        unique_together = (("account", "topic"),)


class SendBudget(Model):
    """How fast and how often one account may use a path: tokens now, uses today; `closed_until` after a refusal."""

    id: int = fields.BigIntField(primary_key=True)
    app_id = fields.CharField(max_length=40)
    path = fields.CharEnumField(Path, max_length=12)
    per_second: float = fields.FloatField()
    burst: int = fields.IntField()
    per_day: int = fields.IntField()
    tokens: float = fields.FloatField()
    filled_at = fields.DatetimeField()
    day = fields.DateField()
    used: int = fields.IntField(default=0, db_default=0)
    closed_until = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=120, default="", db_default="")

    class Meta(Model.Meta):
        table = "send_budget"
        unique_together = (("app_id", "path"),)


class BuildingLink(Model):
    """A link to a building's list of whom a campaign has not reached, rooms without names; `digest` is of its token."""

    id: int = fields.BigIntField(primary_key=True)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", on_delete=fields.CASCADE, related_name="building_links"
    )
    campaign_id: int
    building_id: int = fields.BigIntField()
    digest = fields.BinaryField()
    expires_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=40, default="")

    class Meta(Model.Meta):
        table = "building_link"
        indexes = (Index(fields=("campaign_id", "building_id")),)
