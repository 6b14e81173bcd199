"""Chinese: sentences that help to choose ε by consequence."""

TEXTS: dict[str, str] = {
    # how much harm
    "harm.question": "如果发布的内容泄露了某位购物者，会给 TA 带来什么后果？",
    "harm.confidential": "没有实际损害，但我们选择保密",
    "harm.could": "可能给 TA 造成损害",
    "harm.likely": "很可能给 TA 造成严重损害",
    "harm.severe": "会给 TA 造成极其严重的损害",
    "harm.own": "我知道自己要用的 ε",
    "harm.own.what": "在下方自行设置 ε 和 δ。",
    "harm.proposal": "建议 ε {epsilon:g}，δ {delta:g}",
    "harm.no_proposal": "不建议任何 ε",
    "harm.unanswered": "尚未回答：下方的 ε {epsilon:g} 是 Tact 的起始值，目前还不是任何人的选择。",
    "harm.severe.what": "DP Creator 不建议发布这类数据，因此不给出任何数值。ε 和 δ 保持原样。"
    "请先问隐私官：这家店铺的数据究竟该不该发布。",
    "harm.source": "这些数值来自 [{name}]({url})，文件 `{file}`。它们是惯例，不是定律：采用之前，请先看下方它们意味着什么。",
    "harm.shop": "这些数值是为问卷调查的统计而定的。放到店铺里有什么不同？",
    "harm.shop.unit": "**保护单位。** 在问卷里，一个人就是一行。在店铺里，一位购物者有很多行，而 ε 覆盖其全部行："
    "受保护的对象相同，都是一个完整的人。",
    "harm.shop.releases": "**发布次数。** 这个数值针对的是关于一个人的全部发布。店铺会一再发布，而代价会累加："
    "{n_few} 次 ε {epsilon:g} 的发布合计为 **ε {few:.2f}**，{n_many} 次合计为 **ε {many:.2f}**（高斯噪声，精确合成）。"
    "一条含多个 ε 的曲线就是多次发布。“审计”页的账本会逐笔记录。",
    "harm.shop.delta": "**δ。** 它必须远小于 1 除以购物者人数。如果店铺太大，DP Creator 的 δ 不够小，"
    "就改为建议 1/(10 N)；这里 N 为 {n:,}。",
    "privacy.delta.means": "ε 的承诺可能失效，机会约为 {one_in:,.0f} 分之一。它必须远小于 {n:,} 分之一，也就是一位购物者所占的比例。",
}
