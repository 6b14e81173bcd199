"""The command line, as a person and as an outside check use it: files in, files and JSON out, exit codes kept."""

import csv
import json
import os
import random
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.privacy.ledger import Cap, Ledger
from core.store.home import Home

ROOT = Path(__file__).resolve().parents[1]
N_USERS, N_ITEMS, PER_USER = 120, 40, 8
FAST = ("popularity", "content", "statistics")
METRICS = ("ndcg_at_10", "recall_at_10", "hit_rate_at_10")
CURVE = ["method", "epsilon", "delta", "repeat", *(f"{name}{end}" for name in METRICS for end in ("", "_noise"))]
PROGRESS = re.compile(r" *\d+%  +\d+\.\d s  \S.*")


def user(number: int) -> str:
    """An id with leading zeros."""
    return f"{number:07d}"


def item(number: int) -> str:
    """An id of 19 digits, beyond what a float or a signed 64-bit integer can hold."""
    return str(9_300_000_000_000_000_000 + number)


@dataclass(frozen=True)
class Shop:
    """Two files on disk, and what each shopper touched."""

    folder: Path
    touched: dict[str, set[str]]

    @property
    def behavior(self) -> Path:
        return self.folder / "UserBehavior.csv"

    @property
    def products(self) -> Path:
        return self.folder / "ProductInfo.csv"

    @property
    def files(self) -> tuple[Path, Path]:
        return self.behavior, self.products


