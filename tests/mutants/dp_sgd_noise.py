"""Bugs in DP-SGD: the noise of a step, and what a training does around its steps."""
# ruff: noqa: E501 - the lines of a program stand here as they are there

from tests.mutants.mutant import Mutant

STEP = "core/dp_sgd/step.py"
TRAINER = "core/dp_sgd/trainer.py"
T = "tests/test_dp_sgd_trainer.py::"

MUTANTS = (
    Mutant(
        name="noise-on-touched-rows-only",
        rule="R17",
        file="core/dp_sgd/step.py",
        old="standard_normal(self._generator, total.shape, total.dtype)",
        new="standard_normal(self._generator, total.shape, total.dtype) * tf.cast(tf.not_equal(total, 0.0), total.dtype)",
        test="tests/test_dp_sgd_noise.py::test_noise_is_normal_with_the_planned_deviation",
        why="A product whose row has no noise was touched by nobody of this batch.",
    ),
    Mutant(
        name="noise-without-the-clip-norm",
        rule="R17",
        file=TRAINER,
        old="            clip_norm, noise_std = plan.clip_norm, plan.noise_std\n",
        new="            clip_norm, noise_std = plan.clip_norm, plan.noise_std / plan.clip_norm\n",
        test="tests/test_dp_sgd_noise.py::test_noise_is_normal_with_the_planned_deviation",
        why="The noise is σ where a shopper moves the sum by C.",
    ),
    Mutant(
        name="noise-divided-twice",
        rule="R17",
        file="core/dp_sgd/step.py",
        old="total += self._noise_std * standard_normal(self._generator, total.shape, total.dtype)",
        new="total += self._noise_std / self._divisor * standard_normal(self._generator, total.shape, total.dtype)",
        test="tests/test_dp_sgd_noise.py::test_noise_is_normal_with_the_planned_deviation",
        why="The noise is meant for the sum and not for the mean: it is smaller by the batch.",
    ),
    Mutant(
        name="noise-clipped",
        rule="R17",
        file="core/dp_sgd/step.py",
        old="total += self._noise_std * standard_normal(self._generator, total.shape, total.dtype)",
        new="total += tf.clip_by_norm(self._noise_std * standard_normal(self._generator, total.shape, total.dtype), self._clip_norm or 1.0)",
        test="tests/test_dp_sgd_noise.py::test_noise_is_normal_with_the_planned_deviation",
        why="Clipped together with the gradient, noise is no longer normal and far too small.",
    ),
    Mutant(
        name="same-noise-every-step",
        rule="R17",
        file="core/dp_sgd/step.py",
        old="standard_normal(self._generator, total.shape, total.dtype)",
        new="tf.random.stateless_normal(total.shape, seed=(1, total.shape.num_elements()), dtype=total.dtype)",
        test="tests/test_dp_sgd_noise.py::test_no_two_draws_of_noise_have_a_number_in_common",
        why="The difference of two steps has no noise at all.",
    ),
    Mutant(
        name="same-noise-for-two-variables",
        rule="R17",
        file="core/dp_sgd/step.py",
        old="standard_normal(self._generator, total.shape, total.dtype)",
        new="tf.random.stateless_normal(total.shape, seed=tf.stack([self._optimizer.iterations.value, 7]), dtype=total.dtype)",
        test="tests/test_dp_sgd_noise.py::test_no_two_draws_of_noise_have_a_number_in_common",
        why="The difference of two variables has no noise at all.",
    ),
    Mutant(
        name="noise-of-a-known-seed",
        rule="R19",
        file=STEP,
        old="        state = rng.integers(0, 2**63, size=3, dtype=np.int64)",
        new="        state = np.zeros(3, np.int64)",
        test="tests/test_promise_noise.py::test_two_trainings_never_share_their_noise",
        why="Whoever reads the program can take the noise away.",
    ),
    Mutant(
        name="one-step-more",
        rule="R21",
        file="core/dp_sgd/trainer.py",
        old="        for done in range(1, self._plan.train_steps + 1):\n",
        new="        for done in range(0, self._plan.train_steps + 1):\n",
        test="tests/test_promise_noise.py::test_a_training_takes_as_many_noisy_steps_as_were_paid_for",
        why="A step that nobody paid for.",
    ),
    Mutant(
        name="trained-twice-on-one-plan",
        rule="R25",
        file=TRAINER,
        old="        self._spent = True\n",
        new="",
        test=T + "test_a_plan_pays_for_one_training",
        why="Twice the steps for one charge.",
    ),
    Mutant(
        name="early-stopping-accepted",
        rule="R32",
        file=TRAINER,
        old="        if self.is_private and stop_when is not None:\n",
        new="        if False:\n",
        test=T + "test_stopping_early_by_the_data_is_refused_in_a_private_training",
        why="When training stopped tells of the shoppers who were looked at.",
    ),
    Mutant(
        name="loss-told-in-private",
        rule="R31",
        file=TRAINER,
        old="            if not self.is_private:\n                losses.append(loss())\n",
        new="            losses.append(loss())\n",
        test=T + "test_the_loss_is_told_only_where_there_is_no_privacy_to_keep",
        why="The exact loss of the shoppers at every step.",
    ),
    Mutant(
        name="noise-after-the-optimizer",
        rule="R22",
        file="core/dp_sgd/step.py",
        old="        self._apply([self._noised_mean(total) for total in totals])\n",
        new="        self._apply([tf.cast(total / self._divisor, tf.float32) for total in totals])\n"
        "        for total, variable in zip(totals, self._variables, strict=True):\n"
        "            variable.assign_sub(self._noised_mean(total * 0.0))\n",
        test="tests/test_promise_noise.py::test_the_optimizer_never_sees_a_sum_without_its_noise",
        why="Adam's second moment, and so every step, is of exact sums.",
    ),
)
