"""A separate consent in front of a step that needs sensitive data, for the dialogues of every capability."""

from bot.dialogue import Choice, Dialogue, Reply, Step, Turn, commits
from handlers.residency import disclosures, texts
from handlers.residency.actions.consents import give
from handlers.residency.queries.consents import needs_consent
from models.states import ConsentPurpose


class AsksConsent(Dialogue):
    """A dialogue some of whose steps need data that are asked for apart (《个人信息保护法》第二十八至三十一条).

    Such a step ends with `return await self._consented(turn, ConsentPurpose.HEALTH, self.following)` instead of going
    on to `following` itself. Who refuses is left 「人工」 and the counter.
    """

    async def _consented(self, turn: Turn, purpose: ConsentPurpose, onwards: Step) -> Reply | None:
        """Go on to a step of this dialogue where the consent is there, else ask for it first."""
        account_id = turn.visitor.account_id
        if account_id and not await needs_consent(account_id, purpose):
            return await onwards(turn)
        choices = (texts.AGREE, disclosures.REFUSE)
        return turn.ask(
            "agree", disclosures.sensitive(purpose), *choices, purpose=purpose.value, onwards=onwards.__name__
        )

    @commits()
    async def agree(self, turn: Turn) -> Reply | None:
        if turn.words in texts.DECLINE_WORDS:
            return Reply(disclosures.REFUSED, (Choice("人工"),))
        if turn.words not in texts.AGREE_WORDS:
            return turn.again(disclosures.CHOOSE_AGREEMENT)
        await give(turn.visitor.account_id, ConsentPurpose(turn.data["purpose"]))
        onwards, _ = self.step(turn.data["onwards"])
        return await onwards(turn)
