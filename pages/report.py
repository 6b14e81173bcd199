"""Report: one study as a document that stands alone."""

from pages.shared import frame, state

ws = state.workspace()
info = frame.require_dataset(ws, "report")
study = frame.require_study(ws, info, "report")
frame.head("report", info)
