"""Bugs in a study: what it trains on, what it charges, and what it puts outside."""
# ruff: noqa: E501 - the lines of a program stand here as they are there

from tests.mutants.mutant import Mutant

BUDGET = "core/studies/budget.py"
CURVE = "core/studies/curve.py"
FOLDER = "core/studies/folder.py"
MODELS = "core/studies/models.py"
PREPARING = "core/studies/preparing.py"
RUNNING = "core/studies/running.py"
SHOPPERS = "core/studies/shoppers.py"
MLP = "core/recommend/networks/mlp.py"
SAME = (
    "tests/test_promise_interference.py"
    "::test_with_the_noise_held_fixed_everything_that_leaves_is_the_same_for_neighbours"
)
OTHERS = "tests/test_promise_neighbours.py::test_no_rule_before_a_study_changes_what_anybody_else_trains_or_judges_with"

MUTANTS = (
    Mutant(
        name="rare-products-left-out",
        rule="R8",
        file=PREPARING,
        old="    known = interactions[interactions[Columns.ITEM].isin(shop.item_ids)]\n",
        new="    many = interactions.groupby(Columns.ITEM)[Columns.USER].transform('nunique') >= 5\n"
        "    interactions = interactions[many]\n"
        "    known = interactions[interactions[Columns.ITEM].isin(shop.item_ids)]\n",
        test=OTHERS,
        why="Whether my row is used hangs on whether four others touched the product.",
    ),
    Mutant(
        name="suppression-before-a-study",
        rule="R8",
        file="core/settings/studies.py",
        old="        if not self.anonymization.may_precede_a_study:\n",
        new="        if False:\n",
        test="tests/test_studies_limits.py::test_suppressing_rare_products_cannot_come_before_a_study",
        why="k-anonymity first and ε afterwards is no ε.",
    ),
    Mutant(
        name="cap-by-place-in-the-file",
        rule="R8",
        file="core/anonymize/caps.py",
        old='    coins[is_above] = Coins(key, "products").of_pairs(uploaded.loc[rows.index[first[is_above]]])[:, 0]\n',
        new="    coins[is_above] = np.flatnonzero(is_above).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)\n",
        test="tests/test_anonymize.py::test_no_row_depends_on_another_shopper",
        why="Which of my products are kept hangs on how many rows stand before mine.",
    ),
    Mutant(
        name="coin-by-rank",
        rule="R8",
        file=SHOPPERS,
        old="    return np.array([coin < limit for coin in coins], bool)\n",
        new="    return np.array([coin < sorted(coins)[int(share * len(coins))] for coin in coins], bool)\n",
        test="tests/test_studies_sides.py::test_the_coin_of_a_shopper_hangs_on_nobody_else",
        why="With one shopper less another one changes sides, and two rows differ instead of one.",
    ),
    Mutant(
        name="judges-trained-on",
        rule="R7",
        file=SHOPPERS,
        old="    training = _somebody(interactions[~is_theirs], shop)\n",
        new="    training = _somebody(interactions, shop)\n",
        test="tests/test_studies_sides.py::test_a_pseudonym_makes_no_shopper_change_sides",
        why="Evaluation shoppers pay for figures only, and were trained on as well.",
    ),
    Mutant(
        name="judges-choose-names",
        rule="R28",
        file=PREPARING,
        old="    shop, selected = _shop(study, ledger, interactions[is_training], catalogue, numbers)\n",
        new="    shop, selected = _shop(study, ledger, interactions, catalogue, numbers)\n",
        test="tests/test_studies_sides.py::test_only_training_shoppers_choose_product_names",
        why="Evaluation shoppers choose names that only training shoppers paid for.",
    ),
    Mutant(
        name="counted-although-declared",
        rule="R5",
        file=BUDGET,
        old="    total = settings.n_shoppers or n_counted\n",
        new="    total = n_counted\n",
        test="tests/test_studies_budget.py::test_the_public_numbers_come_from_the_declared_number_alone",
        why="Every divisor, δ and noise changes with one shopper.",
    ),
    Mutant(
        name="figures-divided-by-who-was-there",
        rule="R5",
        file=CURVE,
        old="divisor=numbers.evaluation, release=release",
        new="divisor=max(len(c) for c in columns.values()), release=release",
        test=SAME,
        why="The mean changes with the number of judges, which is private.",
    ),
    Mutant(
        name="exact-figures-outside",
        rule="R31",
        file=CURVE,
        old='    rows = [{name: drawn[f"{number}:{name}"] for name in bought.names} for number in range(len(leaving))]\n',
        new="    rows = [\n"
        "        {name: NoisyMean(value=float(columns[number, name].mean()), noise=0.01) for name in bought.names}\n"
        "        for number in range(len(leaving))\n"
        "    ]\n",
        test=SAME,
        why="The curve that may be passed on holds what evaluation shoppers did, without noise.",
    ),
    Mutant(
        name="ceiling-outside",
        rule="R30",
        file=FOLDER,
        old='        return self.path / ("private" if math.isinf(point.epsilon) else "models") / point.name\n',
        new='        return self.path / "models" / point.name\n',
        test="tests/test_promise_noise.py::test_models_without_noise_are_kept_inside",
        why="A model of exact counts may be passed on.",
    ),
    Mutant(
        name="ceiling-in-the-curve",
        rule="R31",
        file=CURVE,
        old="    leaving = [(point, quality) for point, quality in judged if not math.isinf(point.epsilon)]\n",
        new="    leaving = list(judged)\n",
        test="tests/test_promise_noise.py::test_models_without_noise_are_kept_inside",
        why="How good a model without noise is, is a look at training shoppers that nobody paid for.",
    ),
    Mutant(
        name="private-open-to-all",
        rule="R31",
        file=FOLDER,
        old='        (self.path / "private").chmod(0o700)\n',
        new='        (self.path / "private").chmod(0o755)\n',
        test="tests/test_studies.py::test_what_is_private_is_open_to_its_owner_only",
        why="Other accounts of the machine read shoppers' histories.",
    ),
    Mutant(
        name="shopper-in-study-json",
        rule="R33",
        file=RUNNING,
        old='        "study": study.name,\n',
        new='        "study": study.name,\n        "first": trainer.training.user_ids[0],\n',
        test="tests/test_studies.py::test_no_file_outside_private_names_a_shopper",
        why="An id that may be passed on.",
    ),
    Mutant(
        name="counted-shoppers-in-study-json",
        rule="R31",
        file=RUNNING,
        old='        "study": study.name,\n',
        new='        "study": study.name,\n        "trained_on": trainer.training.n_users,\n',
        test=SAME,
        why="The exact number of shoppers who were there.",
    ),
    Mutant(
        name="counted-shoppers-in-a-message",
        rule="R31",
        file=RUNNING,
        old='        report(0.95, "Publishing the curve")\n',
        new='        report(0.95, f"Publishing the curve of {trainer.training.n_users:,} shoppers")\n',
        test=SAME,
        why="A progress line that may be seen by anybody who waits tells how many shoppers there are.",
    ),
    Mutant(
        name="exact-counts-in-the-model",
        rule="R30",
        file="core/recommend/release.py",
        old="    return Popularity(_draw(noise, exact, mu), mu)\n",
        new="    return Popularity(np.where(exact > 0, _draw(noise, exact, mu), 0), mu)\n",
        test=SAME,
        why="Which products nobody touched is known exactly.",
    ),
    Mutant(
        name="drawn-before-it-is-charged",
        rule="R24",
        file=MODELS,
        old="        charge = self._charge(budget.charge(), purpose)\n",
        new="        _release(budget, self.training, self.numbers.training)\n"
        "        charge = self._charge(budget.charge(), purpose)\n",
        test="tests/test_studies_spending.py::test_nothing_is_drawn_or_written_before_the_ledger_has_answered",
        why="Killed in between, noise was seen that nobody paid for.",
    ),
    Mutant(
        name="private-data-taken-for-public",
        rule="R25",
        file="core/runs/jobs.py",
        old='        train_and_judge(\n            home,\n            dataset,\n            settings,\n            run.out,\n            study=run.id,\n            public=info.kind == "sample",\n',
        new="        train_and_judge(\n            home,\n            dataset,\n            settings,\n            run.out,\n            study=run.id,\n            public=True,\n",
        test="tests/test_promise_budget.py::test_a_workers_job_and_its_retry_are_refused",
        why="Real shoppers are not charged, and their exact figures leave.",
    ),
    Mutant(
        name="a-ledger-for-each-study",
        rule="R36",
        file="core/studies/running.py",
        old="prepare(asked, Ledger(home), notes)",
        new="prepare(asked, Ledger(home, study), notes)",
        test="tests/test_promise_budget.py::test_another_version_of_the_data_is_the_same_people_and_composes",
        why="The same people pay anew from nothing for each version of their data.",
    ),
    Mutant(
        name="study-not-checked-as-a-whole",
        rule="R25",
        file=PREPARING,
        old="    if not study.public and ledger.cap():\n",
        new="    if False:\n",
        test="tests/test_studies_spending.py::test_a_study_that_would_pass_the_cap_is_refused_as_a_whole",
        why="Half a study is paid for and nothing is to be had for it.",
    ),
    Mutant(
        name="on-everybody-charged-to-half",
        rule="R36",
        file=BUDGET,
        old='        return "training" if self.share >= EVALUATION_SHARE else "everyone"\n',
        new='        return "training"\n',
        test="tests/test_studies_budget.py::test_who_may_have_been_on_the_other_side_is_charged_there_too",
        why="Who judges elsewhere was trained on here for nothing.",
    ),
    Mutant(
        name="private-network-may-look",
        rule="R32",
        file=MLP,
        old="    if plan is not None and (settings.early_stopping or settings.folds > 1):\n",
        new="    if False:\n",
        test="tests/test_mlp.py::test_looking_at_shoppers_is_refused_in_a_private_training[choice1]",
        why="Folds and early stopping look at shoppers at every turn, and no ε covers that.",
    ),
    Mutant(
        name="seeds-in-the-keras-file",
        rule="R19",
        file=MLP,
        old="        _without_seeds(model).save(model_path)\n",
        new="        model.save(model_path)\n",
        test="tests/test_mlp.py::test_the_saved_network_holds_no_number_of_the_generator_that_drew_batches_and_noise",
        why="Numbers of the generator that drew batches and noise leave with the model.",
    ),
    Mutant(
        name="lists-know-others",
        rule="R33",
        file="core/recommend/models.py",
        old="        return np.broadcast_to(self.popularity.values.astype(np.float32), "
        "(histories.n_users, histories.n_items))\n",
        new="        mine = self.popularity.values + 1e-3 * np.asarray(histories.matrix.sum(axis=0)).ravel()\n"
        "        return np.broadcast_to(mine.astype(np.float32), (histories.n_users, histories.n_items))\n",
        test="tests/test_models.py::test_scores_of_all_at_once_are_bit_identical_when_one_is_gone",
        why="A shopper's list changes with what another one did, besides the model.",
    ),
    Mutant(
        name="trials-stop-at-a-good-one",
        rule="R27",
        file="core/studies/winner.py",
        old="        if loser is not None:\n            shutil.rmtree(loser.folder)\n",
        new="        if loser is not None:\n            shutil.rmtree(loser.folder)\n        if best.score.value > 0:\n            break\n",
        test="tests/test_studies_winner.py::test_all_trials_run_whatever_the_first_one_scores",
        why="The theorem wants a number of trials that no score decides about.",
    ),
    Mutant(
        name="number-of-trials-drawn-before-the-charge",
        rule="R24",
        file="core/studies/winner.py",
        old="    charge = trainer.ledger.charge(\n",
        new="    stopping.law.draw()\n    charge = trainer.ledger.charge(\n",
        test="tests/test_studies_winner.py::test_the_charge_is_written_before_the_number_is_drawn",
        why="Whoever kills and retries may choose the number of trials.",
    ),
    Mutant(
        name="winner-charged-to-one-half",
        rule="R27",
        file="core/studies/winner.py",
        old='        group="everyone",\n',
        new='        group="training",\n',
        test="tests/test_studies_winner.py::test_the_ledger_is_charged_once_for_all_trials_and_everybody",
        why="The shoppers whose figures chose the winner pay nothing.",
    ),
    Mutant(
        name="times-tell-how-many-trials",
        rule="R31",
        file="core/studies/running.py",
        old="    if winner:\n        forget_times(asked.folder, winner.charge)\n",
        new="",
        test="tests/test_studies_winner.py::test_nothing_outside_tells_how_many_trials_there_were",
        why="The dates of the files tell how long the selection took, and so about how many trials there were.",
    ),
    Mutant(
        name="layers-tell-how-many-trials",
        rule="R31",
        file="core/recommend/networks/head.py",
        old='keras.layers.Reshape((n_candidates,), name="logits")',
        new="keras.layers.Reshape((n_candidates,))",
        test="tests/test_head.py::test_the_saved_head_does_not_tell_how_many_were_built_before_it",
        why="Keras numbers the layer through the process: the winner's file says which trial it was.",
    ),
    Mutant(
        name="bar-tells-how-many-trials",
        rule="R31",
        file="core/studies/winner.py",
        old="lambda _, __: report(0.0, SELECTING)",
        new="lambda done, __: report(len(list(scratch.iterdir())) * 0.1 + done, SELECTING)",
        test="tests/test_studies_winner.py::test_progress_never_tells_how_many_trials_there_are",
        why="Whoever watches the bar, or keeps a log of it, can count the trials.",
    ),
)
