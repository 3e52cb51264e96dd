"""Adding official accounts, switching them off and on; verification files; and their message templates."""

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from campaigns.actions.templates import map_template
from clock import clock
from errors import Forbidden, Invalid, NotFound
from handlers.audit.actions import record
from handlers.official_accounts import rules
from handlers.official_accounts.rules import AccountTaken, NewAccount, NewTemplate
from handlers.staff.rules import Permission, Viewer
from models.accounts import OfficialAccount, VerificationFile
from models.campaigns import MessageTemplate
from models.organisations import Organisation
from models.states import Level


async def add_account(new: NewAccount, first_app_id: str, viewer: Viewer | None = None) -> None:
    """Open a door for a further official account; the same slug and AppID again replaces its secrets and name.

    Args:
        first_app_id: of the account in the settings, which has its door already.
        viewer: who adds it at the panel; None at the command line, which may add any.

    Raises:
        Invalid: something can't be right.
        NotFound: no such organisation in the viewer's part of the tree.
        AccountTaken: slug or AppID belongs to another account.
    """
    rules.check_account(new)
    organisation = await _organisation(new.organisation_code, viewer)
    if new.app_id == first_app_id:
        raise AccountTaken
    try:
        async with in_transaction():
            await _keep(new, organisation, viewer.actor if viewer else "cli")
    except IntegrityError as error:
        raise AccountTaken from error


async def set_active(viewer: Viewer, slug: str, active: bool) -> None:
    """Close an account's door, or open it again; done twice it is done once.

    Raises:
        Forbidden, NotFound: not this viewer's.
    """
    viewer.require(Permission.SETTINGS_EDIT)
    async with in_transaction():
        account = await OfficialAccount.filter(slug=slug).select_for_update().first()
        place = await _place(account) if account else ""
        if account is None or not viewer.sees(place):
            raise NotFound
        if account.active is active:
            return
        account.active = active
        await account.save(update_fields=("active",))
        verb = "official_account.activate" if active else "official_account.deactivate"
        await record(viewer.actor, verb, f"official_account:{slug}", place=place)


async def keep_verification_file(viewer: Viewer, name: str, body: str) -> None:
    """Serve a file of the platform at the root of the domain; the same name again replaces it.

    Raises:
        Forbidden: the domain belongs to all, so only whoever answers for the whole district may.
        Invalid: not such a file.
    """
    viewer.require(Permission.SETTINGS_EDIT)
    if viewer.level not in {Level.CITY, Level.DISTRICT}:
        raise Forbidden("验证文件管着整个网址，请区里的管理员上传。")
    rules.check_file(name, body)
    async with in_transaction():
        await VerificationFile.update_or_create(  # pyright: ignore[reportUnknownMemberType]
            {"body": body, "uploaded_by": viewer.login, "uploaded_at": clock.now()}, name=name
        )
        await record(viewer.actor, "verification.upload", f"verification:{name}", place=viewer.code)


async def keep_template(viewer: Viewer, new: NewTemplate, first_app_id: str) -> None:
    """Say which template an account uses for a purpose, and what goes into its keys; saved again it is in use again.

    Raises:
        Forbidden, NotFound: not this viewer's account.
        Invalid: something can't be right.
    """
    if faults := rules.template_faults(new):
        raise Invalid("".join(faults.values()))
    place = await _account_place(viewer, new.app_id, first_app_id)
    async with in_transaction():
        await map_template(new.app_id, new.purpose, new.kind, new.template_id, new.mapping)
        detail = {"purpose": new.purpose.value, "kind": new.kind.value}
        await record(
            viewer.actor, "official_account.template", f"official_account:{new.app_id}", place=place, detail=detail
        )


async def stop_template(viewer: Viewer, number: int, first_app_id: str) -> None:
    """Use a template no more; done twice it is done once.

    Raises:
        Forbidden, NotFound: not this viewer's.
    """
    async with in_transaction():
        template = await MessageTemplate.filter(id=number).select_for_update().first()
        if template is None:
            raise NotFound
        place = await _account_place(viewer, template.app_id, first_app_id)
        if not template.enabled:
            return
        template.enabled = False
        await template.save(update_fields=("enabled",))
        detail = {"purpose": template.purpose.value, "kind": template.kind.value}
        subject = f"official_account:{template.app_id}"
        await record(viewer.actor, "official_account.template_off", subject, place=place, detail=detail)


async def _account_place(viewer: Viewer, app_id: str, first_app_id: str) -> str:
    """The code of whose account it is; the first one is everybody's, so only the district may."""
    viewer.require(Permission.SETTINGS_EDIT)
    if app_id == first_app_id:
        if viewer.level not in {Level.CITY, Level.DISTRICT}:
            raise Forbidden("第一个公众号大家共用，请区里的管理员设置。")
        return viewer.code
    account = await OfficialAccount.get_or_none(app_id=app_id).select_related("organisation")
    if account is None or not viewer.sees(account.organisation.code):
        raise NotFound
    return account.organisation.code


async def _organisation(code: str, viewer: Viewer | None) -> Organisation:
    if viewer:
        viewer.require(Permission.SETTINGS_EDIT)
    organisation = await Organisation.get_or_none(code=code)
    if organisation is None or (viewer and not viewer.sees(code)):
        raise NotFound("没有这个单位，或不在您的管理范围。")
    return organisation


async def _keep(new: NewAccount, organisation: Organisation, actor: str) -> None:
    known = await OfficialAccount.filter(slug=new.slug).select_for_update().first()
    if known and (known.app_id != new.app_id or known.organisation_id != organisation.id):
        raise AccountTaken
    account = known or OfficialAccount(
        slug=new.slug, app_id=new.app_id, organisation=organisation, created_at=clock.now()
    )
    account.name, account.mode, account.active = new.name, new.mode, True
    account.app_secret, account.token, account.aes_key = new.app_secret, new.token, new.aes_key
    await account.save()
    verb = "official_account.update" if known else "official_account.add"
    await record(actor, verb, f"official_account:{new.slug}", place=organisation.code)


async def _place(account: OfficialAccount) -> str:
    return (await Organisation.get(id=account.organisation_id)).code
