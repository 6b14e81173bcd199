"""Report: one study as a document that stands alone."""

from pages.shared import frame, report_page_parts, report_texts, state

ws = state.workspace()
info = frame.require_dataset(ws, "report")
study = frame.require_study(ws, info, "report")
frame.head("report", info, outside=report_page_parts.is_outside(info))
frame.study_picker(ws, info, study)
room, language = report_page_parts.choices(info)
report_page_parts.stands(ws, info, study, room)
report_texts.texts(ws)
report_page_parts.downloads(ws, study, room, language)
report_page_parts.preview(ws, study, room, language)
