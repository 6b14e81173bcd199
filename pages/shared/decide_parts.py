"""Parts of the Trade-off page: a target, the ε that reaches it, what a doubling buys, words to defend the choice."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.privacy.explain import odds, of_100
from core.report.curve import metric_label, summarize
from core.report.curves import decision
from core.report.decide import (
    Answer,
    answer_sentences,
    ceiling_of,
    epsilon_for,
    gains,
    knee,
    knee_sentence,
    line_of,
    methods_with_epsilon,
)
from core.runs.queue import Run
from core.texts import text
from core.workspace import DatasetInfo, Room
from pages.shared import link
from pages.shared.frame import dataset_name
from pages.shared.tradeoff_parts import camera, file_suffix, marked

STEP = 0.001


@dataclass(frozen=True)
class Seen:
    """What the page looks at: a study's curve in a room, by one metric; ``words`` go across all that is taken along."""

    info: DatasetInfo
    study: Run
    curve: pd.DataFrame
    column: str
    room: Room
    words: str | None
    advised: str | None


def decide(seen: Seen) -> None:
    """Draw the whole tab."""
    points = summarize(seen.curve, seen.column)
    offered = methods_with_epsilon(points)
    if not offered:
        st.info(text("decide.nothing"))
        return
    st.markdown(text("decide.lead"))
    method = choose_method(offered, seen.advised)
    target = _choose_target(seen, points)
    answer = epsilon_for(points, method, target)
    if answer is None:
        return
    said = answer_sentences(answer, seen.column)
    with st.container(border=True, key="answer"):
        st.markdown(f"**{said[0]}**")
        for sentence in said[1:]:
            st.markdown(sentence)
    st.plotly_chart(
        decision(points, answer, seen.column, seen.words),
        key=f"decide_{seen.study.id}_{seen.room}_{seen.column}_{method}",
        config=camera(f"tact-target-{file_suffix(seen.room, seen.words)}"),
        alt=" ".join(said),
    )
    _what_a_doubling_buys(seen, points, method)
    _where_it_bends(seen, points, method)
    _in_its_defence(seen, points, answer)


def choose_method(offered: list[str], advised: str | None) -> str:
    """Draw the choice of the method; at first the one that is advised."""
    first = advised if advised in offered else offered[-1]
    if st.session_state.get(link.METHOD) not in offered:
        st.session_state[link.METHOD] = first
    chosen = st.segmented_control(
        text("column.method"),
        offered,
        format_func=lambda name: text(f"method.{name}"),
        key=link.METHOD,
        required=True,
        persist_state="session",
    )
    return str(chosen if chosen in offered else first)


def _choose_target(seen: Seen, points: pd.DataFrame) -> float:
    """Draw the slider of the target; until it is moved, nine tenths of the best figure at any ε."""
    key = link.target_key(seen.room, seen.column)
    best = max(float(line_of(points, method)["mean"].max()) for method in methods_with_epsilon(points))
    top = min(max(math.ceil(110 * float(points["high"].max())) / 100, 0.01), 1.0)
    first = min(max(round(0.9 * best, 3), 0.0), top)
    asked, now = st.session_state.pop(link.TARGET, None), st.session_state.get(key)
    if asked is not None:
        now = asked
    elif now is None or now == st.session_state.get(f"{key}.first"):
        now = first
    st.session_state[f"{key}.first"] = first
    if st.session_state.get(key) != min(now, top):  # what is written back anew undoes a key pressed meanwhile
        st.session_state[key] = min(now, top)
    ceiling = ceiling_of(points)
    return float(
        st.slider(
            text("decide.target", metric=metric_label(seen.column)),
            0.0,
            top,
            step=STEP,
            format="%.3f",
            key=key,
            persist_state="session",
            help=text("decide.target.help") if ceiling is None else text("decide.target.ceiling", ceiling=ceiling),
        )
    )


