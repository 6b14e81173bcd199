"""The form of a new study: from widgets to ``StudySettings``."""

from typing import Any

import streamlit as st

from core.settings import (
    DEFAULT_EPSILONS,
    DEFAULT_METHODS,
    METHODS,
    NetworkSettings,
    PrivacySettings,
    StudySettings,
    WinnerSettings,
    build,
)
from core.texts import text
from core.workspace import DatasetInfo
from pages.shared.anonymize_words import row_words, threshold_words
from pages.shared.fields import choices, keep, number

OFFERED_EPSILONS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0)


def study_form(info: DatasetInfo, privacy: PrivacySettings) -> StudySettings:
    """Draw the form and return what it says.

    Raises:
        SettingsError: names what has to change, such as no method chosen.
    """
    public = info.kind == "sample"
    _rows_before(privacy)
    methods = _methods()
    winner = _winner()
    values: dict[str, Any] = {
        "methods": methods,
        "only_winner": winner,
        "epsilons": _epsilons(privacy) if winner is None else _one_epsilon(privacy),
        "delta": privacy.delta,
        "n_shoppers": privacy.n_shoppers,
        "published": privacy.published,
        # Pseudonyms change no learning and would hide the shoppers' ids from the Recommendations page.
        "anonymization": privacy.anonymization.without_thresholds().model_copy(update={"pseudonymize": False}),
    }
    values |= _measuring(public, max(values["epsilons"], default=1.0), chosen=winner is not None)
    if "mlp" in values["methods"]:
        values["network"] = _network(public)
    return build(StudySettings, values)


def _rows_before(privacy: PrivacySettings) -> None:
    """Say what of the Anonymisation page this study does to rows first, and what it leaves out, and why."""
    own, files = row_words(privacy.anonymization, study=True), threshold_words(privacy.anonymization)
    if own:
        st.caption(text("training.rows", options=own))
    if files:
        st.info(text("training.rows.files", options=files), icon=":material/folder_zip:")


def _methods() -> list[str]:
    """Let methods be picked; say in one sentence what each does."""
    chosen = st.pills(
        text("training.methods"),
        METHODS,
        selection_mode="multi",
        format_func=lambda method: text(f"method.{method}"),
        key=keep("study.methods", list(DEFAULT_METHODS)),
        persist_state="session",
    )
    with st.expander(text("training.methods.what")):
        for method in METHODS:
            st.markdown(f"**{text(f'method.{method}')}**: {text(f'method.{method}.what')}")
    return [method for method in METHODS if method in chosen]


def _epsilons(privacy: PrivacySettings) -> list[float]:
    """Let ε be picked; the ε of the Privacy page is among them."""
    own = {privacy.epsilon} if privacy.epsilon else set()
    offered = sorted({*OFFERED_EPSILONS, *own})
    if "study.epsilons" in st.session_state:
        st.session_state["study.epsilons"] = [value for value in st.session_state["study.epsilons"] if value in offered]
    chosen = st.pills(
        text("training.epsilons"),
        offered,
        selection_mode="multi",
        format_func=lambda epsilon: f"{epsilon:g}",
        help=text("training.epsilons.help"),
        key=keep("study.epsilons", sorted({*DEFAULT_EPSILONS, *own})),
        persist_state="session",
    )
    return sorted(chosen)


def _winner() -> dict[str, Any] | None:
    """Let only the best of a random number of models leave."""
    if not st.toggle(
        text("training.winner"),
        key=keep("study.only_winner", False),
        help=text("training.winner.help"),
        persist_state="session",
    ):
        return None
    label, words = text("training.winner.mean"), text("training.winner.mean.help")
    return {"mean_trials": number(WinnerSettings, "mean_trials", label, "study.trials", step=1.0, help=words)}


