"""From a dataset to what a study trains on: settings that fit, rows after their rules, products, shoppers apart."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.anonymize.pseudonyms import NAMES_KEY, pseudonyms, study_key
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.errors import DataError, SettingsError
from core.privacy.consent import LeftOut, keep_consenting
from core.privacy.deployment import read_audit, read_deployment
from core.privacy.ledger import Entry, Ledger
from core.privacy.plan import Plan, epsilon_of
from core.privacy.selection import select_items
from core.privacy.statement import Facts
from core.recommend.histories import build_histories
from core.recommend.hybrid import Lessons
from core.recommend.shop import Shop, build_shop
from core.settings import StudySettings, default_delta
from core.store.home import Home
from core.store.parquet import write_frame
from core.studies.budget import Numbers, feasible, numbers_of, selection_of
from core.studies.charges import charges_of
from core.studies.folder import StudyFolder, write_catalogue
from core.studies.models import Trainer
from core.studies.shoppers import Judges, is_judge, split
from core.tables.dataset import Dataset

COIN = "evaluation-coin"
PSEUDONYMS = NAMES_KEY


@dataclass(frozen=True)
class Study:
    """A study about to start: who asks, on what, and who pays.

    Attributes:
        name: The study's name in the ledger.
        public: The data are public (the sample): nothing is spent, figures are exact.
    """

    home: Home
    dataset: Dataset
    settings: StudySettings
    folder: StudyFolder
    name: str
    public: bool

    @property
    def published(self) -> tuple[str, ...]:
        """Catalogue columns that the methods may use."""
        chosen = self.dataset.schema.published if self.settings.published is None else self.settings.published
        return tuple(name for name in self.dataset.schema.columns if name in chosen)


def fit_settings(study: Study) -> tuple[Study, list[str]]:
    """Refuse what this data does not allow; leave out, with a note, what it cannot feed.

    Raises:
        SettingsError: with what to change.
    """
    settings, notes = study.settings, []
    network = settings.network
    if "mlp" in settings.methods and (network.early_stopping or network.folds > 1) and not settings.ceiling:
        raise SettingsError(
            "Early stopping and cross-validation look at shoppers' data at every turn, and no ε of this study would "
            "cover that. Turn them off, or also train without noise: they are used for that model only."
        )
    if settings.repeats > 1 and not study.public:
        notes.append("Each repeat was drawn and charged anew: bands over repeats are free on public data only.")
    if "content" in settings.methods and not {Columns.TEXT, Columns.CATEGORY} & set(study.published):
        methods = tuple(method for method in settings.methods if method != "content")
        if not methods:
            raise SettingsError(
                "The catalogue has nothing to compare products by, so “content” cannot be studied. "
                "Add a Category, Title or Description column to the product file, or choose another method."
            )
        notes.append("“content” is left out: the catalogue has no published category or text to compare products by.")
        settings = settings.model_copy(update={"methods": methods})
    return replace(study, settings=settings), notes


def prepare(study: Study, ledger: Ledger, notes: list[str]) -> tuple[Trainer, Judges | None]:
    """Read the rows, fix the public numbers, and set the judges apart; writes the folder's public part.

    Raises:
        DataError: nothing is left to learn from.
        SettingsError: δ is too large for this shop.
        BudgetRefused: the study as a whole would pass the cap; nothing was drawn.
    """
    interactions, catalogue, users, left_out = _rows(study)
    numbers = numbers_of(study.settings, int(interactions[Columns.USER].nunique()))
    check_numbers(numbers, notes)
    if study.settings.only_winner and not numbers.evaluation:
        raise SettingsError(f"No shopper can be set apart to tell which trial is best. {numbers.shortage}")
    if not study.public and ledger.cap():
        ledger.check(charges_of(study.settings, numbers, catalogue is not None, has_content=True))
    theirs = _judges(study, users, numbers.share)
    is_training = ~interactions[Columns.USER].isin(theirs)
    shop, selected = _shop(study, ledger, interactions[is_training], catalogue, numbers)
    study.folder.make()  # only now: wrong input and a refusal leave nothing behind
    left_out.keep(study.folder.path)
    write_catalogue(study.folder, shop, catalogue, set(study.published))
    known = interactions[interactions[Columns.ITEM].isin(shop.item_ids)]
    write_frame(known, study.folder.interactions_file)
    training, judges = split(interactions, shop, theirs)
    settings = study.settings.model_copy(update={"methods": feasible(study.settings.methods, numbers)})
    trainer = Trainer(
        folder=study.folder,
        settings=settings,
        numbers=numbers,
        ledger=ledger,
        facts=_facts(study, numbers, notes),
        study=study.name,
        shop=shop,
        training=training,
        lessons=Lessons(shop, training),
        selected=selected,
    )
    return trainer, judges


def check_numbers(numbers: Numbers, notes: list[str]) -> None:
    """Refuse a δ that promises nothing; note what is doubtful about the declared numbers."""
    if numbers.delta >= 1 / numbers.total:
        raise SettingsError(
            f"δ must be below 1 / {numbers.total:,} shoppers, got {numbers.delta:g}. Please choose a smaller one."
        )
    if not numbers.is_enough:
        notes.append(numbers.shortage)
    if numbers.delta > 1 / (10 * numbers.total):
        notes.append(
            f"δ {numbers.delta:g} is above 1 / (10 × {numbers.total:,}): with that chance the promise may fail, and it "
            f"should be far smaller than one shopper in all. {default_delta(numbers.total):g} is usual."
        )


def _rows(study: Study) -> tuple[pd.DataFrame, pd.DataFrame | None, npt.NDArray[np.str_], LeftOut]:
    """Interactions of who consents, and catalogue, after the rules that change a shopper's own rows only; their ids."""
    uploaded, left_out = keep_consenting(study.dataset.interactions(), study.home)
    users = uploaded[Columns.USER].unique().astype(str)
    interactions, catalogue, _ = apply_row_rules(
        uploaded,
        study.dataset.catalogue(),
        study.settings.anonymization,
        study_key(study.home),
    )
    if interactions.empty:
        raise DataError("No interaction is left after cleaning, so there is nothing to learn from. Import other files.")
    return interactions, catalogue, users, left_out


