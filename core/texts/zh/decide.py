"""Chinese: sentences that help to choose a point of the curve, and to compare curves."""

TEXTS: dict[str, str] = {
    "decide.answer.free": "{metric} {target:.3f} 不花任何 ε：只靠公开的商品目录和购物者自己的历史就能达到 {value:.3f}（{low:.3f} 至 {high:.3f}）。无需申请 ε。",
    "decide.answer.lowest": "本研究中最小的 ε 就已达到 {metric} {target:.3f}（方法：{method}）：在 ε {at:g} 时为 {value:.3f}（{low:.3f} 至 {high:.3f}）。更小的 ε 或许也够；申请更多之前，请先研究更小的 ε。",
    "decide.answer.reached": "要达到 {metric} {target:.3f}，用{method}大约需要 ε {epsilon:g}。本研究中达到它的最小 ε 是 {at:g}：{value:.3f}（{low:.3f} 至 {high:.3f}）。",
    "decide.answer.never": "本研究中没有哪个 ε 能让{metric}达到 {target:.3f}（方法：{method}）。最好的是 ε {at:g} 时的 {value:.3f}（{low:.3f} 至 {high:.3f}）。",
    "decide.answer.just": "其误差带的上端从 ε {epsilon:.2g} 起能够达到，运气好时也许可以。",
    "decide.answer.beyond": "完全不加保护时，本研究也只达到 {ceiling:.3f}：这个目标不是靠 ε 能买到的。",
    "decide.answer.dips": "曲线在更小的 ε 处曾达到目标，之后又跌回；这里给出的是从此一直保持的 ε，宁可多要，不可少要。",
    "decide.answer.no_interval": "这些数字没有标准误，因此无法给出区间。",
    "decide.interval": "按误差带（两个标准误），这个 ε 在 {low:.2g} 与 {high:g} 之间：想稳妥就申请较大的那个。",
    "decide.interval.never_sure": "按误差带（两个标准误），这个 ε 不小于 {low:.2g}：在研究过的任何 ε 上，误差带的下端都达不到目标，因此有可能达不到。",
    "decide.interval.sure": "其误差带（两个标准误）的下端在此也达到目标。",
    "decide.interval.unsure": "其误差带（两个标准误）的下端在此达不到目标，研究过的更大的 ε 也做不到。",
    "decide.interval.sure_at": "其误差带（两个标准误）的下端在此达不到目标，从 ε {sure:g} 起可以达到。",
    "decide.knee.found": "拐点在 ε {epsilon:g}。到这里为止，曲线已得到整个网格所能换来的 {bought:.0%}：ε 每翻一倍，{metric}提高 {before:.4f}。此后每翻一倍只提高 {after:.4f}。",
    "decide.knee.found.range": "拐点在 ε {epsilon:g}；按误差带，它可能在 ε {low:g} 到 {high:g} 之间的任何位置。到 ε {epsilon:g} 为止，曲线已得到整个网格所能换来的 {bought:.0%}：ε 每翻一倍，{metric}提高 {before:.4f}。此后每翻一倍只提高 {after:.4f}。",
    "decide.knee.straight": "没有拐点：与从最小 ε 到最大 ε 的直线相比，曲线上没有哪一处超出误差带。每翻一倍换来的与上一次大致相同。",
    "decide.knee.flat": "没有拐点：在整个网格上，质量的提高没有超出偶然。更大的 ε 在这里看不出任何好处；最小的 ε 同样好。",
    "decide.knee.few": "没有拐点：少于三个 ε 时看不出弯曲。请研究更多的 ε。",
    "decide.knee.unknown": "没有拐点：这些数字没有标准误，弯曲可能只是偶然。",
}