def _one_epsilon(privacy: PrivacySettings) -> list[float]:
    """Let one ε be picked, for the whole selection; that of the Privacy page at first."""
    offered = sorted({*OFFERED_EPSILONS, *({privacy.epsilon} if privacy.epsilon else ())})
    if st.session_state.get("study.epsilon") not in offered:
        st.session_state["study.epsilon"] = privacy.epsilon or 1.0
    chosen = st.pills(
        text("training.winner.epsilon"),
        offered,
        format_func=lambda epsilon: f"{epsilon:g}",
        key="study.epsilon",
        persist_state="session",
    )
    return [] if chosen is None else [chosen]


def _measuring(public: bool, largest_epsilon: float, *, chosen: bool) -> dict[str, Any]:
    """Ask for repeats, the ceiling, and how quality is measured; a winner is chosen by measuring, once."""
    values: dict[str, Any] = {}
    left, middle, right = st.columns(3)
    with left:
        label, words = text("training.repeats"), text("training.repeats.help")
        if public and not chosen:
            values["repeats"] = number(StudySettings, "repeats", label, "study.repeats", step=1, help=words)
        elif not public:
            st.caption(text("training.repeats.private"))
        values["ceiling"] = st.checkbox(
            text("training.ceiling"),
            key=keep(f"study.ceiling.{public}", public),
            help=text("training.ceiling.help.sample" if public else "training.ceiling.help.private"),
            persist_state="session",
        )
    with middle:
        values["evaluate"] = chosen or st.checkbox(
            text("training.evaluate"),
            key=keep("study.evaluate", True),
            help=text("training.evaluate.help"),
            persist_state="session",
        )
        if values["evaluate"]:
            label = text("training.evaluation_share")
            values["evaluation_share"] = number(StudySettings, "evaluation_share", label, "study.share", step=0.05)
    with right:
        if values["evaluate"] and not public and not chosen:
            values["evaluation_epsilon"] = st.number_input(
                text("training.evaluation_epsilon"),
                min_value=0.1,
                max_value=10.0,
                key=keep("study.evaluation_epsilon", min(max(largest_epsilon, 0.1), 10.0)),
                help=text("training.evaluation_epsilon.help"),
                persist_state="session",
            )
    return values


def _network(public: bool) -> dict[str, Any]:
    """Ask for the choices of the textbook network."""
    values: dict[str, Any] = {}
    with st.expander(text("training.network"), icon=":material/tune:"):
        st.caption(text("training.network.lead"))
        columns = st.columns(3)
        for column, name in zip(columns, ("loss", "optimizer", "activation"), strict=True):
            values[name] = column.selectbox(
                text(f"training.network.{name}"),
                choices(NetworkSettings, name),
                key=keep(f"network.{name}", NetworkSettings.model_fields[name].default),
                persist_state="session",
            )
        steps = {
            "l1": 0.001,
            "l2": 0.001,
            "dropout": 0.05,
            "embedding_size": 1,
            "learning_rate": 0.001,
            "clip_norm": 0.1,
            "train_steps": 1,
            "sampling_prob": 0.05,
            "mask_history": 0.05,
        }
        helps = {"clip_norm", "sampling_prob"}
        for place, (name, step) in enumerate(steps.items()):
            key = f"training.network.{name}"
            with columns[place % 3]:
                values[name] = number(
                    NetworkSettings,
                    name,
                    text(key),
                    f"network.{name}",
                    step=step,
                    help=text(f"{key}.help") if name in helps else None,
                )
        values |= _free_only(public)
    return values


def _free_only(public: bool) -> dict[str, Any]:
    """Offer what looks at shoppers' data while choosing, on sample data; say why it is not there otherwise."""
    st.caption(text("training.network.free_only"))
    if not public:
        return {}
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        label = text("training.network.folds")
        folds = number(NetworkSettings, "folds", label, "network.folds", step=1)
    early = right.checkbox(
        text("training.network.early_stopping"), key=keep("network.early_stopping", False), persist_state="session"
    )
    return {"folds": folds, "early_stopping": early}
