"""Local differential privacy: randomised response on the product of each event.

The k-ary (generalised) randomised response of Kairouz, Bonawitz and Ramage 2016 ("Discrete distribution estimation
under local privacy", section 4): with m products in the public catalogue an event keeps its product with probability
e^ε / (e^ε + m - 1), and else names one of the others, each equally likely.

*Protected*: which product the event was about, from whoever sees the export, at ε an event. *Not protected*: that the
shopper is there, how many events they have, when each was and whether it was a purchase. A shopper's whole list is
protected at the number of events times ε (basic composition); ``shopper_epsilon`` says so, and no ε of an event should
be shown without it.

The answer is a keyed coin of the event as uploaded, so that it is given once and for all: a second export repeats it,
and averaging many gains nothing (the permanent response of RAPPOR: Erlingsson, Pihur and Korolova 2014, section 3).
At another ε, or over another list of products, coins are others: one coin that fell below one limit and above another
would tell the product outright. So an event is then answered anew, as are rows that are imported with other ids or
other times, and the ε of both exports add up. Rows must not leave in the order of the file, whose places may tell
products (``rows.settled``), and no count of true answers leaves: what is said of them is what is to be expected. The
claim holds against whoever does not have the coins' key, and as far as AES is a pseudorandom function.
"""

import hashlib
import json
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.coins import Coins, Words, numbers_of_equals
from core.columns import Columns
from core.errors import SettingsError
from core.settings import AnonymizationSettings

_WORD = 2**64
_PURPOSE = "local privacy"


def respond(
    rows: pd.DataFrame, uploaded: pd.DataFrame, catalogue: pd.DataFrame | None, epsilon: float, key: bytes
) -> tuple[pd.DataFrame, Change]:
    """Answer for each event with a product of the catalogue, and take off the further columns, which would tell it.

    A product that is not in the catalogue becomes any of the catalogue's, each equally likely: 1/m lies between the
    two probabilities of the others, so the ratio of any two stays within e^ε.

    Args:
        rows: Interactions, indexed by their place in ``uploaded``.
        uploaded: Interactions as uploaded, with unique index: coins are of these.
        catalogue: The public list of products.
        epsilon: Of one event.
        key: The coins' key.

    Raises:
        SettingsError: there is no catalogue, or it has fewer than two products.
    """
    if catalogue is None or len(catalogue) < 2:
        raise SettingsError(
            "local_epsilon: randomised response answers with products of the public product file, and there is none "
            "with two products or more. Add a product file (a list of ProductID is enough), or leave local_epsilon out."
        )
    names = pd.Index(sorted(catalogue[Columns.ITEM].unique()))
    true = names.get_indexer(pd.Index(rows[Columns.ITEM]))
    equals = pd.Series(numbers_of_equals(uploaded), index=uploaded.index).loc[rows.index].to_numpy()
    coins = Coins(key, _purpose(epsilon, list(names)))
    answer = _answers(true, len(names), epsilon, coins, uploaded.loc[rows.index], equals)
    n_changed = round(len(rows) * float(1 - probabilities(epsilon, len(names))[0]))
    kept = rows[list(Columns.INTERACTIONS)]
    dropped = [name for name in rows.columns if name not in Columns.INTERACTIONS]
    most = int(rows.groupby(Columns.USER, sort=False).size().max()) if len(rows) else 0
    sentence = (
        f"About {n_changed:,} of {len(rows):,} events name another product than the true one (expected; how many "
        f"really do would tell). Which product it was is protected at ε {epsilon:g} an event, and so at "
        f"{most * epsilon:,.4g} for the shopper with most events ({most:,}). Not protected: that a shopper is there, "
        f"how often, when, and what they did."
        + (f" Left out, since they would tell the product: {', '.join(dropped)}." if dropped else "")
    )
    answered = kept.assign(**{Columns.ITEM: pd.Series(names.to_numpy()[answer], index=rows.index, dtype="str")})
    return answered, Change("local_epsilon", "rows", n_changed, sentence)


def shopper_epsilon(settings: AnonymizationSettings, most_events: int) -> float | None:
    """What ``local_epsilon`` is for a whole shopper: times the events of the busiest one, or the cap on them.

    Args:
        settings: The options chosen.
        most_events: Events of the shopper who has most, before the cap.
    """
    if settings.local_epsilon is None:
        return None
    cap = settings.max_events_per_shopper
    return settings.local_epsilon * (most_events if cap is None else min(most_events, cap))


def keep_limit(epsilon: float, n_products: int) -> int:
    """The true product is kept where 64 random bits are below this; probabilities are exact multiples of 2^-64.

    e^ε / (e^ε + m - 1), rounded down with room: never more than promised, and never below 1/m.
    """
    with localcontext() as context:
        context.prec = 60
        grown = Decimal(epsilon).exp()
        limit = int(grown / (grown + n_products - 1) * _WORD) - 1
    return max(limit, -(-_WORD // n_products))


def probabilities(epsilon: float, n_products: int) -> tuple[Fraction, Fraction]:
    """Exactly: how likely an answer is the true product, and how likely it is each of the others."""
    kept = Fraction(keep_limit(epsilon, n_products), _WORD)
    return kept, (1 - kept) / (n_products - 1)


def _purpose(epsilon: float, names: list[str]) -> str:
    """Independent coins for each ε and each list of products: see the top of this file."""
    listed = hashlib.sha256(json.dumps(names).encode()).hexdigest()
    return f"{_PURPOSE}\x1f{epsilon!r}\x1f{listed}"


def _answers(
    true: npt.NDArray[np.intp],
    n_products: int,
    epsilon: float,
    coins: Coins,
    events: pd.DataFrame,
    equals: npt.NDArray[np.uint32],
) -> npt.NDArray[np.intp]:
    """The number of the product that each event names; ``true`` is -1 where the product is in no catalogue."""
    words = coins.of_numbered(events, equals)
    is_known = true >= 0
    is_kept = is_known & (words[:, 0] < np.uint64(keep_limit(epsilon, n_products)))
    answer = true.copy()
    for known, n_others in ((True, n_products - 1), (False, n_products)):
        todo = np.flatnonzero(~is_kept & (is_known == known))
        other = _uniform(words[todo, 1], n_others, coins, events.iloc[todo], equals[todo])
        # Others are numbered without the true one: from it on they move up by one.
        answer[todo] = other + (other >= true[todo]) if known else other
    return answer


def _uniform(
    words: Words, n: int, coins: Coins, events: pd.DataFrame, equals: npt.NDArray[np.uint32]
) -> npt.NDArray[np.intp]:
    """A number below ``n`` for each event, all equally likely: words beyond the last whole multiple are drawn anew."""
    words = words.copy()
    last = np.uint64(_WORD - _WORD % n - 1)
    draw, todo = 0, np.flatnonzero(words > last)
    while len(todo):
        draw += 1
        words[todo] = coins.of_numbered(events.iloc[todo], equals[todo], draw=draw)[:, 1]
        todo = todo[words[todo] > last]
    return (words % np.uint64(n)).astype(np.intp)
