"""Core writes English; pages say it in the spoken language. No message of core may lack its translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import errors
from core.privacy import evidence, verify
from core.privacy.explain import odds
from core.privacy.ledger import RENEWAL_MEANS
from core.privacy.wording import UNIT
from core.runs import launcher, worker
from core.tables.cleaning import CURES
from core.texts import said, speaking
from core.texts.sentences import CATALOGUES

CORE = Path(__file__).parent.parent / "core"
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.UserError)}
CHECKED_BY_SETTINGS = ("settings/*.py", "audit/settings.py", "tables/rules.py", "tables/mapping.py")
REPORTS = {"report", "step", "told"}
ENGLISH = re.compile(r"(?<![\w`(-])[a-z]{2,} [a-z']+ [a-z]+ [a-z]+(?![\w`)])")
"""Four English words in a row: no file name, no command, no name of a setting."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(CORE.glob("**/*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def examples(node: ast.expr, tree: ast.Module) -> list[str]:
    """What an expression may say, each value in it written as 7; nothing where it is not to be seen from here."""
    match node:
        case ast.Constant(value=str()):
            return [str(node.value)]
        case ast.JoinedStr():
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)]
        case ast.IfExp():
            return examples(node.body, tree) + examples(node.orelse, tree)
        case ast.BinOp(op=ast.Add()):
            return [a + b for a in examples(node.left, tree) or ["7"] for b in examples(node.right, tree) or [" 7"]]
        case ast.Call(func=ast.Name(id=name)):  # a function that builds the message
            own = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name]
            returned = [each.value for one in own for each in ast.walk(one) if isinstance(each, ast.Return)]
            return [words for value in returned if value is not None for words in examples(value, tree)]
        case ast.Name(id=name):
            given = [each for each in ast.walk(tree) if isinstance(each, ast.Assign)]
            values = [
                each.value for each in given if any(isinstance(t, ast.Name) and t.id == name for t in each.targets)
            ]
            return [
                words
                for value in values
                if isinstance(value, ast.Constant | ast.JoinedStr)
                for words in examples(value, tree)
            ]
    return []


def calls(names: set[str], argument: int) -> Iterator[str]:
    """Every message that is the argument of a call to one of ``names`` in core."""
    for _, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in names and len(node.args) > argument:
                yield from examples(node.args[argument], tree)


def notes() -> Iterator[str]:
    """What studies append to their notes, and ``Advice`` gives as its reason."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if ast.unparse(node.func) in ("notes.append", "said.append") and path.parent.name == "studies":
                yield from examples(node.args[0], tree)
            if isinstance(node.func, ast.Name) and node.func.id == "Advice":
                yield from examples(node.args[2], tree)


def sentences_in(functions: set[str]) -> Iterator[str]:
    """Everything in functions of core that is written as a sentence, what they say of themselves aside."""
    for _, tree in trees():
        for function in ast.walk(tree):
            if not (isinstance(function, ast.FunctionDef) and function.name in functions):
                continue
            for node in [each for part in function.body[1:] for each in ast.walk(part)]:
                if isinstance(node, ast.Constant | ast.JoinedStr):
                    yield from (words for words in examples(node, tree) if re.match("[“A-ZN].*[.]$", words))


def refused_settings() -> Iterator[str]:
    """What a check of settings says, in the sentence that ``build`` makes of it."""
    for pattern in CHECKED_BY_SETTINGS:
        for path in CORE.glob(pattern):
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ValueError":
                    yield from (f"Please change the settings: {words}." for words in examples(node.args[0], tree))


def listed() -> Iterator[str]:
    """Sentences that core holds in tables."""
    yield from (RENEWAL_MEANS, UNIT, *CURES.values(), *verify.REASONS.values(), *evidence.REASONS.values())
    yield from odds(1.0, 1e-5).sentences
    for module in (launcher, worker):
        found = [value for name, value in vars(module).items() if isinstance(value, str) and name.isupper()]
        yield from (words for words in found if words.endswith("."))


def in_chinese(sentence: str) -> str:
    with speaking("zh"):
        return said(sentence)


def untranslated(sentences: Iterator[str]) -> list[str]:
    every = {words for words in sentences if re.search("[A-Za-z]{2}", words)}  # not such as “7, 7”
    assert every
    return sorted(words for words in every if in_chinese(words) == words or ENGLISH.search(in_chinese(words)))


def test_every_error_of_core_is_said_in_chinese() -> None:
    assert len(set(calls(ERRORS, 0))) > 150
    assert untranslated(calls(ERRORS, 0)) == []


def test_every_refused_setting_is_said_in_chinese() -> None:
    assert untranslated(refused_settings()) == []


def test_every_report_of_progress_is_said_in_chinese() -> None:
    assert untranslated(calls(REPORTS, 1)) == []


def test_every_note_and_advice_is_said_in_chinese() -> None:
    assert untranslated(notes()) == []


def test_every_effect_of_an_option_is_said_in_chinese() -> None:
    assert len(set(calls({"Change"}, 3))) > 10
    assert untranslated(calls({"Change"}, 3)) == []


def test_every_sentence_of_a_bill_and_of_an_audit_is_said_in_chinese() -> None:
    """They are gathered in lists: everything in these functions that is written as a sentence."""
    found = list(sentences_in({"write_sentences", "sentences_of", "_buy_figures", "_notes"}))

    assert len(found) > 12
    assert untranslated(iter(found)) == []


def test_every_listed_sentence_is_said_in_chinese() -> None:
    assert untranslated(listed()) == []


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_a_translation_has_the_places_of_its_template(language: str) -> None:
    for english, other in CATALOGUES[language].items():
        places = set(re.findall(r"\{(\w+)\}", english))
        assert set(re.findall(r"\{(\w+)\}", other)) <= places, english


def test_english_is_said_as_it_is() -> None:
    with speaking("en"):
        assert said("The disk is full: nothing can be written in a. Make room there.") == (
            "The disk is full: nothing can be written in a. Make room there."
        )


def test_what_no_template_fits_stays_as_it_is() -> None:
    assert in_chinese("Everything ends: even this.") == "Everything ends: even this."


def test_sentences_in_a_row_are_said_one_by_one() -> None:
    assert in_chinese("There is nothing to attack. The file a.csv is not there. Check the path and try again.") == (
        "没有可攻击的对象。" + "文件 a.csv 不存在。请检查路径后重试。"
    )


def test_values_that_core_wrote_are_said_too() -> None:
    assert (
        in_chinese("ε 4: training the network by DP-SGD, step 3 of 60")
        == "ε 4：正在用 DP-SGD 训练网络，第 3 步，共 60 步"
    )
    assert in_chinese("Without noise: training the network") == "无噪声：正在训练网络"
    assert in_chinese("The released figures show “hybrid” ahead of “popularity” by more than their ± and chance.") == (
        "发布的数字显示“混合”领先“热门”，幅度超过其 ± 和偶然。"
    )


def test_names_that_people_gave_stay_as_they_are() -> None:
    assert in_chinese("“popularity” holds no finished study. Run `study … --out popularity` first.") == (
        "“popularity”中没有完成的研究。请先运行 `study … --out popularity`。"
    )


def test_two_wrong_settings_are_said_both() -> None:
    words = "Please change the settings: epsilons must be greater than or equal to 0.01 (got 0); repeats is missing."

    assert in_chinese(words) == "请修改设置：epsilons 必须不小于 0.01（给出的是 0）；缺少 repeats。"
