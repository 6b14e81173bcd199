"""Chinese: sentences that help to choose ε by consequence."""

TEXTS: dict[str, str] = {
    # how much harm
    "harm.question": "如果发布的内容泄露了某位购物者，会给 TA 带来什么后果？",
    "harm.confidential": "没有实际损害，但我们选择保密",
    "harm.could": "可能给 TA 造成损害",
    "harm.likely": "很可能给 TA 造成严重损害",
    "harm.severe": "会给 TA 造成极其严重的损害",
    "harm.own": "我知道自己要用的 ε",
    "harm.own.what": "自行设置 ε 和 δ。",
    "harm.proposal": "建议 ε {epsilon:g}，δ {delta}",
    "harm.no_proposal": "不建议任何 ε",
    "harm.unanswered": "尚未回答：ε {epsilon:g} 是 Tact 的起始值，目前还不是任何人的选择。",
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
    # what published systems used
    "published.tab": "别人用了多少",
    "published.lead": "已公开的系统所用的 ε，来自 [{name}]({url})。{read} 读取了 {n} 条记录，其中 {n_epsilon} 条写明了 ε。"
    "**只能在同一行内比较**：同样的 ε，针对一次事件的承诺远弱于针对一个完整的人。",
    "published.person": "与 Tact 一样保护完整个人或账户的有 {n} 条：ε 从 {low:g} 到 {high:g}，其中 **{below} / {n}** 条不高于您的 "
    "ε {epsilon:g}。别人这样做，并不代表对您的购物者就合适：他们发布的是别的数据，有的一次、有的多次，有的在每台设备上加噪声。",
    "published.person.none": "与 Tact 一样保护完整个人或账户的有 {n} 条：ε 从 {low:g} 到 {high:g}。",
    "published.group.person": "<b>完整的个人或账户</b>（{n}），与 Tact 相同",
    "published.group.period": "<b>个人的一天或一个月</b>（{n}）",
    "published.group.record": "<b>一次事件或一条记录</b>（{n}）",
    "published.group.unstated": "<b>未写明单位，或只写“汇总”</b>（{n}）",
    "published.trust.central": "由数据管理方加噪声",
    "published.trust.local": "在每台设备上加噪声",
    "published.trust.unstated": "未写明",
    "published.ours": "您的 ε {epsilon:g}，针对完整的购物者",
    "published.unit": "单位：{unit}",
    "published.unit.none": "未写明",
    "published.epsilon": "ε {epsilon:g}",
    "published.delta": "δ {delta:g}",
    "published.delta.none": "未写明 δ",
    "published.note.delta_below": "该记录称 δ 小于此值。",
    "published.note.donations": "每天两次上报，每次 ε 4。",
    "published.note.corrected": "经该登记处更正；论文本身写的是 0.843。",
    "published.note.no_transactions": "不包括单笔交易。",
    "published.note.evaluation": "用于评估；实际使用时每次查询自行设定。",
    "published.note.one_day": "其引文承诺的是用户的一天。",
    "published.without": "{n} 条没有写明 ε",
    "published.without.rho": "**{n} 条写的是零集中差分隐私的 ρ**，那是另一种尺度：{names}。",
    "published.without.neither": "**{n} 条两者都没写：** {names}。",
    "published.without.one": "{name}（{curators}，{year}）",
    "published.without.one_rho": "{name}（{curators}，{year}；ρ {rho:g}）",
    "published.source": "来源：{repository}，{licence} 许可；每条记录取一个存档版本（不一定最新，提交号见 core/privacy/published.json）。"
    "名称、单位和数字来自该登记处；四个分组由 Tact 划分。",
    "published.alt": "{n_epsilon} 个已公开的系统，按 ε 排列，按单位分四行。完整个人一行有 {n} 个系统，ε 从 {low:g} 到 {high:g}；"
    "其中 {below} 个不高于所选的 {epsilon}。",
    # what follows
    "privacy.follows": "这个 ε 意味着什么",
    "privacy.odds.tab": "别人能知道什么",
    "privacy.roc.tab": "最强的攻击",
    # the unit, in two questions
    "unit.title": "ε 保护谁",
    "unit.who": "1. 保护谁？",
    "unit.account": "一个账户：一位购物者",
    "unit.household": "有多个账户的家庭",
    "unit.accounts": "同进同出的账户数",
    "unit.together": "ε {epsilon:g} 是对每个账户的承诺。一个家庭有 {n} 个同进同出的账户时，合计为 **ε {left}**（高斯噪声，精确计算）：同样受保护，但较弱。",
    "unit.use": "改用 ε {offered:g}：这样 {n} 个账户合计最多为 ε {epsilon:g}",
    "unit.household.picture": "两个、三个、四个账户时的情形",
    "unit.event": "为什么不只保护单次事件？",
    "unit.event.what": "因为那样听起来更强，保护却更少。一位购物者是由其全部行为被认出来的，而不是一次事件；"
    "针对一次事件的承诺会随每多一次事件而变弱。所以 Tact 不提供这个选项。",
    "unit.rows": "2. 一位购物者可以有多少行？",
    "unit.rows.none": "**多少都可以。** 无论一位购物者的行多还是少，在加噪声之前都会缩放或截到一个固定的长度："
    "ε 覆盖其全部行，不需要上限。上限是“匿名化”里的一个选项，不会降低 ε。",
    "unit.cap": "如果每位购物者最多保留这么多行",
    "unit.cap.help": "由该购物者的密钥硬币决定保留哪些行。这里不作任何改动，只是计数。",
    "unit.cap.drops": "上限为 {most:,} 时，会去掉 **{rows:.1%} 的行**，涉及 {shoppers:.1%} 的购物者。这是本数据的精确计数，仅限内部房间。",
    "unit.cap.unset": "尚未设置上限。请在“匿名化”页设置。",
    "unit.cap.set": "“匿名化”页已设置上限 {most:,} 行。",
    "privacy.n.question": "一共有多少购物者？",
    # noise on this shop's products
    "noise.tab": "您的商品上的噪声",
    "noise.lead": "本店最热门的商品，以及以 ε {epsilon:g} 发布时它们会显示成什么样。移动 ε，看横条如何变化。",
    "noise.kept": "每个商品的噪声为 **± {half:.1f}**（100 次抽取中的 95 次）。平均有 **{kept:.1f} / {n}** 仍在前 {n} 名；"
    "100 次抽取中有 95 次至少为 {low} 个。",
    "noise.again": "再抽一次",
    "noise.simulated": "这是模拟的抽取：不发布任何内容，也不计费；真正的抽取会是另一个结果。模拟的噪声可以重新算出，因此不保护任何人。",
    "noise.this_draw": "这次抽取中有 **{kept} / {n}** 留下。新进入前 {n} 名的：{names}。",
    "noise.this_draw.all": "这次抽取中 **{n} 个全部**留下。",
    "noise.exact": "精确值，及 100 次中 95 次的范围",
    "noise.drawn": "这次抽取",
    "noise.drawn.out": "这次抽取：已不在前列",
    "noise.hover": "%{customdata[0]}<br>精确值 %{x:.1f}；100 次中的 95 次：%{customdata[1]:.1f} 到 %{customdata[2]:.1f}",
    "noise.x": "热度",
    "noise.how": "有 n 个商品的购物者给每个商品加 1/√n，因此无论商品多少，其全部贡献的长度都是 1：噪声要掩盖的就是它。噪声的标准差为 {std:.2f}，"
    "来自常用方法的一次研究的计划，其中热度占发布预算的 {share:.0%}（其余用于哪些商品常在一起）。计数只含研究用于训练的购物者。",
    "noise.before_rows": "计数时尚未做“匿名化”对行的处理。热度是发布内容中最简单的；这个 ε 下推荐有多好，请看“权衡”页。",
    "noise.curator": "真实购物者的精确计数，尚未做“匿名化”对行的处理：仅限内部房间，不得外传。这个 ε 下推荐有多好，请看“权衡”页。",
    "noise.nothing": "本店没有任何商品被购物者碰过，所以没有可显示的内容。",
    "noise.alt": "最热门的 {n} 个商品，第一名 {first:.1f}，最后一名 {last:.1f}，各有 ± {half:.1f} 的噪声："
    "平均有 {kept:.1f} / {n} 留在前 {n} 名。",
    # the promise
    "promise.title": "您即将作出的承诺",
    "promise.nothing": "没有承诺：这些购物者是虚构的，也没有选择任何保护。",
    "promise.says": "从这些数据发布的全部内容，只要账本合计不超过 ε {epsilon:g}（δ {delta}），无论其中有没有任何一位购物者，"
    "看起来都几乎一样。一位购物者是指一个 UserID 及其在整个文件中的全部行为。如果有人原先认为关于某位购物者的某件事有 "
    "{before}/100 的可能，那么看过全部发布内容之后，无论此人还知道什么，最多只能认为有 {after}/100 的可能；"
    "除非噪声碰巧不利，其机会约为 {failure:g} %（恰好满足该承诺的高斯噪声）。",
    "promise.not": "未承诺：多个账户合在一起时同样强的保护（两个同进同出的账户，高斯噪声：ε {two}）；不会得知关于购物者整体的规律；"
    "商品目录和声明为公开的列保密；购物者自己的推荐列表对看到该列表的人保密；对能打开上传数据的人保密；关于导出的匿名化文件的任何保证，它们没有 ε。",
    "promise.counted": "购物者人数 {n:,} 取自数据，视为公开。",
    "promise.declared": "购物者人数为声明值：{n:,}。",
    "promise.copy": "用右上角的按钮复制。训练之后，签名的声明会就每个模型说明同样的内容，并列出所用的一切。",
    "privacy.more": "商品的列，以及研究之前的行",
}