def _judges(study: Study, users: npt.NDArray[np.str_], share: float) -> pd.Index:
    """Ids of the evaluation shoppers, as the study's rows name them.

    The coin is of the id as uploaded, so that a pseudonym makes nobody change sides: who trained one study and judged
    another would have paid twice, and the ledger counts the two sides apart.
    """
    chosen = users[is_judge(users, study.home.key(COIN), share)].tolist()
    if study.settings.anonymization.pseudonymize:
        look = study.settings.anonymization.pseudonym_format
        chosen = pseudonyms(chosen, study_key(study.home), look).tolist()
    judges: pd.Index = pd.Index(chosen, dtype=object)
    return judges


def _shop(
    study: Study,
    ledger: Ledger,
    training: pd.DataFrame,
    catalogue: pd.DataFrame | None,
    numbers: Numbers,
) -> tuple[Shop, Entry | None]:
    """The public catalogue; without one, the product names that partition selection lets out of the training data."""
    shop = build_shop(study.dataset.schema, catalogue, study.published)
    if catalogue is not None:
        return shop, None
    selection = selection_of(study.settings, numbers)
    claimed = epsilon_of((selection,), numbers.delta)
    plan = Plan(epsilon=claimed, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=(selection,))
    charge = ledger.charge(
        plan, study=study.name, purpose="Choosing product names", public=study.public, group=numbers.training_group
    )
    everything = np.array(sorted(training[Columns.ITEM].unique()))
    histories = build_histories(training, everything, has_time=False)
    names = select_items(histories.matrix, list(histories.user_ids), list(everything), selection, study.home.key(COIN))
    if not names:
        raise DataError(
            "Without a product file, names of products may leave only if enough shoppers touched them, and at this ε "
            "none does. Upload a product file (a list of ProductID is enough), or choose a larger ε."
        )
    return replace(shop, item_ids=np.array(names)), charge


def _facts(study: Study, numbers: Numbers, notes: list[str]) -> Facts:
    schema = study.dataset.schema
    return Facts(
        shoppers_declared=numbers.is_declared,
        catalogue=schema.catalogue,
        published=study.published,
        computed=tuple(name for name in schema.columns if name not in study.published),
        remarks=tuple(notes),
        public=study.public,
        anonymization=study.settings.anonymization,
        settings=study.settings.model_dump(mode="json"),
        deployment=read_deployment(study.home),
        audit=read_audit(study.home),
    )
