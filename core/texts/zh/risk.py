"""Chinese: see ``core.texts.en.risk``."""

TEXTS: dict[str, str] = {
    "risk.words.day": "知道 {n} 次购买及其日期，处理前可锁定 {before} 的购物者（{before_interval}），处理后 {after}（"
    "{after_interval}）。",
    "risk.words.day.one": "知道 {n} 次购买及其日期，可锁定 {before} 的购物者（{before_interval}）。",
    "risk.words.products": "知道 {n} 次购买但不知日期，处理前可锁定 {before} 的购物者（{before_interval}），处理后 "
    "{after}（{after_interval}）。",
    "risk.words.products.one": "知道 {n} 次购买但不知日期，可锁定 {before} 的购物者（{before_interval}）。",
    "risk.words.wrong": "另有 {wrong} 会被误认成别人。",
    "risk.words.rose": "风险上升了：略去行也会让购物者藏身的人群变稀。",
    "risk.words.same": "没有变化。",
    "risk.words.linkage": "处理前有 {before} 的购物者（{before_interval}）的历史两半被正确拼回，处理后 {after}（"
    "{after_interval}）；瞎猜为 {guess}。两半都取自文件：知道真实购买内容、或攻击更好的人可能做得更多。",
    "risk.words.linkage.one": "有 {before} 的购物者（{before_interval}）的历史两半被正确拼回；瞎猜为 {guess}。更好的"
    "攻击可能做得更多。",
    "risk.words.linkage.none": "没有人的事件多到能把历史的两半拼起来。",
    "risk.words.open": "两个区间重叠：从样本无法断定是否有差别。",
    "risk.words.groups": "在{columns}相同的购物者中，最小分组处理前为 {before} 人，处理后为 {after} 人。",
    "risk.words.groups.one": "在{columns}相同的购物者中，最小分组为 {before} 人。",
    "risk.words.nothing": "什么都不看",
    "risk.words.other_columns": "处理前的分组按{columns}划分：两个数字针对不同的列。",
    "risk.words.attackers": "攻击者知道购物者在文件中时，处理前有 {before} 的购物者风险高于 {threshold}，处理后 "
    "{after}；想认出尽可能多人的攻击者，处理前认对 {named_before}，处理后 {named_after}。",
    "risk.words.attackers.one": "攻击者知道购物者在文件中时，有 {before} 的购物者风险高于 {threshold}；想认出尽可能多"
    "人的攻击者认对 {named_before}。",
    "risk.now": "现状",
    "risk.before": "处理前",
    "risk.after": "处理后",
    "risk.unicity.x": "已知一位购物者的购买次数",
    "risk.unicity.y": "被锁定的购物者",
    "risk.unicity.day": "{when}，含日期",
    "risk.unicity.products": "{when}，仅商品",
    "risk.attackers.x": "购物者比例，或一人的概率",
    "risk.attackers.prosecutor": "检察官",
    "risk.attackers.journalist": "记者",
    "risk.attackers.marketer": "营销者",
    "risk.attackers.at_risk": "有风险",
    "risk.attackers.highest": "最高风险",
    "risk.attackers.success": "认对",
    "risk.attackers.threshold": "单个购物者可接受的风险",
    "risk.groups.x": "看起来相同的购物者",
    "risk.groups.y": "购物者比例",
    "risk.groups.alt": "处理前 {before} 的购物者在不足五人的分组中，处理后 {after}。",
    "risk.groups.alt.one": "{before} 的购物者在不足五人的分组中。",
    "risk.linkage.x": "正确拼回的历史",
    "risk.linkage.coin": "抛币<br>分两半",
    "risk.linkage.time": "较早与<br>较晚两半",
    "risk.linkage.guess": "瞎猜",
}
