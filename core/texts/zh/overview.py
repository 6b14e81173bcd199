"""Chinese: see ``core.texts.en.overview``."""

TEXTS: dict[str, str] = {
    "overview.menu": "概览",
    "overview.title": "当每位购物者的隐私都真正受到保护时，还剩下多少个性化？",
    "overview.lead": "Tact 为您自己的店铺回答这个问题：它在差分隐私下训练推荐模型，并展示每一级保护要付出多少推荐质量"
    "。",
    "overview.demo": "用样例店铺看一看",
    "overview.demo.caption": "约一分钟，无需数据。样例店铺是合成的：虚构的店铺，虚构的购物者。",
    "overview.own": "使用我自己的文件",
    "overview.step.data": "**1 · 上传**  \n两个文件：谁做了什么，以及在售什么。经过清洗，每一行都有交代。",
    "overview.step.anonymization": "**2 · 匿名化**  \n您的购物者有多容易被认出？隐藏不必存在的内容，再测一次。",
    "overview.step.privacy": "**3 · 保护**  \n选择 ε：越小越安全。了解攻击者还能得知什么。",
    "overview.step.training": "**4 · 训练**  \n在后台进行。花费之前先显示时间和 ε。",
    "overview.step.tradeoff": "**5 · 曲线**  \n每个 ε 下的推荐列表有多好。选一个您能接受的点。",
    "overview.step.recommendations": "**6 · 购物者**  \n并排展示一位购物者在三种保护程度下会看到什么。",
    "overview.step.audit": "**7 · 审计**  \n面向隐私官：花费了多少，每份声明是否成立，以及对真实流程的攻击。",
    "overview.step.open": "打开",
    "overview.promise": "Tact 的承诺",
    "overview.promise.body": "- **保护谁：** 每一位购物者，连同此人在文件中做过的一切。增加或移除一位购物者，几乎不会"
    "改变所发布的隐私模型和数字。\n- **计什么：** 每次隐私发布都在抽取之前写入账本，并在那里累加。\n- **不承诺什么：** "
    "对于看到购物者自己列表的人，或能打开上传数据的人，购物者不受保护。导出的匿名化文件没有 ε。"
    "商品目录、列名和设置视为公开。\n- **留在哪里：** 文件、模型和密钥都留在"
    "运行 Tact 的机器上。",
}
