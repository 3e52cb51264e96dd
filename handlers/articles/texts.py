"""What is said when a question is answered, half understood, or passed on."""

HELPED, NOT_HELPED = "有帮助", "没帮助"
NONE_OF_THEM = "都不是，找人问"
WHICH = "您是不是想问："
THANKS = "谢谢您告诉我们。"
WHICH_TOPIC = "您想问哪方面的事？\n直接打字问也行。"
WHICH_QUESTION = "您想问哪一句？"
NOTHING_WRITTEN = "这里还没有问答。\n请直接打字问，或回复「人工」。"
SORRY = "对不起，没帮上您。\n要找人问，请回复「人工」。"


def answered(question: str, answer: str) -> str:
    """The question as it is known, so that everybody sees what was understood, and the answer."""
    return f"【{question}】\n{answer}"
