"""
From scores of canaries to lower bounds on ε: what the attack proves to have leaked.

Three bounds, each at the same confidence, from the scores of canaries that a fair coin put into the data or left out:

====================  ==============================================================================================
``one-run``           holds for any mechanism: Steinke, Nasr and Jagielski, 2023, "Privacy auditing with one (1)
                      training run", https://arxiv.org/abs/2305.08846
``one-run f-DP``      tests the trade-off curve of a Gaussian mechanism: Mahloujifar, Melis and Chaudhuri, 2024,
                      "Auditing f-differential privacy in one run", https://arxiv.org/abs/2410.22235
``Gaussian DP``       Clopper-Pearson intervals of both error rates, read as the μ of a Gaussian mechanism: Nasr et
                      al., 2023, "Tight auditing of differentially private machine learning",
                      https://arxiv.org/abs/2302.07956. It takes the canaries of one run for independent trials, which
                      they nearly are where their contributions hardly overlap: an estimate
====================  ==============================================================================================

None is a certificate: a low bound says that this attack found little, not that little is there. The first two are
computed by Google's ``jax_privacy``. By the third its version 2.0.0 gives ε above 7 for scores that know nothing, for
it takes the absolute value of μ, so that one is ours.
"""

import os
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, norm

from core.errors import SettingsError
from core.privacy.gdp import epsilon_for

Array = npt.NDArray[np.float64]
Bound = Literal["one-run", "one-run f-DP", "Gaussian DP"]
BOUNDS: tuple[Bound, ...] = get_args(Bound)

LOW_FPR = 0.01
GUESSED = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.45, 0.5)  # shares of all canaries that are said to be in
_PROMISING = 3  # of these, by the first bound: the second takes a second each
PARTED = (-0.3, -0.15, 0.0, 0.15, 0.3)  # thresholds of the third bound, from where the groups would part, in shares


@dataclass(frozen=True)
class Power:
    """What scores of canaries show.

    Attributes:
        auc: Area under the ROC curve: chance that a canary in the data scores above one that is not; 0.5 is guessing.
        tpr_at_fpr: Share of the canaries in the data that are found while 1 % of the others are accused.
        epsilon_lower: By each bound, at least 0.
    """

    auc: float
    tpr_at_fpr: float
    epsilon_lower: dict[Bound, float]


def measure(scores: Array, is_in: npt.NDArray[np.bool_], delta: float, confidence: float = 0.95) -> Power:
    """Turn scores into lower bounds on ε at δ.

    Args:
        scores: One a canary, higher where the attacker rather believes that it is in, shape (m,).
        is_in: What the coins said, shape (m,).
        delta: At which ε is claimed.
        confidence: Of each bound by itself.

    Raises:
        SettingsError: all coins fell alike, a score is no number, or δ or the confidence is out of range.
    """
    scores, is_in = np.asarray(scores, np.float64), np.asarray(is_in, bool)
    if not (is_in.any() and not is_in.all()):
        raise SettingsError("All canaries are on one side, so nothing can be compared. Use more of them.")
    if not np.all(np.isfinite(scores)):
        raise SettingsError("A canary's score is no number, so the attack says nothing. Check the model's scores.")
    if not (0 < delta < 1 and 0.5 < confidence < 1):
        raise SettingsError(f"delta must be in (0, 1) and confidence in (0.5, 1), got {delta:g} and {confidence:g}.")
    inside, outside = scores[is_in], scores[~is_in]
    auditor, alpha = _auditor(inside, outside), 1 - confidence
    one_run, one_run_fdp = _one_run(auditor, scores, alpha, delta)
    return Power(
        auc=float(auditor.attack_auroc()),
        tpr_at_fpr=float(auditor.tpr_at_given_fpr(LOW_FPR)),
        epsilon_lower={
            "one-run": one_run,
            "one-run f-DP": one_run_fdp,
            "Gaussian DP": epsilon_for(gaussian_mu(inside, outside, alpha), delta),
        },
    )


def _one_run(auditor: Any, scores: Array, alpha: float, delta: float) -> tuple[float, float]:
    """The two one-run bounds: the best of guessing that the top 2 %, 5 %, ... 50 % are in, corrected for the choice.

    How many are guessed is fixed before, and who they are hangs on the scores alone, as the theorems ask. (The
    library's own correction counts only the thresholds on the hull of the ROC curve, which the coins have chosen: 8 %
    of scores that know nothing then got a bound above 0, measured with 400 canaries.)
    """
    from jax_privacy.auditing import Explicit

    falling, each = -np.sort(-scores), alpha / len(GUESSED)
    chosen = [Explicit(falling[max(0, round(share * len(falling)) - 1)]) for share in GUESSED]
    plain = [float(auditor.epsilon_one_run(each, delta, threshold_strategy=one)) for one in chosen]
    promising = np.argsort(plain)[-_PROMISING:]  # to look at fewer than are corrected for costs power, not truth
    with_curve = [
        float(auditor.epsilon_one_run_fdp(each, delta, threshold_strategy=chosen[place])) for place in promising
    ]
    return max(0.0, *plain), max(0.0, *with_curve)


def gaussian_mu(inside: Array, outside: Array, alpha: float) -> float:
    """Return the largest μ >= 0 of a Gaussian mechanism that the scores prove, with chance ``alpha`` to be wrong.

    At each of a few thresholds both error rates get a Clopper-Pearson upper limit, corrected for how many limits there
    are (Bonferroni), and μ >= Φ⁻¹(1 - FPR) - Φ⁻¹(FNR). Where nothing is proven μ is 0, never its absolute value: to be
    systematically wrong with one's guesses proves nothing here.

    Thresholds lie at ranks of all scores together, the middle one where both groups part if they part at all.
    """
    pooled = np.sort(np.concatenate([inside, outside]))
    ranks = np.rint(len(outside) + np.array(PARTED) * len(pooled)).astype(int)
    thresholds = pooled[np.clip(ranks, 0, len(pooled) - 1)]
    missed = np.searchsorted(np.sort(inside), thresholds, side="left")
    accused = len(outside) - np.searchsorted(np.sort(outside), thresholds, side="left")
    each = alpha / (2 * len(PARTED))
    fnr, fpr = upper_limit(missed, len(inside), each), upper_limit(accused, len(outside), each)
    return max(0.0, float(np.max(norm.isf(fpr) - norm.ppf(fnr))))


def upper_limit(found: npt.NDArray[np.int_], n: int, alpha: float) -> Array:
    """Return the one-sided Clopper-Pearson upper limits of a chance, ``found`` times in ``n`` trials each."""
    return np.where(found < n, beta.ppf(1 - alpha, found + 1, n - np.minimum(found, n - 1)), 1.0)


def at_threshold(inside: Array, outside: Array, threshold: float, delta: float, alpha: float) -> float:
    """Return the Gaussian lower bound on ε with a threshold that was chosen without these scores.

    For exact tests of one mechanism, where the best threshold is known by theory and there are many thousand trials.
    """
    missed, accused = np.array([np.sum(inside < threshold)]), np.array([np.sum(outside >= threshold)])
    fnr, fpr = upper_limit(missed, len(inside), alpha / 2), upper_limit(accused, len(outside), alpha / 2)
    return epsilon_for(max(0.0, float(norm.isf(fpr[0]) - norm.ppf(fnr[0]))), delta)


def _auditor(inside: Array, outside: Array) -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # JAX would set 1: TensorFlow's errors of a missing GPU
    from jax_privacy import auditing  # brings JAX: 3 s, and only a worker gets here

    return auditing.CanaryScoreAuditor(inside, outside)
