"""What only the people who run a shop can say about their data and their release: free texts, never guessed."""

from typing import Annotated, Any

from pydantic import Field

from core.settings import Settings, build
from core.store.home import Home
from core.store.notes import read_note, write_note
from core.store.schema import MAIN_POPULATION

NOT_STATED = "not stated"
TOPIC, AUDIT = "deployment", "audit"
Text = Annotated[str, Field(min_length=1, max_length=5_000)]
Names = Annotated[tuple[Text, ...], Field(max_length=20)]


class Deployment(Settings):
    """Free texts for statements and for a registry of deployments; what nobody gave stays "not stated".

    Attributes:
        product: Name of what is released, for instance "Product suggestions of the spring catalogue".
        purpose: What it is for.
        description: What it is, in a sentence or two.
        curator: Who answers for it.
        curator_type: Kind of organisation, for instance "Company".
        region: Where the shoppers live, or whose law applies.
        sector: Branch, as the registry names it.
        published: Day of the release, YYYY-MM-DD.
        data_domain: What is in the data, and which data might have been there.
        collection: How and on what ground they were collected, consent included.
        retention: How long they are kept.
        release_plan: Whether more releases are planned, and when a budget is renewed.
        actors: Who sees what: uploads, exact figures, curves, models, lists.
        access: Who may open the workspace.
        encryption: Of disk and backups.
        key_custody: Who holds the signing key and the keys of coin and pseudonyms.
        deletion: What is deleted when, and how a shopper's wish is met.
        justification: Why these settings, and what else was considered.
        validation: How anybody made sure.
        bias: What is known of the loss by groups of shoppers.
        sources: Where to read more.
        signed_off_by: Names of those who agreed.
        registry_authors: Names of those who fill in a registry's entry.
    """

    product: Text = NOT_STATED
    purpose: Text = NOT_STATED
    description: Text = NOT_STATED
    curator: Text = NOT_STATED
    curator_type: Text = NOT_STATED
    region: Text = NOT_STATED
    sector: Text = NOT_STATED
    published: str = Field(default=NOT_STATED, pattern=rf"^(\d{{4}}-\d{{2}}-\d{{2}}|{NOT_STATED})$")
    data_domain: Text = NOT_STATED
    collection: Text = NOT_STATED
    retention: Text = NOT_STATED
    release_plan: Text = NOT_STATED
    actors: Text = NOT_STATED
    access: Text = NOT_STATED
    encryption: Text = NOT_STATED
    key_custody: Text = NOT_STATED
    deletion: Text = NOT_STATED
    justification: Text = NOT_STATED
    validation: Text = NOT_STATED
    bias: Text = NOT_STATED
    sources: Text = NOT_STATED
    signed_off_by: Names = ()
    registry_authors: Names = ()


def read_deployment(home: Home, population: str = MAIN_POPULATION) -> Deployment:
    """What was last said about a population's releases; nothing stated by default."""
    content: dict[str, Any] | None = read_note(home, population, TOPIC)
    return build(Deployment, content) if content else Deployment()


def write_deployment(home: Home, about: Deployment, population: str = MAIN_POPULATION) -> None:
    """Keep these texts for the statements that are written from now on."""
    write_note(home, population, TOPIC, about.model_dump(mode="json"))


def read_audit(home: Home, population: str = MAIN_POPULATION) -> dict[str, Any] | None:
    """What the last audit by attack found, as it goes into statements; none yet by default."""
    found: dict[str, Any] | None = read_note(home, population, AUDIT)
    return found


def write_audit(home: Home, summary: dict[str, Any], population: str = MAIN_POPULATION) -> None:
    """Keep an audit's summary for the statements that are written from now on.

    Args:
        home: Whose releases were attacked.
        summary: A JSON object: method, claimed ε, lower bound, canaries, confidence, date.
        population: Whose shoppers.
    """
    write_note(home, population, AUDIT, summary)
