"""Sentences of the grid anonymisation x ε on the Trade-off page."""

TEXTS = {
    "grid.title": "Anonymisation x ε",
    "grid.lead": "**Anonymisation buys no ε.** It lowers the risk that rows are recognised in files that you hand on; "
    "what a trained model gives away is held by ε alone. Here is what each anonymisation costs in quality, at each ε.",
    "grid.not_here": "Anonymisation x ε is shown in the curator room only: its figures are exact.",
    "grid.private": "Nothing of a grid leaves: its models are dropped once they are judged, its figures stay with "
    "whoever may see the uploaded rows, and so the ledger is charged nothing. If you choose an anonymisation by these "
    "figures, that choice has looked at your shoppers, and the ε of a later study does not cover it.",
    "grid.rows": "Anonymisations",
    "grid.rows.help": "Each is compared with no anonymisation at all: same judges, same hidden products. “Own rows "
    "only”: without the options that count shoppers, which is what a study may do first.",
    "grid.method": "Method",
    "grid.epsilons": "ε",
    "grid.new": "Measure what anonymising costs",
    "grid.start": "Start",
    "grid.nothing": "Choose at least one anonymisation, one ε and a method that learns from shoppers.",
    "grid.minutes": "At most about {minutes:.0f} min on two cores. You can go on working meanwhile.",
    "grid.repeats": "Draws of the noise in each cell",
    "grid.which": "Grid",
    "grid.row.none": "none",
    "grid.row.internal": "internal analysis",
    "grid.row.partner": "partner",
    "grid.row.publication": "publication",
    "grid.row.own": "chosen for this data",
    "grid.row.partner_rows": "partner, own rows only",
    "grid.row.publication_rows": "publication, own rows only",
    "grid.row.own_rows": "chosen for this data, own rows only",
    "grid.column.none": "no noise",
    "grid.cell.change": "{change}",
    "grid.cell.unsure": "{change} ?",
    "grid.no_epsilon": "<b>no ε</b><br>counts shoppers",
    "grid.hover": "{row}, {column}<br>{metric}: {value:.4f} ± {se:.4f}<br>difference to none: {change:+.4f} "
    "(95 %: {low:+.4f} to {high:+.4f})<br>rows kept: {kept:.0%}",
    "grid.caption": "{method}, {metric}. In each cell the figure, and below it the loss or gain against no "
    "anonymisation in the same column, each with fresh noise. “?” and no colour: it may be chance, that is the 95 % "
    "interval over {judges:,} judges {draws}includes no difference.",
    "grid.caption.draws": "and {n} draws of the noise ",
    "grid.caption.one_draw": "(not over the noise, of which there is one draw only) ",
    "grid.kept": "**{row}**: {kept:.0%} of rows kept. {why}",
    "grid.csv": "Download CSV",
    "grid.table": "All figures of the grid",
    "grid.alt": "Table of quality by anonymisation and epsilon. {takeaway}",
    "grid.takeaway.noise": "Without anonymisation, ε {epsilon:g} keeps {share:.0%} of the {metric} that is reached "
    "without noise.",
    "grid.takeaway.row": "“{row}” keeps {share:.0%} of no anonymisation at ε {epsilon:g}.",
    "grid.takeaway.row.same": "“{row}” makes no difference beyond chance at ε {epsilon:g}.",
    "grid.takeaway.exported": "“{row}” keeps {share:.0%} of no anonymisation without noise, and has no ε.",
    "grid.takeaway.exported.same": "“{row}” makes no difference beyond chance without noise, and has no ε.",
    "notice.grid": "See what it costs",
    "notice.cancelled_free": "**{title}** was cancelled. Nothing of it is kept.",
}
