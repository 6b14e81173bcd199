"""Chinese: see ``core.texts.en.rules``."""

TEXTS: dict[str, str] = {
    "rules.in_sample": "前 {of:,} 行中",
    "rules.in_file": "全部 {of:,} 行中",
    "rules.in_kept": "保留的 {of:,} 行中",
    "rules.in_slice": "{where}（由其中一部分估计）",
    "rules.examples": "：{examples}",
    "rules.duplicates": "{where}，有 {n:,} 行与前面某行所有列都相同。同一天的第二次导出会这样，但有人在一秒内买了两次"
    "同样的商品也会这样。",
    "rules.returns": "{where}，有 {n:,} 行像是退货或取消：数量为负，或订单号形如 C12345。",
    "rules.non_products": "{where}，有 {n:,} 行的 ID 像邮费、手续费或代金券，而不像商品{examples}。",
    "rules.impossible_prices": "{where}，有 {n:,} 行的价格不大于 0{examples}。",
    "rules.times": "{where}，有 {n:,} 行的时间早于 1990 年或晚于今天{examples}。",
    "rules.fold_case": "{where}，有 {n:,} 行的商品 ID 与另一个只有大小写不同{examples}。",
    "rules.whole_ids": "有 {n:,} 个 ID 以 .0 结尾，整数经过电子表格后常会如此（14075.0）；读取时会去掉它，读作 14075。",
}
