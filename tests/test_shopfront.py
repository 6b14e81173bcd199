"""One shopper closely: every ε of a method, why a product is there, before and after own-row options, a gallery."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pytest

from core.errors import NotFound
from core.settings import AnonymizationSettings
from core.settings.anonymization import GroupSettings
from core.store.parquet import drop_rows
from core.studies import gallery
from core.studies.gallery import RULES
from core.studies.lists import StudyLists
from tests.made_shop import make_catalogue, make_interactions, users
from tests.worked import Studied, studied_workspace

USER = users()[7]


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studied]:
    yield from studied_workspace(tmp_path_factory.mktemp("shopfront"))


def test_a_method_is_followed_over_every_epsilon_rising(studied: Studied) -> None:
    front = studied.ws.shopfront

    lists = front.along(studied.run, USER, "statistics", 5)

    assert front.epsilons(studied.run, "statistics") == [1.0, 4.0]
    assert [one.epsilon for one in lists] == [1.0, 4.0]
    assert front.epsilons(studied.run, "content") == [0.0]
    for one in lists:
        (alone,) = front.recommend_for(studied.run, USER, [("statistics", one.epsilon)], 5)
        assert one.new["item_id"].tolist() == alone.new["item_id"].tolist()
        assert one.new["because"].tolist() == [[]] * 5, "reasons are asked for apart"


def test_why_names_own_products_and_their_shares(studied: Studied) -> None:
    front = studied.ws.shopfront
    (one,) = front.recommend_for(studied.run, USER, [("statistics", 4.0)], 5)
    items = one.new["item_id"].tolist()

    found = front.why(studied.run, USER, ("statistics", 4.0), items)

    own = make_interactions().query("user_id == @USER").merge(make_catalogue(), on="item_id")
    assert [why.item_id for why in found] == items
    assert [why.score for why in found] == pytest.approx(one.new["score"].tolist(), abs=1e-6)
    for why, because in zip(found, one.new["because"], strict=True):
        assert {title for title, _ in why.speakers} <= set(own["title"])
        assert [title for title, _ in why.speakers][: len(because)] == because
        assert 0 <= sum(share for _, share in why.speakers) <= 1 + 1e-5
        assert why.signals == {}, "the score of statistics is no sum of signals"


def test_nothing_of_a_strangers_speaks_for_anything(studied: Studied) -> None:
    (why,) = studied.ws.shopfront.why(studied.run, "nobody", ("statistics", 4.0), ["product-001"])

    assert why.speakers == ()


def test_options_that_change_nothing_of_a_shopper_change_nothing_of_the_list(studied: Studied) -> None:
    found = studied.ws.shopfront.anonymised(
        studied.run, USER, ("statistics", 4.0), AnonymizationSettings(price_bands=(1.0, 5.0)), 5
    )

    assert found.changed == 0
    assert found.rows == found.rows_after == len(make_interactions().query("user_id == @USER"))
    pd.testing.assert_frame_equal(found.before.new, found.after.new)


def test_a_cap_leaves_so_many_rows_and_the_list_is_that_of_a_shorter_history(studied: Studied) -> None:
    options = AnonymizationSettings(max_events_per_shopper=2, drop_columns=("Time", "column that a study has not"))

    found = studied.ws.shopfront.anonymised(studied.run, USER, ("content", 0.0), options, 5)

    assert found.rows_after == 2
    assert found.changed == 2, "both lost their time"
    assert found.before.new["item_id"].tolist() != found.after.new["item_id"].tolist()


def test_options_with_a_threshold_are_left_out_and_named(studied: Studied) -> None:
    groups = GroupSettings(k=5, columns=("n_events",))
    options = AnonymizationSettings(suppress_items_below=50, k_anonymity=groups)

    found = studied.ws.shopfront.anonymised(studied.run, USER, ("statistics", 4.0), options, 5)

    assert found.left_out == ("suppress_items_below", "k_anonymity")
    assert found.rows_after == found.rows


def test_a_stranger_has_no_rows_to_anonymise(studied: Studied) -> None:
    options = AnonymizationSettings(max_events_per_shopper=2)
    found = studied.ws.shopfront.anonymised(studied.run, "nobody", ("statistics", 4.0), options, 5)

    assert (found.rows, found.rows_after, found.changed) == (0, 0, 0)
    assert not found.after.known

    # A gallery.


def test_shoppers_who_stand_for_a_kind_are_others_each_and_at_their_quantile(studied: Studied) -> None:
    found = studied.ws.shopfront.gallery(studied.run)
    sizes = make_interactions().groupby("user_id")["item_id"].nunique()
    sizes = sizes[sizes >= 5]
    by_kind = {one.kind: one for one in found}

    assert [one.kind for one in found] == list(RULES)
    assert len({one.user_id for one in found}) == len(found)
    for kind, quantile in (("heavy", 0.95), ("usual", 0.5), ("light", 0.1)):
        wanted = sizes.quantile(quantile)
        assert by_kind[kind].products == sizes[by_kind[kind].user_id]
        assert abs(by_kind[kind].products - wanted) == abs(sizes.to_numpy() - wanted).min()
    shares = {one.kind: one.top_share or 0.0 for one in found}
    assert shares["broad"] < 0.5 < shares["one_category"]
    assert by_kind["broad"].categories > by_kind["one_category"].categories
    prices = [one.price for one in found if one.price is not None]
    assert by_kind["bargain"].price == min(prices)


def test_a_pseudonym_tells_nothing_of_the_id_and_stays(studied: Studied) -> None:
    first, second = studied.ws.shopfront.gallery(studied.run), studied.ws.shopfront.gallery(studied.run)

    assert first == second
    for one in first:
        assert len(one.pseudonym) == 20
        assert one.user_id not in one.pseudonym


def test_a_gallery_is_allowed_by_somebody_for_a_reason_until_it_is_not(studied: Studied) -> None:
    front = studied.ws.shopfront
    assert front.gallery_allowed(studied.dataset) is None

    front.allow_gallery(studied.dataset, by="officer@shop", reason="a demo for the board")
    found = front.gallery_allowed(studied.dataset)

    assert found is not None
    assert (found.by, found.reason) == ("officer@shop", "a demo for the board")
    front.forbid_gallery(studied.dataset, by="officer@shop", reason="the demo is over")
    assert front.gallery_allowed(studied.dataset) is None
    with pytest.raises(NotFound):
        front.allow_gallery("no such data", by="x", reason="y")


def test_usual_churn_is_the_mean_over_repeats_or_empty_in_older_studies(studied: Studied) -> None:
    file = studied.ws.study(studied.run).exact_file
    before = file.read_bytes()
    table = pd.read_csv(file)
    try:
        table.drop(columns=["churn_at_10"], errors="ignore").to_csv(file, index=False)
        assert studied.ws.shopfront.usual_churn(studied.run, "statistics").empty

        twice = pd.concat([table.assign(churn_at_10=0.2), table.assign(churn_at_10=0.4)])
        twice.to_csv(file, index=False)
        found = studied.ws.shopfront.usual_churn(studied.run, "statistics")
    finally:
        file.write_bytes(before)

    assert found["epsilon"].tolist() == [1.0, 4.0]
    assert found["churn"].tolist() == pytest.approx([(0.2 + 0.4) / 2] * 2)


def test_rows_that_are_erased_are_not_remembered(studied: Studied) -> None:
    front, user = studied.ws.shopfront, users()[11]
    assert len(front.history(studied.run, user)) > 0
    folder, before = studied.ws.study(studied.run), front.as_of(studied.run)

    drop_rows(folder.interactions_file, lambda batch: pc.equal(batch["user_id"].cast("string"), user))

    assert front.history(studied.run, user).empty
    assert front.as_of(studied.run) > before


def test_a_shopper_with_one_product_is_shown_and_told_why(studied: Studied) -> None:
    """All that speaks for a product is the one own product, or nothing is."""
    lists = StudyLists(studied.ws.study(studied.run))
    own = make_interactions().query("user_id == @USER").head(1)
    point = studied.ws.study(studied.run).find("content", 0.0)
    made = lists.for_shopper(own, point, 5)

    found = lists.why(own, point, made.new["item_id"].tolist())

    title = make_catalogue().set_index("item_id")["title"][own["item_id"].iloc[0]]
    assert len(made.new) == 5
    assert all(why.speakers in (((title, 1.0),), ()) for why in found)
    assert found[0].speakers == ((title, 1.0),)


@pytest.mark.parametrize(("n", "found"), [(19, []), (20, ["u18", "u00"])])
def test_the_most_extreme_shopper_stands_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, found: list[str]
) -> None:
    """18 have 5 products, one 19, one 20: the 95th percentile is 19.05; with 19 taken 20 is next, and passed over."""
    monkeypatch.setattr(gallery, "RULES", {"heavy": ("products", 0.95), "usual": ("products", 0.95)})
    catalogue = make_catalogue()
    catalogue.to_parquet(tmp_path / "catalogue.parquet")
    sizes = [*[5] * 18, 19, 20][20 - n :]
    rows = [(f"u{place:02}", item) for place, size in enumerate(sizes) for item in catalogue["item_id"][:size]]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_parquet(tmp_path / "rows.parquet")

    typical = gallery.typical_shoppers(tmp_path / "rows.parquet", tmp_path / "catalogue.parquet", bytes(32))

    assert [one.products for one in typical] == [sizes[int(user[1:])] for user in found]
    assert "u19" not in {one.user_id for one in typical}


def test_whoever_withdrew_stands_for_no_kind(studied: Studied) -> None:
    first = studied.ws.shopfront.gallery(studied.run)[0].user_id

    studied.ws.consents.withdraw(first, by="Olga", reason="request 17")

    assert first not in {one.user_id for one in studied.ws.shopfront.gallery(studied.run)}