def make_shop(folder: Path, n_users: int = N_USERS) -> Shop:
    """Write a shop whose shoppers mostly keep to one of four kinds of products."""
    chance = random.Random(4)
    kinds = ("Tea", "Coffee", "Cups", "Books")
    touched: dict[str, set[str]] = {}
    rows = ["UserID,ProductID,Behavior,Time"]
    for number in range(n_users):
        for day in range(1, PER_USER + 1):
            own = chance.randrange(N_ITEMS // 4) * 4 + number % 4
            chosen = item(own if chance.random() < 0.8 else chance.randrange(N_ITEMS))
            rows.append(f"{user(number)},{chosen},{chance.choice('12')},2025-03-{day:02d} 10:00:00")
            touched.setdefault(user(number), set()).add(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    shop = Shop(folder, touched)
    shop.behavior.write_text("\n".join(rows) + "\n", encoding="utf-8")
    lines = [f"{item(i)},{kinds[i % 4]},{i + 1}.5,4.{i % 10},{kinds[i % 4]} number {i}" for i in range(N_ITEMS)]
    shop.products.write_text("\n".join(["ProductID,Category,Price,Rating,Title", *lines]) + "\n", encoding="utf-8")
    return shop


def tact(*arguments: object, home: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Type a command: a process of its own, in a shell's environment (JAX, once imported, changes that of tests)."""
    shell = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    own = {"TACT_HOME": str(home)} if home else {}
    command = [sys.executable, "-m", "core", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=shell | own)


def type_in(*arguments: object) -> int:
    """The same command without the 2 s that a process takes to start."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as done:  # argparse's own way out
        return int(done.code or 0)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def strict_json(text: str) -> dict[str, Any]:
    """Parse as every other language does: NaN and Infinity are no JSON."""
    found: dict[str, Any] = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_shop(tmp_path_factory.mktemp("shop"))


@dataclass(frozen=True)
class Studied:
    """A finished study, its home, and what the command printed."""

    out: Path
    home: Path
    said: dict[str, Any]
    errors: str

    def statement(self, name: str) -> Path:
        return self.out / "statements" / f"{name}.json"


@pytest.fixture(scope="module")
def studied(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Studied:
    folder = tmp_path_factory.mktemp("studied")
    done = tact(
        "study", *shop.files, "--epsilons", 1, 4, "--methods", *FAST, "--out", folder / "out", home=folder / "home"
    )
    assert done.returncode == 0, done.stderr
    return Studied(folder / "out", folder / "home", strict_json(done.stdout), done.stderr)


# import and anonymize


def test_import_prints_the_report_and_counts_every_row_once(tmp_path: Path) -> None:
    behavior, products = tmp_path / "b.csv", tmp_path / "p.csv"
    behavior.write_text(
        "UserID,ProductID,Behavior,Time\n007,p1,1,\n007,p2,pv,\n008,p1,9,\n008,p9,1,\n,p1,1,\n", encoding="utf-8"
    )
    products.write_text("ProductID,Category,Price,Rating\np1,Tea,1,4\np2,Tea,2,4\np2,Tea,2,4\n", encoding="utf-8")

    done = tact("import", behavior, products, "--out", tmp_path / "out")

    said = strict_json(done.stdout)
    assert done.returncode == 0
    assert {"rows_in", "rows_kept", "rejected", "encoding", "users", "items"} <= set(said["behavior"])
    assert said["behavior"]["rows_in"] == 5
    assert said["behavior"]["rows_kept"] == 2
    assert said["behavior"]["rejected"] == {
        "missing_user": 1,
        "product_not_in_catalogue": 1,
        "unknown_behavior": 1,
    }  # 5 - 3 = 2 are kept
    assert (said["behavior"]["users"], said["behavior"]["items"]) == (1, 2)
    assert (
        said["products"]["rows_in"]
        == 3
        == said["products"]["rows_kept"] + said["products"]["rejected"]["duplicate_product"]
    )
    assert (tmp_path / "out" / "interactions.parquet").exists()


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ";"), ("utf-8", "\t"), ("gbk", ","), ("utf-8-sig", ","), ("utf-16", ";")]
)
def test_import_reads_what_spreadsheets_write(
    shop: Shop, tmp_path: Path, encoding: str, delimiter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / path.name for path in shop.files]
    for path, source in zip(paths, shop.files, strict=True):
        text = source.read_text(encoding="utf-8").replace(",", delimiter).replace("Tea", "茶叶")
        path.write_text(text, encoding=encoding)

    code = type_in("import", *paths, "--out", tmp_path / "out")

    said = strict_json(capsys.readouterr().out)
    assert code == 0
    assert said["behavior"]["rows_kept"] == N_USERS * PER_USER
    assert said["products"]["rows_kept"] == N_ITEMS


def test_import_takes_a_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    behavior, mapping = tmp_path / "b.csv", tmp_path / "map.json"
    behavior.write_text("who,what,how\nu1,p1,taken\nu2,p1,seen\n", encoding="utf-8")
    mapping.write_text(
        json.dumps(
            {
                "behavior": {"UserID": "who", "ProductID": "what", "Behavior": "how"},
                "codes": {"taken": "purchase", "seen": "view"},
            }
        ),
        encoding="utf-8",
    )

    code = type_in("import", behavior, "--map", mapping, "--out", tmp_path / "out")

    said = strict_json(capsys.readouterr().out)
    assert code == 0
    assert (said["behavior"]["purchases"], said["behavior"]["views"], said["products"]) == (1, 1, None)


def test_anonymize_prints_the_risk_before_and_after(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"coarsen_time": "month", "price_bands": [10, 20]}', encoding="utf-8")

    code = type_in("anonymize", *shop.files, "--config", config, "--out", tmp_path / "out")

    said = strict_json(capsys.readouterr().out)
    assert code == 0
    for moment in ("before", "after"):
        assert list(said[moment]["unicity"]) == ["1", "2", "3", "4", "5"]
        assert all(0 <= share <= 1 for share in said[moment]["unicity"].values())
        assert said[moment]["k"] >= 1
    assert said["after"]["unicity"]["1"] <= said["before"]["unicity"]["1"]
    written = read(tmp_path / "out" / "UserBehavior.csv")
    assert len(written) == N_USERS * PER_USER
    assert not {row["UserID"] for row in written} & set(shop.touched)
    assert {row["ProductID"] for row in written} == set().union(*shop.touched.values())


# study


def test_study_writes_the_curve_the_promises_and_the_models(studied: Studied) -> None:
    rows = read(studied.out / "curve.csv")

    assert list(rows[0]) == CURVE
    assert {(row["method"], float(row["epsilon"])) for row in rows} == {
        ("content", 0.0),
        *((method, epsilon) for method in ("popularity", "statistics") for epsilon in (1.0, 4.0)),
    }
    points = ["popularity-1", "popularity-4", "statistics-1", "statistics-4"]
    assert sorted(path.stem for path in (studied.out / "statements").iterdir()) == points  # content promises nothing
    assert sorted(path.name for path in (studied.out / "models").iterdir()) == ["content-0", *points]
    assert studied.said["models"] == 5
    assert "Traceback" not in studied.errors


def test_what_must_stay_inside_can_be_opened_by_its_owner_only(studied: Studied) -> None:
    assert stat.S_IMODE((studied.out / "private").stat().st_mode) == 0o700
    outside = [path for path in studied.out.rglob("*") if path.is_file() and "private" not in path.parts]
    assert len(outside) > 10
    for path in outside:
        assert user(7).encode() not in path.read_bytes(), path


def test_each_statement_has_numbers_at_its_top(studied: Studied) -> None:
    for epsilon in (1.0, 4.0):
        statement = strict_json(studied.statement(f"statistics-{epsilon:g}").read_text("utf-8"))
        assert statement["epsilon"] == epsilon
        assert statement["delta"] == min(1e-5, 1 / (10 * N_USERS))
        assert statement["shoppers"]["number"] == N_USERS
        assert not statement["shoppers"]["declared"]


def test_without_evaluation_all_shoppers_train_and_the_figures_are_blank(shop: Shop, tmp_path: Path) -> None:
    """And a study that needs neither Keras nor diffprivlib does not wait for them; scikit-learn reads the titles."""
    arguments = ["study", *map(str, shop.files), "--epsilons", "1", "--methods", *FAST, "--shoppers", "200"]
    arguments += ["--no-evaluation", "--out", str(tmp_path / "out")]
    code = (
        "import sys; from core.__main__ import main; heavy = {'tensorflow', 'keras', 'sklearn', 'diffprivlib'}; "
        f"print(sorted(heavy & set(sys.modules)), main({arguments}), sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    said, ended = done.stdout.splitlines()
    assert ended == "[] 0 ['sklearn']", done.stderr
    numbers = strict_json(said)["numbers"]
    assert (numbers["total"], numbers["training"], numbers["evaluation"]) == (200, 200, 0)
    assert numbers["is_declared"]
    rows = read(tmp_path / "out" / "curve.csv")
    assert list(rows[0]) == CURVE
    assert {row[name] for row in rows for name in CURVE[4:]} == {""}


@pytest.mark.parametrize(("n_users", "n_models"), [(1, 2), (49, 2), (50, 3)])
def test_too_few_shoppers_get_the_popularity_list(
    tmp_path: Path, n_users: int, n_models: int, capsys: pytest.CaptureFixture[str]
) -> None:
    small = make_shop(tmp_path / "shop", n_users)

    code = type_in("study", *small.files, "--epsilons", 1, "--methods", *FAST, "--out", tmp_path / "out")

    said = strict_json(capsys.readouterr().out)
    assert code == 0
    assert said["models"] == n_models
    assert any("too few" in note for note in said["notes"]) == (n_users < 50)
    assert type_in("recommend", tmp_path / "out", "--epsilon", 1, "--users", "all", "--out", tmp_path / "r.csv") == 0
    assert n_users >= 50 or json.loads(capsys.readouterr().out)["method"] == "popularity"
    assert len({row["UserID"] for row in read(tmp_path / "r.csv")}) == n_users


def test_a_second_study_takes_the_place_of_the_first_and_of_nothing_else(shop: Shop, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "my notes.txt").write_text("mine")
    for epsilon in (1, 2):
        assert type_in("study", *shop.files, "--epsilons", epsilon, "--methods", "popularity", "--out", out) == 0

    assert [path.name for path in (out / "statements").iterdir()] == ["popularity-2.json"]
    assert [path.name for path in (out / "models").iterdir()] == ["popularity-2"]
    assert (out / "my notes.txt").read_text() == "mine"


def test_a_large_delta_is_warned_of(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    delta = 0.5 / N_USERS  # between 1 / (10 N) and 1 / N
    settings = ["--epsilons", 1, "--methods", "popularity", "--delta", delta]

    assert type_in("study", *shop.files, *settings, "--out", tmp_path / "out") == 0
    assert any("δ" in note for note in strict_json(capsys.readouterr().out)["notes"])


def test_a_study_beyond_the_cap_is_refused_before_anything_is_drawn(shop: Shop, tmp_path: Path, home: Home) -> None:
    """Its first point alone would have fitted; half a study would be money for nothing."""
    ledger = Ledger(home)
    ledger.set_cap(Cap(epsilon=2.0, delta=1e-5), by="O. Fficer", reason="Trial")
    settings = ["--epsilons", 1, 8, "--methods", "popularity"]

    done = tact("study", *shop.files, *settings, "--out", tmp_path / "out", home=home.folder)

    assert done.returncode == 3
    assert "The ledger refuses" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert ledger.entries() == []
    assert not (tmp_path / "out").exists()
    assert list(home.uploads_folder.iterdir()) == []


# recommend


@pytest.fixture
def recommend(
    studied: Studied, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[dict[str, str]]]:
    """Recommend out of the study and read the file back."""

    def call(users: object, *options: object, epsilon: float = 1) -> list[dict[str, str]]:
        out = tmp_path / "recs" / "r.csv"
        code = type_in("recommend", studied.out, "--epsilon", epsilon, "--users", users, *options, "--out", out)
        assert code == 0, capsys.readouterr().err
        return read(out)

    return call


def test_recommend_writes_what_shoppers_have_not_touched(
    recommend: Callable[..., list[dict[str, str]]], shop: Shop
) -> None:
    rows = recommend("all", "--k", 5)

    assert list(rows[0]) == ["UserID", "ProductID", "Rank", "Score"]
    assert len(rows) == N_USERS * 5
    assert {row["UserID"] for row in rows} == set(shop.touched)
    assert {row["ProductID"] for row in rows} <= {item(number) for number in range(N_ITEMS)}
    assert not any(row["ProductID"] in shop.touched[row["UserID"]] for row in rows)
    one = [row for row in rows if row["UserID"] == user(7)]
    assert [int(row["Rank"]) for row in one] == [1, 2, 3, 4, 5]
    assert sorted((float(row["Score"]) for row in one), reverse=True) == [float(row["Score"]) for row in one]


def test_a_list_is_as_long_as_the_catalogue_allows(
    recommend: Callable[..., list[dict[str, str]]], shop: Shop, tmp_path: Path
) -> None:
    for method in FAST:
        rows = recommend("all", "--k", 1_000, "--method", method)
        assert len(rows) == sum(N_ITEMS - len(own) for own in shop.touched.values())


def test_an_unknown_shopper_gets_the_popular_list(
    recommend: Callable[..., list[dict[str, str]]], tmp_path: Path
) -> None:
    users = tmp_path / "users.csv"
    users.write_text(f"note;UserID\nnobody;stranger\nknown;{user(7)}\nagain;stranger\nblank;\n", encoding="utf-8")

    rows = recommend(users, "--k", 3, "--method", "statistics")

    popular = [row["ProductID"] for row in recommend(users, "--k", 3, "--method", "popularity")][:3]
    assert [row["UserID"] for row in rows] == ["stranger"] * 3 + [user(7)] * 3
    assert [row["ProductID"] for row in rows[:3]] == popular


def test_best_names_the_method_that_it_took(
    studied: Studied, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.csv"

    assert type_in("recommend", studied.out, "--epsilon", 4, "--users", "all", "--out", out) == 0
    said = strict_json(capsys.readouterr().out)
    assert said["method"] in FAST
    assert len(read(out)) == N_USERS * 20


def test_best_of_a_study_of_content_is_content_at_every_epsilon(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in("study", *shop.files, "--methods", "content", "--no-evaluation", "--out", tmp_path / "out") == 0
    capsys.readouterr()

    code = type_in("recommend", tmp_path / "out", "--epsilon", 0.7, "--users", "all", "--out", tmp_path / "r.csv")

    assert code == 0
    assert strict_json(capsys.readouterr().out)["method"] == "content"


# verify


def altered(studied: Studied, path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    statement = json.loads(studied.statement("statistics-1").read_text("utf-8"))
    change(statement)
    path.write_text(json.dumps(statement), encoding="utf-8")
    return path


def test_verify_recomputes_epsilon_and_knows_its_own_signature(studied: Studied) -> None:
    done = tact("verify", studied.statement("statistics-1"), home=studied.home)

    said = strict_json(done.stdout)
    assert done.returncode == 0
    assert said["ok"] is True
    assert said["epsilon_claimed"] == 1.0
    assert 0.99 < said["epsilon_recomputed"] <= 1.0
    assert said["signature"] == "intact"


def test_verify_checks_only_the_arithmetic_of_another_installation(
    studied: Studied, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in("verify", studied.statement("popularity-4")) == 0
    said = strict_json(capsys.readouterr().out)
    assert (said["ok"], said["signature"]) == (True, "foreign")


@pytest.mark.parametrize(
    "change",
    [
        lambda statement: statement.update(epsilon=0.9),
        lambda statement: statement.update(method="hybrid"),
        lambda statement: statement.update(epsilon=0.9, signature=None),
        lambda statement: [statement["mechanisms"][0].update(noise_std=0.0), statement.update(signature=None)],
    ],
    ids=["epsilon", "method", "epsilon, unsigned", "no noise, unsigned"],
)
def test_verify_fails_what_was_altered(
    studied: Studied, tmp_path: Path, change: Callable[[dict[str, Any]], object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in("verify", altered(studied, tmp_path / "s.json", change)) == 1
    assert strict_json(capsys.readouterr().out)["ok"] is False


# mistakes


def header_only(shop: Shop, folder: Path) -> list[object]:
    path = folder / "few.csv"
    path.write_text("UserID,ProductID,Behavior,Time\n", encoding="utf-8")
    return [path, shop.products]


def empty(shop: Shop, folder: Path) -> list[object]:
    (folder / "few.csv").touch()
    return [folder / "few.csv", shop.products]


def without_behavior(shop: Shop, folder: Path) -> list[object]:
    path = folder / "few.csv"
    path.write_text("UserID,ProductID\nu1,p1\n", encoding="utf-8")
    return [path, shop.products]


def unknown_codes(shop: Shop, folder: Path) -> list[object]:
    path = folder / "few.csv"
    path.write_text(f"UserID,ProductID,Behavior\nu1,{item(1)},seven\n", encoding="utf-8")
    return [path, shop.products]


def other_products(shop: Shop, folder: Path) -> list[object]:
    path = folder / "few.csv"
    path.write_text("UserID,ProductID,Behavior\nu1,p1,1\n", encoding="utf-8")
    return [path, shop.products]


def no_files(shop: Shop, folder: Path) -> list[object]:
    (folder / "nothing").mkdir()
    return [folder / "nothing", shop.products]


def workbook(shop: Shop, folder: Path) -> list[object]:
    path = folder / "few.csv"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(500))
    return [path, shop.products]


def damaged_archive(shop: Shop, folder: Path) -> list[object]:
    path = folder / "few.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(500))
    return [path, shop.products]


def with_map(text: str) -> Callable[[Shop, Path], list[object]]:
    def arguments(shop: Shop, folder: Path) -> list[object]:
        (folder / "map.json").write_text(text, encoding="utf-8")
        return [*shop.files, "--map", folder / "map.json"]

    return arguments


def option(*words: object) -> Callable[[Shop, Path], list[object]]:
    return lambda shop, folder: [*shop.files, *words]


MISTAKES: dict[str, tuple[Callable[[Shop, Path], list[object]], tuple[str, ...]]] = {
    "no such file": (lambda shop, folder: [shop.behavior, folder / "nope.csv"], ("nope.csv", "not there")),
    "an empty folder": (no_files, ("The folder nothing is empty",)),
    "folders in a folder": (lambda shop, folder: [folder, shop.products], ("has a folder in it", "one folder")),
    "empty": (empty, ("few.csv is empty",)),
    "header only": (header_only, ("few.csv has a header line but no rows",)),
    "no Behavior": (without_behavior, ("few.csv", "Behavior", "UserID, ProductID")),
    "swapped": (lambda shop, folder: [shop.products, shop.behavior], ("swapped", "UserBehavior.csv")),
    "unknown codes": (unknown_codes, ("few.csv", "1 unknown_behavior", "map other codes")),
    "other products": (other_products, ("few.csv", "product file")),
    "an old workbook": (workbook, ("few.csv", "old Excel", "CSV UTF-8")),
    "a damaged archive": (damaged_archive, ("few.zip", "damaged")),
    "map is no JSON": (with_map("{behavior"), ("map.json", "JSON")),
    "map is a list": (with_map("[1]"), ("map.json", "JSON object")),
    "map of nothing": (with_map('{"behaviour": {}}'), ("behaviour", "no setting")),
    "map to no column": (with_map('{"behavior": {"UserID": "Kunde"}}'), ("UserID", "Kunde")),
    "no such map": (option("--map", "nope.json"), ("nope.json", "not there")),
    "ε of 0": (option("--epsilons", 0), ("epsilons", "0.01", "0.0")),
    "ε of 30": (option("--epsilons", 30), ("epsilons", "20", "30.0")),
    "ε twice": (option("--epsilons", 1, 1), ("epsilons", "once")),
    "ε in words": (option("--epsilons", "one"), ("--epsilons", "one")),
    "δ of 1/N": (option("--delta", 1 / N_USERS), ("δ", f"1 / {N_USERS}")),
    "no such method": (option("--methods", "magic"), ("methods", "magic", "popularity")),
    "no shoppers": (option("--shoppers", 0), ("n_shoppers", "1")),
    "no repeats": (option("--repeats", 0), ("repeats", "1")),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    shop: Shop, tmp_path: Path, mistake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, words = MISTAKES[mistake]
    out = tmp_path / "out"

    code = type_in("study", *arguments(shop, tmp_path), "--out", out)

    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    (sentence,) = said.err.splitlines()
    for word in words:
        assert word in sentence
    assert not out.exists()
    home = Home()
    assert Ledger(home).entries() == []
    assert list(home.uploads_folder.iterdir()) == []


def test_a_mistake_ends_the_process_with_2_and_without_traceback(shop: Shop, tmp_path: Path) -> None:
    done = tact("import", tmp_path / "nope.csv", shop.products, "--out", tmp_path / "out")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"The file {tmp_path / 'nope.csv'} is not there. Check the path and try again.\n"


def test_without_a_product_file_names_leave_only_by_a_private_choice(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The choice was drawn, and is paid for, though it let nothing out."""
    out = tmp_path / "out"

    code = type_in("study", shop.behavior, "--epsilons", 0.5, "--methods", "popularity", "--out", out)

    assert code == 2
    assert "Upload a product file" in capsys.readouterr().err
    assert not out.exists()
    assert [entry.purpose for entry in Ledger(Home()).entries()] == ["Choosing product names"]


@pytest.mark.parametrize("place", ["a file", "below a file"])
def test_a_study_has_a_place_before_it_spends(shop: Shop, tmp_path: Path, place: str) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    out = taken if place == "a file" else taken / "out"

    assert type_in("study", *shop.files, "--methods", "popularity", "--out", out) == 2
    assert Ledger(Home()).entries() == []
    assert taken.read_text() == "mine"


USERS = {
    "no UserID": (b"customer\n00042\n", "has no column UserID"),
    "no header": (b"00042\n00043\n", "has no column UserID"),
    "header only": (b"UserID\n", "has a header line but no rows"),
    "blank": (b"UserID,x\n,1\n", "names no shopper"),
    "empty": (b"", "is empty"),
    "a broken row": (b"UserID,x\n00042,1\n00043\n", "row 2"),
}


@pytest.mark.parametrize("kind", USERS)
def test_a_wrong_file_of_shoppers_is_told_apart_without_quoting_it(
    studied: Studied, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = USERS[kind]
    (tmp_path / "users.csv").write_bytes(content)
    out = tmp_path / "r.csv"

    code = type_in("recommend", studied.out, "--epsilon", 1, "--users", tmp_path / "users.csv", "--out", out)

    said = capsys.readouterr()
    assert code == 2
    assert f"users.csv {words}" in said.err or f"users.csv, {words}" in said.err
    assert "0004" not in said.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--epsilon", 3), ("ε 3", "ε 1, 4")),
        (("--epsilon", 3, "--method", "statistics"), ("ε 1, 4",)),
        (("--epsilon", 1, "--method", "hybrid"), ("hybrid", "content, popularity, statistics")),
        (("--epsilon", 1, "--method", "magic"), ("--method", "magic")),
        (("--epsilon", 1, "--k", 0), ("--k", "at least 1")),
        (("--epsilon", "nan"), ("ε 1, 4",)),
    ],
)
def test_recommend_says_what_the_study_has(
    studied: Studied,
    tmp_path: Path,
    options: tuple[object, ...],
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "r.csv"

    code = type_in("recommend", studied.out, *options, "--users", "all", "--out", out)

    (sentence,) = capsys.readouterr().err.splitlines()
    assert code == 2
    assert all(word in sentence for word in words)
    assert not out.exists()


def test_recommend_needs_a_finished_study(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (shop.folder, tmp_path / "nope"):
        code = type_in("recommend", folder, "--epsilon", 1, "--users", "all", "--out", tmp_path / "r.csv")
        assert code == 2
        assert f"“{folder.name}” holds no finished study" in capsys.readouterr().err


def test_recommend_does_not_write_over_a_folder(
    studied: Studied, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = type_in("recommend", studied.out, "--epsilon", 1, "--users", "all", "--out", tmp_path)

    assert code == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert list(tmp_path.parent.glob(f".{tmp_path.name}*")) == []


@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"epsilon": 1}', "UserID\n7\n"])
def test_verify_refuses_what_is_no_statement(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.json").write_text(content, encoding="utf-8")

    assert type_in("verify", tmp_path / "s.json") == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "s.json" in sentence


# everything, as it is typed by default


@pytest.mark.slow
def test_from_two_files_to_verified_recommendations(shop: Shop, tmp_path: Path) -> None:
    config, out, recs = tmp_path / "config.json", tmp_path / "study", tmp_path / "recs.csv"
    config.write_text("{}", encoding="utf-8")
    study = tact("study", *shop.files, "--epsilons", 1, 2, "--out", out)
    done = [
        tact("import", *shop.files, "--out", tmp_path / "dataset"),
        tact("anonymize", *shop.files, "--config", config, "--out", tmp_path / "anonymous"),
        study,
        tact("recommend", out, "--epsilon", 1, "--users", "all", "--k", 3, "--out", recs),
        *(tact("verify", path) for path in (out / "statements").iterdir()),
    ]

    assert [one.returncode for one in done] == [0] * (4 + 3 * 2), [one.stderr for one in done]
    assert all(PROGRESS.fullmatch(line) for line in study.stderr.splitlines()), study.stderr  # TensorFlow is silent
    assert strict_json(done[3].stdout)["method"] == "hybrid"
    assert len(read(recs)) == N_USERS * 3
    assert all(strict_json(one.stdout)["signature"] == "intact" for one in done[4:])
    assert (out / "models" / "hybrid-1" / "model.keras").exists()
