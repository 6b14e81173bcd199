"""The one place where a column is named: inside Tact, and in the files that people upload."""

from typing import ClassVar


class Columns:
    """Column names of the clean tables."""

    USER = "user_id"
    ITEM = "item_id"
    EVENT = "event_type"
    TIMESTAMP = "timestamp"
    CATEGORY = "category"
    PRICE = "price"
    RATING = "rating"
    TITLE = "title"
    TEXT = "text"  # all published text of a product in one string: title, name, description

    INTERACTIONS = (USER, ITEM, EVENT, TIMESTAMP)
    CATALOGUE = (ITEM, CATEGORY, PRICE, RATING, TITLE, TEXT)


class Events:
    """The two values of ``event_type``."""

    PURCHASE = "purchase"
    VIEW = "view"

    ALL = (PURCHASE, VIEW)


class Uploads:
    """The fixed schema of uploaded files; other names are mapped to these."""

    USER = "UserID"
    ITEM = "ProductID"
    BEHAVIOR = "Behavior"  # 1 purchase, 2 browse
    TIME = "Time"
    CATEGORY = "Category"
    PRICE = "Price"
    RATING = "Rating"
    TEXTS = ("Title", "Name", "Description")
    QUANTITY = "Quantity"  # of a behaviour row, as ORDER is and PRICE may be: only rules look at them
    ORDER = "Order"

    BEHAVIOR_FILE = (USER, ITEM, BEHAVIOR, TIME)
    RULE_FIELDS = (QUANTITY, PRICE, ORDER)
    PRODUCT_FILE = (ITEM, CATEGORY, PRICE, RATING)
    CODES: ClassVar[dict[str, str]] = {"1": Events.PURCHASE, "2": Events.VIEW}


class Recommendations:
    """Columns of a file of recommendations, as ``recommend`` writes it."""

    USER = "UserID"
    ITEM = "ProductID"
    RANK = "Rank"
    SCORE = "Score"

    ALL = (USER, ITEM, RANK, SCORE)
