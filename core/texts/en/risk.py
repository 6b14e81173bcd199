"""English: the risk that remains, in words and beside its pictures."""

TEXTS = {
    "risk.words.day": "{n} known purchases with their days single out {before} of shoppers before ({before_interval}) "
    "and {after} after ({after_interval}).",
    "risk.words.day.one": "{n} known purchases with their days single out {before} of shoppers ({before_interval}).",
    "risk.words.products": "{n} known purchases without their days single out {before} of shoppers before "
    "({before_interval}) and {after} after ({after_interval}).",
    "risk.words.products.one": "{n} known purchases without their days single out {before} of shoppers "
    "({before_interval}).",
    "risk.words.wrong": "For a further {wrong} somebody else is taken for them.",
    "risk.words.rose": "It rose: leaving rows out also thins the crowd that shoppers hide in.",
    "risk.words.same": "Nothing has changed.",
    "risk.words.linkage": "Two halves of one history are put together rightly for {before} of shoppers before "
    "({before_interval}) and {after} after ({after_interval}); blind guessing reaches {guess}. Both halves are taken "
    "as the file has them: whoever knows what was really bought, or has a better attack, may reach more.",
    "risk.words.linkage.one": "Two halves of one history are put together rightly for {before} of shoppers "
    "({before_interval}); blind guessing reaches {guess}. A better attack may reach more.",
    "risk.words.linkage.none": "Nobody has events enough for two halves of a history to be put together.",
    "risk.words.open": "The two intervals overlap: the sample leaves open whether there is a difference.",
    "risk.words.groups": "Among shoppers who are alike in {columns}, the smallest group has {before} before and "
    "{after} after.",
    "risk.words.groups.one": "Among shoppers who are alike in {columns}, the smallest group has {before}.",
    "risk.words.nothing": "nothing at all",
    "risk.words.other_columns": "Before, groups were made of {columns}: the two figures are about different columns.",
    "risk.words.attackers": "{before} of shoppers run a risk above {threshold} before, {after} after, with an attacker "
    "who knows that they are in the file; one who wants as many names as possible gets {named_before} right before and "
    "{named_after} after.",
    "risk.words.attackers.one": "{before} of shoppers run a risk above {threshold} with an attacker who knows that "
    "they are in the file; one who wants as many names as possible gets {named_before} right.",
    # pictures
    "risk.now": "As it is",
    "risk.before": "Before",
    "risk.after": "After",
    "risk.unicity.x": "Purchases known of a shopper",
    "risk.unicity.y": "Shoppers singled out",
    "risk.unicity.day": "{when}, with the day",
    "risk.unicity.products": "{when}, products only",
    "risk.attackers.x": "Share of shoppers, or chance for one",
    "risk.attackers.prosecutor": "Prosecutor",
    "risk.attackers.journalist": "Journalist",
    "risk.attackers.marketer": "Marketer",
    "risk.attackers.at_risk": "at risk",
    "risk.attackers.highest": "highest risk",
    "risk.attackers.success": "named rightly",
    "risk.attackers.threshold": "accepted risk of one shopper",
    "risk.groups.x": "Shoppers who look alike",
    "risk.groups.y": "Share of shoppers",
    "risk.groups.alt": "{before} of shoppers are in groups of fewer than five before, {after} after.",
    "risk.groups.alt.one": "{before} of shoppers are in groups of fewer than five.",
    "risk.linkage.x": "Histories put together rightly",
    "risk.linkage.coin": "Halves<br>by a coin",
    "risk.linkage.time": "Earlier and<br>later half",
    "risk.linkage.guess": "Blind guess",
}
