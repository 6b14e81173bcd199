"""Train a Keras model with differential privacy: the plan's sampler, clip and noise, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from core.dp_sgd.layers import check_model, functional
from core.dp_sgd.sampler import chunks, sample_poisson, usual_chunk
from core.dp_sgd.signals import Recorder
from core.dp_sgd.step import Loss, Step
from core.errors import SettingsError
from core.progress import Report, silent

Arrays = np.ndarray | Sequence[np.ndarray] | Mapping[str, np.ndarray]
REPORTS = 20  # how often a training says how far it is


class SgdPlan(Protocol):
    """What the trainer takes from a plan of ``core.privacy``: what was claimed is what is done."""

    @property
    def sampling_prob(self) -> float:
        """Chance of one example in one step; 1 is the full batch."""

    @property
    def train_steps(self) -> int:
        """Noisy updates."""

    @property
    def clip_norm(self) -> float:
        """Largest gradient norm of one example."""

    @property
    def noise_std(self) -> float:
        """Of the noise on each coordinate of the sum."""

    @property
    def expected_batch(self) -> float:
        """What the noisy sum is divided by: public, never the realised batch."""


@dataclass(frozen=True)
class WithoutNoise:
    """The same steps without clipping and noise: the ceiling, with no privacy at all."""

    train_steps: int
    sampling_prob: float = 1.0


@dataclass(frozen=True)
class History:
    """What a training may tell: the steps done, and only without noise also the mean loss of each."""

    train_steps: int
    losses: tuple[float, ...] = ()


class PrivateTrainer:
    """DP-SGD over examples; neighbours differ by one example, which is one shopper with all its rows.

    Formal guarantee: each step adds normal noise of ``noise_std`` to every coordinate of a sum that one example
    moves by at most ``clip_norm``, and divides by the public ``expected_batch``. Examples take part by independent
    coins. This is the Poisson-sampled Gaussian mechanism, ``train_steps`` times (Abadi et al.,
    2016, https://arxiv.org/abs/1607.00133). All else is post-processing: optimizer, penalties, average.

    ======================  ==========================================================
    case                    what happens
    ======================  ==========================================================
    empty batch             noise is added and the step counts
    NaN, inf in a gradient  that example adds 0
    batch above a chunk     further chunks of the same step; nobody is dropped
    second ``fit``          refused: the plan pays for one training
    ======================  ==========================================================

    Args:
        model: Functional Keras model; ``core.dp_sgd.layers`` says which layers.
        loss: ``loss(outputs, targets) -> (batch,)``, one number an example, of that example alone.
        optimizer: A Keras optimizer; it only ever sees noised gradients.
        plan: A ``SgdPlan``, or ``WithoutNoise``.
        rng: Seeded from the operating system; draws the batches and seeds the noise. Never save it.
        chunk: Examples held in memory at a time; the result does not depend on it. None: ``sampler.usual_chunk``.
        average_last: The final weights are the mean of the last so many iterates; 0 and 1: the last.
        l1, l2: Penalties on the weights, in each step's gradient.
        jit: Compile with XLA.

    Raises:
        SettingsError: a layer that cannot be treated exactly, by name; a plan out of range.
    """

    def __init__(
        self,
        model: Any,
        loss: Loss,
        optimizer: Any,
        plan: SgdPlan | WithoutNoise,
        *,
        rng: np.random.Generator,
        chunk: int | None = None,
        average_last: int = 0,
        l1: float = 0.0,
        l2: float = 0.0,
        jit: bool = False,
    ) -> None:
        check_model(model)
        # TF32 rounds products to 10 bits: norms would come out too small.
        tf.config.experimental.enable_tensor_float_32_execution(False)
        self._model, self._loss, self._optimizer, self._plan = functional(model), loss, optimizer, plan
        self._rng, self._chunk = rng, chunk
        self._average_last = min(average_last, plan.train_steps)
        self._penalties, self._jit = (l1, l2), jit
        self._spent = False
        _check_plan(plan)

    @property
    def is_private(self) -> bool:
        """False for the ceiling without noise."""
        return not isinstance(self._plan, WithoutNoise)

    def fit(
        self,
        inputs: Arrays,
        targets: Any,
        *,
        report: Report = silent,
        stop_when: Callable[[int], bool] | None = None,
    ) -> History:
        """Train in place and return what may be told.

        Args:
            inputs: One array an input of the model: in its order, or by the inputs' names. First axis: examples.
            targets: Array or structure of arrays, same first axis.
            report: Told the step now and then, nothing of the data; may raise ``RunCancelled``.
            stop_when: Asked after each step, without noise only.

        Raises:
            SettingsError: arrays of unequal length; a second training on one plan; stopping by looking at the data.
        """
        if self.is_private and stop_when is not None:
            raise SettingsError("Early stopping looks at shoppers' data: it is for training without noise only.")
        if self._spent:
            raise SettingsError("This plan has paid for one training and is spent. Make a new plan to train again.")
        self._spent = True
        arrays = _in_order(self._model, inputs)
        targets = tf.nest.map_structure(_narrow, targets)
        n_examples = _common_length([*arrays, *tf.nest.flatten(targets)])
        self._refuse_coupled(arrays, targets)
        step = self._step(n_examples)
        feed = self._feed(step, arrays, targets, n_examples)
        losses: list[float] = []
        for done in range(1, self._plan.train_steps + 1):
            loss = feed()
            if done > self._plan.train_steps - self._average_last:
                step.remember(tf.constant(1 / self._average_last, tf.float32))
            if not self.is_private:
                losses.append(loss())
            self._tell(report, done, losses)
            if stop_when is not None and stop_when(done):
                return History(done, tuple(losses))
        if self._average_last > 1:
            step.take_average()
        return History(self._plan.train_steps, tuple(losses))

    def _step(self, n_examples: int) -> Step:
        """Build the compiled step from the plan; without noise, the divisor may be the number of examples."""
        plan = self._plan
        if isinstance(plan, WithoutNoise):
            clip_norm, noise_std, divisor = None, 0.0, n_examples * plan.sampling_prob
        else:
            clip_norm, noise_std = plan.clip_norm, plan.noise_std
            divisor = plan.expected_batch
        return Step(
            self._model,
            self._loss,
            self._optimizer,
            clip_norm=clip_norm,
            noise_std=noise_std,
            divisor=divisor,
            rng=self._rng,
            penalties=self._penalties,
            jit=self._jit,
        )

    def _feed(self, step: Step, arrays: list[np.ndarray], targets: Any, n_examples: int) -> Callable[[], Any]:
        """Return the function that takes one step on one batch and returns its mean loss as a function.

        The loss is a function so that a private training never fetches it.
        """
        probability = self._plan.sampling_prob
        chunk = self._chunk or usual_chunk(n_examples, probability)
        whole = [tf.constant(array) for array in arrays]
        goal = tf.nest.map_structure(tf.constant, targets)
        everyone = tf.ones(n_examples, tf.bool)

        def on_whole() -> Callable[[], float]:
            loss = step.on_whole(whole, goal, everyone)
            return lambda: float(loss) / n_examples

        if probability >= 1 and n_examples <= chunk:  # the whole data is one chunk: nothing to gather
            return on_whole

        def on_rows() -> Callable[[], float]:
            batch = sample_poisson(n_examples, probability, rng=self._rng)
            loss = step.on_rows(whole, goal, tf.constant(chunks(batch, chunk)))
            return lambda: float(loss) / max(1, len(batch))

        return on_rows

    def _tell(self, report: Report, done: int, losses: list[float]) -> None:
        """Report at even distances, whatever the data; the loss only where there is one to show, without noise."""
        steps = self._plan.train_steps
        if done % max(1, steps // REPORTS) == 0 or done == steps:
            loss = f", loss {losses[-1]:.4g}" if losses else ""
            report(done / steps, f"step {done:,} of {steps:,}{loss}")

    def _refuse_coupled(self, arrays: list[np.ndarray], targets: Any) -> None:
        """Try on made-up numbers that the first example's loss moves with its own outputs alone."""
        blank = [tf.zeros((3, *array.shape[1:]), array.dtype) for array in arrays]
        goal = tf.nest.map_structure(lambda array: tf.ones((3, *array.shape[1:]), array.dtype), targets)
        with tf.GradientTape() as tape:
            outputs = Recorder(tape).run(self._model, blank)
            outputs = tf.nest.map_structure(lambda made: tf.random.stateless_normal(made.shape, seed=(1, 2)), outputs)
            tape.watch(outputs)
            losses = self._loss(outputs, goal)
            if losses.shape != (3,):
                raise SettingsError(f"The loss must give one number an example, shape (3,) for 3, got {losses.shape}.")
            first = losses[0]
        gradients = [grad for grad in tf.nest.flatten(tape.gradient(first, outputs)) if grad is not None]
        if any(np.any(grad.numpy()[1:]) for grad in gradients):
            raise SettingsError(
                "The loss of one example depends on the outputs of others in its batch (in-batch negatives, or a mean "
                "over the batch): clipping would not bound what one shopper does. Use each shopper's own rows only."
            )


def _check_plan(plan: SgdPlan | WithoutNoise) -> None:
    """Refuse a plan that no step can keep."""
    if not 0 < plan.sampling_prob <= 1:
        raise SettingsError(f"sampling_prob must be in (0, 1], got {plan.sampling_prob:g}.")
    if plan.train_steps < 1:
        raise SettingsError(f"train_steps must be at least 1, got {plan.train_steps}.")
    if isinstance(plan, WithoutNoise):
        return
    if not (plan.clip_norm > 0 and plan.noise_std > 0 and plan.expected_batch > 0):
        raise SettingsError(
            f"clip_norm, noise_std and expected_batch must be above 0, "
            f"got {plan.clip_norm:g}, {plan.noise_std:g} and {plan.expected_batch:g}."
        )


def _in_order(model: Any, inputs: Arrays) -> list[np.ndarray]:
    """Bring the arrays in the order of the model's inputs, in the types of those."""
    if isinstance(inputs, np.ndarray):
        inputs = [inputs]
    if isinstance(inputs, Mapping):
        inputs = [inputs[tensor.name] for tensor in model.inputs]
    return [np.asarray(array, np.dtype(tensor.dtype)) for array, tensor in zip(inputs, model.inputs, strict=True)]


def _narrow(array: np.ndarray) -> np.ndarray:
    """Make 64-bit floats 32-bit, as Keras computes."""
    return array.astype(np.float32) if array.dtype == np.float64 else array


def _common_length(arrays: Sequence[np.ndarray]) -> int:
    """Return the number of examples."""
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1:
        raise SettingsError(f"Inputs and targets must have one row an example, got lengths {sorted(lengths)}.")
    return lengths.pop()
