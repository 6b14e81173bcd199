"""
Every sentence that states a guarantee, in both languages, as it was last read beside docs/PRIVACY.md.

A sentence that promises more than the mathematics is the worst defect that a page can have, and no other test sees it.
After a review, ``python -m tests.test_guarantees`` takes the new snapshot.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.texts import LANGUAGES
from core.texts.zh import said_privacy, said_statement

SNAPSHOT = Path(__file__).parent / "kept" / "guarantees.json"
PRIVACY = Path(__file__).parents[1] / "docs" / "PRIVACY.md"
DO = "review it against docs/PRIVACY.md, then run `python -m tests.test_guarantees` to take the new snapshot"
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"promise\.(household|events)\..*|unit\..*|term\.unit.*|privacy\.(household|events|who).*", "Unit."),
    (r"promise\..*|overview\.promise.*|privacy\.(lead|delta|odds|guess|roc|epsilon)\b.*|harm\..*", "The promise"),
    (r"published\.(lead|person|source).*|term\.(dp|epsilon|delta|neighbours)\.what", "The promise"),
    (r"decide\.defend\.(ask|odds|spent|released)|document\.(summary|promise)\..*", "The promise"),
    (r"tour\.(privacy|training|recommendations|tradeoff)|way\..*", "The promise"),
    (r"privacy\.n\b.*|document\.processing\..*", "Declared, not counted."),
    (r"privacy\.columns.*|data\.(no_products|catalogue|mapping\.(computed|of_shoppers))\b.*", "Public."),
    (r"term\.accountant\.what", "Accountants, by name."),
    (r"term\.(noise|clip|dp_sgd)\.what", "Noise."),
    (r"audit\.(ledger|chain|waits|time|costs)\b.*|term\.ledger\.what|document\.ledger\..*|state\.spent.*", "Ledger."),
    (r"audit\.(cap|decide)\b.*|term\.cap\.what", "Cap and renewal."),
    (r"audit\.(lead|verify|statements|registry\.what)\b.*|term\.statement\.what", "Statement and verifier."),
    (r"document\.(annex|limits)\..*", "Statement and verifier."),
    (
        r"training\.(bill|ledger|repeats|epsilons|epsilon_spent|retry)\b.*|curve\.cost.*",
        "A curve costs more than a point.",
    ),
    (r"training\.winner\b.*", "Choosing a winner."),
    (r"training\.(evaluation_epsilon|ceiling)\b.*|term\.(judges|floor)\.what", "Figures are data too."),
    (r"privacy\.rows\b.*|anonymization\.no_epsilon|training\.rows\b.*", "Anonymisation buys no ε."),
    (r"anonymization\.(files_only|k_anonymity)\b.*|term\.k\.what", "Thresholds over shoppers"),
    (r"anonymization\.(pseudonym\w*|key)\b.*|term\.pseudonym\.what", "Pseudonyms"),
    (r"anonymization\.local_epsilon\b.*", "Randomised response"),
    (r"term\.unicity\.what|document\.risks\.rows.*", "Risk is measured, not proven."),
    (r"grid\.(private|not_here|no_epsilon)", "A grid of anonymisation and ε is charged nothing,"),
    (r"data\.(days|delete|files|keep|originals)\b.*|reset\.what", "At rest."),
    (r"consent\.remains\..*|consent\.(left|after|decide\.erase|done\.erase|erased)\b.*", "What remains."),
    (r"consent\.(evidence|check)\b.*", "Evidence"),
    (r"consent\.(lead|id\.help|none|is|handed\.none|reason\.help|sure|done|list|marked|runs)\b.*", "A withdrawal"),
    (r"(room|place)\..*|term\.room\.what|report\.room\b.*|document\.(room|mark)\b.*", "Three rooms"),
    (
        r"tradeoff\.left_out|link\.copy\.help|(pays|present|validation)\.(not_here|not_outside|private)",
        "Closer looks stay inside.",
    ),
    (r"noise\..*|document\.risks\.(pays|audit).*", "Closer looks stay inside."),
    (r"releases\..*|tradeoff\.draft.*|document\.(approved|draft|status|decisions)\b.*|report\.texts.*", "A report"),
    (r"gallery\..*|permission\..*|access\.lead", "Typical shoppers"),
    (r"rec\.(protected|unprotected|unknown|history\.caption|again\.caption)|why\..*", "What is not promised"),
    (r"shopper\.(content|free|anonymised\.(what|model|left_out)|churn\.usual\.what)", "What is not promised"),
    (r"audit\.attack\b.*|term\.attack\.what", "Audit by attack"),
)
"""Names of sentences that state a guarantee, and the heading, or the first words, in docs/PRIVACY.md they rest on."""
SAID = "said: "
"""Before the English template of a sentence of core, which has no name."""
NO_GUARANTEE = re.compile(r"Please|must be|got \{|There is no|There is nothing|The field|Expected|^[Gg]ive ")
"""In what core says of privacy: a refusal or a mistake of whoever asked."""
SHORT = 30
"""Characters of a label, which promises nothing; but names of rooms, marks and states do."""
LABELS = re.compile(r"(room|place|document\.(mark|status)|releases\.status|report\.room)\..*")
Kept = Mapping[str, Mapping[str, str]]


def heading_of(key: str) -> str | None:
    """What a sentence rests on; None where its name is none of a guarantee."""
    if key.startswith(SAID):
        return "Statement and verifier."
    return next((heading for pattern, heading in PATTERNS if re.fullmatch(pattern, key)), None)


def states_something(key: str, english: str) -> bool:
    """Whether a sentence is more than a label or a refusal."""
    if key.startswith(SAID):
        return len(english) >= SHORT and not NO_GUARANTEE.search(english)
    return len(english) >= SHORT or LABELS.fullmatch(key) is not None


def sentences() -> dict[str, tuple[str, str]]:
    """Every sentence that there is, in English and Chinese, by its name."""
    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    said = said_statement.SENTENCES | said_privacy.SENTENCES
    return {key: (english[key], chinese.get(key, "")) for key in english} | {
        SAID + sentence: (sentence, translated) for sentence, translated in said.items()
    }


def taken() -> dict[str, dict[str, str]]:
    """The snapshot as it would be taken now."""
    return {
        key: {"rests on": heading, "en": english, "zh": chinese}
        for key, (english, chinese) in sorted(sentences().items())
        if (heading := heading_of(key)) is not None and states_something(key, english)
    }


def differences(kept: Kept, now: Kept) -> list[str]:
    """What a person has to look at, a line each."""
    new = [f"{key}: is new and may state a guarantee; {DO}" for key in now if key not in kept]
    gone = [f"{key}: is gone; {DO}" for key in kept if key not in now]
    changed = [
        f"{key}: {part} changed from “{kept[key][part]}” to “{now[key][part]}”; {DO}"
        for key in kept
        if key in now
        for part in ("en", "zh", "rests on")
        if kept[key][part] != now[key][part]
    ]
    return [*new, *gone, *changed]


def is_there(heading: str, document: str) -> bool:
    """Whether a heading, or a paragraph that begins with these words in bold or italics, is in the document."""
    return (
        re.search(rf"^(## {re.escape(heading)}$|\*{{1,2}}{re.escape(heading)}\*)", document, re.MULTILINE) is not None
    )


def read() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return found


def test_every_guarantee_reads_as_it_was_reviewed() -> None:
    assert differences(read(), taken()) == []


def test_every_guarantee_rests_on_what_is_written() -> None:
    document = PRIVACY.read_text(encoding="utf-8")

    assert [
        f"docs/PRIVACY.md has no “{h}”; {DO}"
        for h in {e["rests on"] for e in read().values()}
        if not is_there(h, document)
    ] == []


def test_every_guarantee_is_said_in_both_languages() -> None:
    assert [key for key, entry in read().items() if not entry["en"] or not entry["zh"]] == []


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in PATTERNS])
def test_every_pattern_still_finds_a_sentence(pattern: str) -> None:
    assert any(re.fullmatch(part, key) for part in [pattern] for key in LANGUAGES["en"])


def test_what_is_new_gone_or_changed_is_told() -> None:
    one = {"rests on": "The promise", "en": "Hardly.", "zh": "几乎不会。"}
    told = differences({"promise.a": one, "promise.b": one}, {"promise.a": one | {"zh": "绝不会。"}, "promise.c": one})

    assert [line.partition(":")[0] for line in told] == ["promise.c", "promise.b", "promise.a"]
    assert "几乎不会" in told[2]
    assert all(DO in line for line in told)
    assert heading_of("promise.anything.new") == "The promise"
    assert heading_of("term.ndcg") is None
    assert is_there("The promise", "# T\n\n## The promise\n")
    assert not is_there("The promise", "**The promises.**")
    assert states_something("room.watermark", "NOT FOR RELEASE")
    assert not states_something("promise.roc.x", "Wrongly accused, of 100")


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(taken(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{SNAPSHOT.name}: {len(taken())} sentences, each to be read beside docs/PRIVACY.md before it is committed.")  # noqa: T201
