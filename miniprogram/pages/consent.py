"""同意与隐私: the terms with their version and how long things are kept, what was agreed to, and taking it back."""

from starlette.responses import Response

from errors import NotFound
from handlers.residency import disclosures, rules
from handlers.residency.actions.consents import give_consent, withdraw
from handlers.residency.actions.unbind import withdraw_residency
from handlers.residency.queries.consents import consents
from handlers.residency.visitors import chat_address
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import surface_of
from models.states import ConsentPurpose

CONSENT = "/m/consent"


async def consent(visit: Visit) -> Response:
    settings = surface_of(visit.request).settings
    given = await consents(visit.account_id)
    return await visit.show(
        "consent.html",
        terms=disclosures.WHO_KEEPS_WHAT.split("\n"),
        rights=disclosures.RIGHTS.split("\n"),
        version=rules.CONSENT_VERSION,
        periods=disclosures.periods(settings),
        given=given,
        current=[one for one in given if one.withdrawn_at is None],
        agreed=visit.visitor.consent_version,
    )


async def agree(visit: Visit) -> Response:
    """Agree to the terms as they read now, where an older wording was agreed to or none; again changes nothing."""
    if visit.field("version") != rules.CONSENT_VERSION:
        return await visit.go(CONSENT, "用户须知刚刚更新，请看一看再同意。", bad=True)
    await give_consent(*await chat_address(visit.account_id))
    return await visit.go(CONSENT, disclosures.AGREED_ANEW)


async def ask_to_withdraw(visit: Visit) -> Response:
    """What follows from taking a consent back, and the button that does it."""
    purpose = _purpose(visit.request.path_params["purpose"])
    return await visit.show("withdraw.html", purpose=purpose, lines=disclosures.withdrawal(purpose).split("\n"))


async def take_back(visit: Visit) -> Response:
    """Take it back at once; pressed twice it is done once."""
    purpose = _purpose(visit.request.path_params["purpose"])
    if purpose is ConsentPurpose.RESIDENCY:
        await withdraw_residency(visit.account_id)
        return await visit.go(CONSENT, "已撤回同意，登记已解除。")
    await withdraw(visit.account_id, purpose)
    return await visit.go(CONSENT, f"已撤回同意：{purpose.label}。")


def _purpose(word: str) -> ConsentPurpose:
    if word not in set(ConsentPurpose):
        raise NotFound
    return ConsentPurpose(word)


ROUTES = (
    resident_page("/consent", consent),
    resident_post("/consent", agree),
    resident_page("/consent/{purpose}/withdraw", ask_to_withdraw),
    resident_post("/consent/{purpose}/withdraw", take_back),
)
