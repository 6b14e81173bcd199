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
    "the smallest to the largest ε. Each doubling buys about as much as the one before.",
    "decide.knee.flat": "No knee: over the whole grid quality does not rise by more than chance. A larger ε buys "
    "nothing that can be shown here; the smallest ε is as good.",
    "decide.knee.few": "No knee: with fewer than three ε there is no bend to see. Study more ε.",
    "decide.knee.unknown": "No knee: these figures come without a standard error, so a bend may be chance.",
}
