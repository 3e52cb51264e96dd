"""The sentences of the dialogue engine itself; what capabilities say stands in their own `texts.py`."""

EXPIRED = "刚才的步骤已过期，这次没有提交。\n以前提交成功的都还算数。\n请从头再来一次。"
CANCELLED = "已取消，没有提交任何内容。"
NOT_BUILT = "这项服务还没有开通。\n看看现在能办什么："
SORRY = "系统正忙，这条没有办成。\n请过一会儿再发一次。"
OFFER_HUMAN = "几次没看懂，对不起。\n回复「人工」，请工作人员帮您。"
MASKED = "为保护您，身份证号已隐去。\n请不要在这里发证件号码。"
