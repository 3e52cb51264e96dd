"""What stands around notifications in chat."""

from collections.abc import Sequence


def news(told: Sequence[str], left: int) -> str:
    """What a resident was not told yet, above the answer to what they wrote; `left` is how many wait still."""
    more = [f"还有{left}条，回复「菜单」接着看。"] if left else []
    return "\n".join([*(f"【通知】{text}" for text in told), *more])
