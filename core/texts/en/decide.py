"""English: sentences that help to choose a point of the curve, and to compare curves."""

TEXTS: dict[str, str] = {
    "decide.answer.free": "{metric} {target:.3f} costs no ε: the published catalogue and a shopper's own history "
    "alone reach {value:.3f} ({low:.3f} to {high:.3f}). Ask for no ε at all.",
    "decide.answer.lowest": "Even the smallest ε of this study reaches {metric} {target:.3f} with {method}: "
    "{value:.3f} ({low:.3f} to {high:.3f}) at ε {at:g}. A smaller ε may do as well; study one before you ask for "
    "more.",
    "decide.answer.reached": "{metric} {target:.3f} needs about ε {epsilon:g} with {method}. The smallest ε of "
    "this study that reaches it is {at:g}: {value:.3f} ({low:.3f} to {high:.3f}).",
    "decide.answer.never": "No ε of this study reaches {metric} {target:.3f} with {method}. The best is "
    "{value:.3f} ({low:.3f} to {high:.3f}) at ε {at:g}.",
    "decide.answer.just": "The upper end of its band reaches it from ε {epsilon:.2g} on, so a lucky draw might.",
    "decide.answer.beyond": "Without any protection this study reaches {ceiling:.3f}: this target is beyond what "
    "ε can buy.",
    "decide.answer.dips": "The curve reached it at a smaller ε before and fell below again; told is the ε from "
    "which on it stays, which asks for more rather than less.",
    "decide.answer.no_interval": "These figures come without a standard error, so no interval can be told.",
    "decide.interval": "By the band (two standard errors) that ε lies between {low:.2g} and {high:g}: ask for the "
    "larger one to be on the safe side.",
    "decide.interval.never_sure": "By the band (two standard errors) that ε is {low:.2g} or more: at no ε studied "
    "does the lower end of the band reach the target, so it may be missed.",
    "decide.interval.sure": "The lower end of its band (two standard errors) reaches the target there as well.",
    "decide.interval.unsure": "The lower end of its band (two standard errors) does not reach the target there, "
    "nor at any larger ε studied.",
    "decide.interval.sure_at": "The lower end of its band (two standard errors) does not reach the target there; "
    "it does from ε {sure:g} on.",
    "decide.knee.found": "The knee is at ε {epsilon:g}. Up to there the curve buys {bought:.0%} of all that this "
    "grid buys: {before:.4f} {metric} a doubling of ε. After it a doubling buys {after:.4f}.",
    "decide.knee.found.range": "The knee is at ε {epsilon:g}; within the band it may lie anywhere from ε {low:g} "
    "to {high:g}. Up to ε {epsilon:g} the curve buys {bought:.0%} of all that this grid buys: {before:.4f} {metric} "
    "a doubling of ε. After it a doubling buys {after:.4f}.",
    "decide.knee.straight": "No knee: no place of the curve stands out of its band against a straight line from "
    "the smallest to the largest ε. That any doubling buys less than the one before cannot be told from these "
    "figures.",
    "decide.knee.flat": "No knee: over the whole grid quality does not rise by more than chance. A larger ε buys "
    "nothing that can be shown here; the smallest ε is as good.",
    "decide.knee.few": "No knee: with fewer than three ε there is no bend to see. Study more ε.",
    "decide.knee.unknown": "No knee: these figures come without a standard error, so a bend may be chance.",
    "tradeoff.tab.curve": "Curve",
    "tradeoff.tab.decide": "Decide",
    "tradeoff.tab.pays": "Who pays",
    "tradeoff.tab.beyond": "Beyond accuracy",
    "tradeoff.tab.check": "Check",
    "tradeoff.tab.compare": "Compare",
    "tradeoff.draft": "DRAFT: RELEASE NOT APPROVED",
    "decide.alt": "{metric} over the privacy budget ε; a smaller ε is more protection. {lines}",
    "decide.alt.line": "{name}: {value_from:.3f} ({low_from:.3f} to {high_from:.3f}) at ε {epsilon_from:.2g}, "
    "{value_to:.3f} ({low_to:.3f} to {high_to:.3f}) at ε {epsilon_to:.2g}.",
    "decide.alt.point": "{name}: {value:.3f} ({low:.3f} to {high:.3f}) at ε {epsilon:.2g}.",
    "decide.alt.free": "Content, which costs no ε: {value:.3f} ({low:.3f} to {high:.3f}).",
    "decide.alt.ceiling": "The ceiling without protection: {value:.3f}.",
    "decide.lead": "Say how good the recommendations have to be. The curve is read backwards: which ε does that take?",
    "decide.nothing": "This study has no figure at any ε here, so there is nothing to choose between.",
    "decide.target": "{metric} to be reached",
    "decide.target.help": "Until you move it: nine tenths of the best figure that this study reaches at any ε.",
    "decide.target.ceiling": "Until you move it: nine tenths of the best figure that this study reaches at any ε. "
    "Without protection the best method reaches {ceiling:.3f}.",
    "decide.figure.target": "target {target:.3f}",
    "decide.gains": "What a doubling of ε buys",
    "decide.gains.step": "ε",
    "decide.gains.gain": "A doubling buys",
    "decide.gains.interval": "Interval",
    "decide.gains.from_to": "{low} to {high}",
    "decide.gains.reading": "Reading",
    "decide.gains.chance": "may be chance",
    "decide.gains.sure": "more than chance",
    "decide.gains.left": "{share:.0%} of what is left to the ceiling",
    "decide.gains.one": "This study has one ε only: study more of them to see what a doubling buys.",
    "decide.gains.what": "Change of {metric} for each doubling of ε on the way, with two standard errors. {measured}",
    "decide.knee": "Where it stops being worth it",
    "decide.knee.how": "How a knee is found, and when none is told",
    "decide.knee.rule": "Draw a straight line from the curve's smallest ε to its largest, on a logarithmic ε. The "
    "knee is the studied ε at which the curve stands highest above that line: before it a doubling buys more than "
    "on average, after it less. That is the rule of Kneedle (Satopää and others, 2011). Tact tells a knee only if "
    "that height is more than chance explains, judged by the standard errors and by how many places were looked at. "
    "Places that cannot be told apart from it are named with it. A knee says where the curve bends, not what a "
    "shopper's protection is worth: that is your decision.",
    "decide.defend": "How to defend this choice",
    "decide.defend.what": "To be copied into a mail: point at it and use the sign at its top right.",
    "decide.defend.ask": "We ask for ε {epsilon:g} (δ {delta:.2g}, the unit is the shopper) for the method "
    "{method} on “{name}”.",
    "decide.defend.free": "We ask for no ε on “{name}”.",
    "decide.defend.none": "On “{name}” no ε that was studied can be defended for this target: privacy costs too "
    "much here, or the target is too high.",
    "decide.defend.less": "Why not less: from ε {start:g} to {end:g} a doubling of ε bought {gain} ({low} to {high}).",
    "decide.defend.less.chance": "Against it: from ε {start:g} to {end:g} a doubling of ε bought {gain} ({low} to "
    "{high}), which may be chance.",
    "decide.defend.more": "Why not more: from ε {start:g} to {end:g} a doubling of ε would buy {gain} ({low} to "
    "{high}).",
    "decide.defend.more.chance": "Why not more: from ε {start:g} to {end:g} a doubling of ε would buy {gain} "
    "({low} to {high}), which may be chance.",
    "decide.defend.odds": "What ε {epsilon:g} leaves open: somebody who guesses whether one shopper's data were "
    "used, and would be right in 50 of 100 cases without looking, is right in at most {n} of 100 after seeing the "
    "model.",
    "decide.defend.spent": "That is the loss by this one model. All that this study drew has cost ε {spent:.3g} "
    "together; it stands in the ledger.",
    "decide.defend.draws": "Measured on shoppers who trained no model, the mean of {n} draws of the noise. The "
    "bands cover other draws, not other shoppers or another season.",
    "decide.defend.one_draw": "Measured on shoppers who trained no model, on one draw of the noise. The bands "
    "cover other shoppers of this shop, not another draw or another season.",
    "decide.defend.released": "Measured on shoppers who trained no model, and released under differential "
    "privacy. The bands hold the noise of that release, and the spread over repeats where there are any; not other "
    "shoppers or another season.",
    "link.copy": "Copy link",
    "link.copy.help": "Opens exactly this view: data, study, room, metric, tab, target and picked points. It "
    "holds no figure but a target that you chose, and no shopper. It opens in this workspace only, for whoever may "
    "open that.",
    "link.no_dataset": "This link leads to data that are not in this workspace (any more). Ask its sender which "
    "workspace it is from. Here is what you looked at last.",
    "link.no_study": "This link leads to a study that is not in this workspace (any more), or not of these data. "
    "Choose one below, or ask its sender for a new link.",
    "link.not_done": "This link leads to a study that has not ended, so there is no curve yet. Look again when it "
    "has, or choose another one below.",
    "compare.studies": "Several studies on one axis",
    "compare.studies.lead": "Another version of the data, other settings, another shop: one method, one metric.",
    "compare.studies.pick": "Studies to compare with",
    "compare.studies.choose": "Choose up to four",
    "compare.studies.none": "There is no other finished study",
    "compare.studies.read": "Where the data differ, compare how the lines rise and what they lose on the way to "
    "the left rather than how high they stand: other shoppers and other products are easier or harder to foretell. "
    "Lines whose bands overlap cannot be told apart.",
    "compare.this": "{name} (this study)",
    "compare.missing": "“{name}” has no figure of this metric for {method} in this room, so it is left out.",
    "compare.table": "The same as a table",
    "compare.study": "Study",
    "compare.value": "Value",
    "compare.units": "The same noise by other units of protection",
    "compare.units.lead": "One curve, three readings of its ε. Nothing else changes: the same models, the same "
    "noise, the same lists.",
    "compare.units.events": "Events of one shopper",
    "compare.units.why": "What Tact calls **ε {epsilon:g}** for a shopper, a tool that protects single events "
    "would call **ε {event:.2g}** for one of {events} events, and two people of a household lose **ε "
    "{household:.3g}** together. The shopper is our unit because a person is not one click: the event reading looks "
    "safer and protects nobody more.",
    "compare.units.how": "Read as Gaussian noise, where group privacy is exact (Dong, Roth and Su, 2022); for "
    "sampled training steps it is close and no bound. A statement's own figures for households are on the Audit "
    "page.",
    "compare.unit.event": "one of {events} events",
    "compare.unit.shopper": "a shopper (ours)",
    "compare.unit.household": "a household of {people}",
    "compare.settings": "{name}: draws of the noise at each ε: {repeats}; rows as they were uploaded.",
    "compare.settings.changed": "{name}: draws of the noise at each ε: {repeats}; rows changed before training "
    "({what}).",
    "compare.point": "Point of the curve",
    "compare.draws": "Draws",
    "tradeoff.left_out": "Left out here, because it was computed from shoppers without a release: exact figures, "
    "the ceiling without protection, other metrics and list lengths than those released, and who pays.",
    "tradeoff.draft.what": "Two persons have not approved this release yet, so the figures and tables that you "
    "take along here say that they are a draft. It is asked for and decided on the Audit page.",
}