def _what_a_doubling_buys(seen: Seen, points: pd.DataFrame, method: str) -> None:
    """Draw the table of gains, few columns wide, and say how it is read."""
    st.subheader(text("decide.gains"), anchor="gains")
    table = gains(points, method)
    if table.empty:
        st.caption(text("decide.gains.one"))
        return
    rows = pd.DataFrame(
        {
            text("decide.gains.step"): [f"{a:g} → {b:g}" for a, b in zip(table["from"], table["to"], strict=True)],
            text("decide.gains.gain"): [_signed(gain) for gain in table["gain"]],
            text("decide.gains.interval"): [
                text("decide.gains.from_to", low=_signed(low), high=_signed(high))
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
            text("decide.gains.reading"): [_reading(row) for row in table.to_dict("records")],
        }
    )
    st.dataframe(marked(rows, seen.room, seen.words), hide_index=True)
    measured = _measured(seen, line_of(points, method))
    st.caption(text("decide.gains.what", metric=metric_label(seen.column), measured=measured))


def _reading(row: Mapping[Any, Any]) -> str:
    if not row["is_sure"]:
        return text("decide.gains.chance")
    if math.isnan(row["left"]):
        return text("decide.gains.sure")
    return text("decide.gains.left", share=row["left"])


def _where_it_bends(seen: Seen, points: pd.DataFrame, method: str) -> None:
    st.subheader(text("decide.knee"), anchor="knee")
    st.markdown(knee_sentence(knee(points, method), seen.column))
    with st.expander(text("decide.knee.how"), icon=":material/help:"):
        st.markdown(text("decide.knee.rule"))


def _in_its_defence(seen: Seen, points: pd.DataFrame, answer: Answer) -> None:
    """Draw what to write to whoever has to agree, ready to be copied."""
    st.subheader(text("decide.defend"), anchor="defend")
    st.caption(text("decide.defend.what"))
    st.code("\n".join(defence(seen, points, answer)), language=None, wrap_lines=True)


def defence(seen: Seen, points: pd.DataFrame, answer: Answer) -> list[str]:
    """Return the sentences of a choice's defence: what is asked for, why so much and no more, what it leaves open."""
    line, epsilon = line_of(points, answer.method), asked_for(points, answer)
    method, name = text(f"method.{answer.method}"), dataset_name(seen.info)
    said = [seen.words] if seen.words else []
    if epsilon is None:
        said.append(text(f"decide.defend.{'free' if answer.kind == 'free' else 'none'}", name=name))
        return [*said, *answer_sentences(answer, seen.column), _measured(seen, line)]
    delta = float(seen.curve.loc[seen.curve["epsilon"] == epsilon, "delta"].max())
    said.append(text("decide.defend.ask", epsilon=epsilon, delta=delta, method=method, name=name))
    said += answer_sentences(answer, seen.column)
    table = gains(points, answer.method)
    for where, key in (("to", "less"), ("from", "more")):
        for row in table[table[where] == epsilon].to_dict("records"):
            values = {name: _signed(row[name]) for name in ("gain", "low", "high")}
            chance = "" if row["is_sure"] else ".chance"
            said.append(text(f"decide.defend.{key}{chance}", start=row["from"], end=row["to"], **values))
    said.append(knee_sentence(knee(points, answer.method), seen.column))
    if delta > 0:
        said.append(text("decide.defend.odds", epsilon=epsilon, n=of_100(odds(epsilon, delta).guess_right)))
    spent = seen.study.facts.get("epsilon_spent")
    if seen.info.kind != "sample" and spent:
        said.append(text("decide.defend.spent", spent=float(spent)))
    return [*said, _measured(seen, line)]


def asked_for(points: pd.DataFrame, answer: Answer) -> float | None:
    """Return the studied ε to ask for: where the band's lower end reaches the target, else where the value does."""
    if answer.kind in ("free", "never"):
        return None
    safe = answer.studied if answer.sure is None else max(answer.sure, answer.studied or 0.0)
    line = line_of(points, answer.method)
    return float(line.loc[line["epsilon"] >= (safe or 0.0) * (1 - 1e-9), "epsilon"].iloc[0])


def _measured(seen: Seen, line: pd.DataFrame) -> str:
    """Say what the figures rest on, and what their band leaves out."""
    n = int(line["n"].max())
    if seen.room == "releasable":
        return text("decide.defend.released")
    return text("decide.defend.draws", n=n) if n > 1 else text("decide.defend.one_draw")


def _signed(value: float) -> str:
    """Write a difference with its sign.

    Example:
        >>> _signed(0.0123), _signed(-0.002), _signed(0.00001)
        ('+0.0123', '−0.0020', '0.0000')
    """
    words = f"{value:+.4f}"
    return words[1:] if words[1:] == "0.0000" else words.replace("-", "−")
