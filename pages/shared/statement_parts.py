"""Statements as a privacy officer handles them: look, verify, take along, export."""

import json
import math
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import NotFound, UserError
from core.runs.queue import Run
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import bill, frame, state, statement_view
from pages.shared.noted import taken
from pages.shared.run_words import title_of

VERIFIED = "statements.verified"
MANY = 10_000  # runs


def statements(ws: Workspace, info: DatasetInfo | None) -> None:
    """Draw the statements of a study, what verifying each says, and a place for one from elsewhere."""
    st.subheader(text("audit.statements"))
    st.markdown(text("audit.statements.lead"))
    study = state.current_study(ws, info.id) if info else None
    if info is None or study is None:
        st.info(text("audit.statements.none"), icon=":material/signpost:")
    else:
        frame.study_picker(ws, info, study)
        bill.paid(ws, study)
        paths = ws.officer.statements(study.id)
        if paths:
            _list(ws, paths)
            statement_view.one(ws, paths, _name)
        else:
            st.info(text("audit.statements.empty"))
    _every(ws)
    with st.expander(text("audit.upload"), icon=":material/upload_file:"):
        _upload(ws)


def _list(ws: Workspace, paths: list[Path]) -> None:
    """Draw one row a statement."""
    found: dict[str, dict[str, Any]] = st.session_state.setdefault(VERIFIED, {})
    if st.button(text("audit.statements.all", n=len(paths)), key="verify_all", icon=":material/verified:"):
        for path in paths:
            found[str(path)] = _verdict(ws, path)
    verdicts = [found[str(path)]["ok"] for path in paths if str(path) in found]
    if verdicts:
        st.caption(text("audit.verify.all", ok=sum(verdicts), n=len(verdicts)))
    with st.container(border=True, height=390 if len(paths) > 6 else "content", key="statement_list"):
        for path in paths:
            _row(ws, path, found)


def _every(ws: Workspace) -> None:
    """Verify the statements of all finished studies at one click, and name those that do not hold."""
    if not st.button(text("audit.statements.every"), key="verify_every", icon=":material/fact_check:"):
        return
    done = [run for run in ws.runs(MANY) if run.kind == "study" and run.status == "done"]
    with st.spinner(text("audit.statements.every")):
        paths = [(run, path) for run in done for path in _statements(ws, run)]
        bad = [(run, path) for run, path in paths if not _verdict(ws, path)["ok"]]
    studies = len({run.id for run, _ in paths})
    if not paths:
        st.caption(text("audit.statements.every.none"))
    elif bad:
        names = ", ".join(plain(f"{title_of(run)} ({path.stem})") for run, path in bad)
        words = text("audit.statements.every.bad", bad=len(bad), n=len(paths), studies=studies, names=names)
        st.error(words, icon=":material/gpp_bad:")
    else:
        st.success(text("audit.statements.every.ok", n=len(paths), studies=studies), icon=":material/verified:")


def _statements(ws: Workspace, run: Run) -> list[Path]:
    """List the statements of a run; none where its files are not there any more."""
    try:
        return ws.officer.statements(run.id)
    except NotFound:
        return []


def _row(ws: Workspace, path: Path, found: dict[str, dict[str, Any]]) -> None:
    """Draw one statement with its buttons, and what verifying it said."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_name(path), width="stretch")
        if str(path) in found:
            ok = found[str(path)]["ok"]
            words = text("audit.verify.ok" if ok else "audit.verify.bad")
            st.badge(words, icon=":material/check:" if ok else ":material/close:", color="green" if ok else "red")
        if st.button(text("audit.statements.verify"), key=f"verify_{path.stem}"):
            found[str(path)] = _verdict(ws, path)
            st.rerun()
        st.download_button(
            text("audit.statements.download"),
            taken(ws, "statement.downloaded", f"{path.parent.parent.name} {path.stem}", path.read_bytes),
            path.name,
            "application/json",
            key=f"statement_{path.stem}",
            on_click="ignore",
            icon=":material/download:",
        )
    if str(path) in found:
        _say(path.name, found[str(path)])


def _verdict(ws: Workspace, path: Path) -> dict[str, Any]:
    """Verify a file of this installation; one that cannot even be read does not hold."""
    try:
        return ws.officer.verify(path)
    except UserError as error:
        return {"ok": False, "reason": str(error), "epsilon_claimed": math.nan, "epsilon_recomputed": math.nan}


def _say(name: str, verdict: dict[str, Any]) -> None:
    """Say in words whether a statement holds, and why."""
    if math.isnan(verdict["epsilon_claimed"]):
        st.error(plain(said(verdict["reason"])))
        return
    recomputed = verdict["epsilon_recomputed"]
    words = text(
        "audit.verify.ok.what" if verdict["ok"] else "audit.verify.bad.what",
        name=plain(name),
        claimed=verdict["epsilon_claimed"],
        recomputed=f"{recomputed:.4g}" if math.isfinite(recomputed) else text("audit.verify.nothing"),
        reason=plain(said(verdict["reason"])),
    )
    if verdict["ok"]:
        st.caption(words)
    else:
        st.error(words, icon=":material/gpp_bad:")


def _upload(ws: Workspace) -> None:
    """Verify a statement that comes from elsewhere; it is read in memory and kept nowhere."""
    st.caption(text("audit.upload.what"))
    file = st.file_uploader(text("audit.upload.file"), type="json", key="statement_upload", max_upload_size=2)
    if file is None:
        return
    try:
        verdict = ws.officer.verify_content(file.getvalue(), file.name)
    except UserError as error:
        st.error(plain(said(str(error))))
        return
    _say(file.name, verdict)


def _name(path: Path) -> str:
    """Name a statement by its method and its promise; one that can't be read, by its file."""
    file = f":small[:gray[{plain(path.name)}]]"
    try:
        said = _read(path)
        method, epsilon, delta = text(f"method.{said['method']}"), float(said["epsilon"]), float(said["delta"])
    except (ValueError, KeyError, TypeError):
        return file
    return f"{text('audit.statements.name', method=method, epsilon=epsilon, delta=delta)} {file}"


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
