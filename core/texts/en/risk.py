"""English: the risk that remains, in words and beside its pictures."""

TEXTS = {
    "risk.words.day": "{n} known purchases with their days single out {before} of shoppers before ({before_interval}) "
    "and {after} after ({after_interval}).",
    "risk.words.products": "{n} known purchases without their days single out {before} before ({before_interval}) and "
    "{after} after ({after_interval}).",
    "risk.words.linkage": "Two halves of one history are put together rightly for {before} of shoppers before "
    "({before_interval}) and {after} after ({after_interval}); blind guessing reaches {guess}. A better attack may "
    "reach more.",
    "risk.words.open": "The two intervals overlap: the sample leaves open whether there is a difference.",
    "risk.words.groups": "Among shoppers who are alike in {columns}, the smallest group has {before} before and "
    "{after} after.",
    "risk.words.nothing": "nothing at all",
    "risk.words.other_columns": "Before, groups were made of {columns}: the two figures are about different columns.",
    "risk.words.attackers": "{before} of shoppers run a risk above {threshold} before, {after} after, with an attacker "
    "who knows that they are in the file; one who wants as many names as possible gets {named_before} right before and "
    "{named_after} after.",
}
