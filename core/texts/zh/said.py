"""Chinese: every sentence that core writes in English, by its English template; joined from one module a subject."""

from core.texts.zh import said_anonymize, said_data, said_privacy, said_statement, said_studies, said_working

PARTS = (
    said_data.SENTENCES,
    said_studies.SENTENCES,
    said_privacy.SENTENCES,
    said_statement.SENTENCES,
    said_anonymize.SENTENCES,
    said_working.SENTENCES,
)
SENTENCES: dict[str, str] = {english: chinese for part in PARTS for english, chinese in part.items()}
