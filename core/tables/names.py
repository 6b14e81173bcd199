"""What shops call the columns and the codes that Tact knows: the source of every proposal."""

import re

from core.columns import Events, Uploads

IGNORE = "ignore"

# In order of preference: of several columns that fit, the first name wins where that is safe (see mapping.py).
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    Uploads.USER: (
        "userid", "user", "uid", "customerid", "customer", "customercode", "visitorid", "shopperid", "shopper",
        "memberid", "buyerid", "clientid", "accountid", "householdkey", "用户id", "用户", "会员id",
    ),
    Uploads.ITEM: (
        "productid", "product", "itemid", "item", "sku", "skuid", "stockcode", "articleid", "article", "pid", "iid",
        "goodsid", "movieid", "asin", "productcode", "商品id", "商品",
    ),
    Uploads.BEHAVIOR: (
        "behavior", "behaviour", "behaviortype", "behaviourtype", "event", "eventtype", "action", "actiontype",
        "interaction", "interactiontype", "行为", "行为类型",
    ),
    Uploads.TIME: (
        "time", "timestamp", "datetime", "date", "eventtime", "unixtime", "invoicedate", "purchasedate",
        "orderdate", "createdat", "timeu", "时间", "时间戳",
    ),
    Uploads.CATEGORY: (
        "category", "categories", "categorycode", "categoryname", "categoryid", "itemcategory", "productcategory",
        "department", "genre", "genres", "类目", "类别", "商品类目",
    ),
    Uploads.PRICE: ("price", "listprice", "unitprice", "saleprice", "价格"),
    Uploads.RATING: ("rating", "averagerating", "avgrating", "ratingaverage", "stars", "评分"),
    "Title": ("title", "producttitle", "itemtitle", "标题"),
    "Name": ("name", "productname", "itemname", "商品名称", "名称"),
    "Description": ("description", "desc", "productdescription", "itemdescription", "描述"),
}  # fmt: skip

CODES: dict[str, str] = {
    **Uploads.CODES,
    **{f"{code}.0": event for code, event in Uploads.CODES.items()},  # whole numbers written as floats
    **dict.fromkeys(
        ("buy", "bought", "purchase", "purchased", "order", "ordered", "transaction", "sale", "paid", "购买", "下单"),
        Events.PURCHASE,
    ),
    **dict.fromkeys(
        ("pv", "view", "viewed", "browse", "click", "detail", "visit", "impression", "浏览", "点击"), Events.VIEW
    ),
    # Interest without a purchase counts as browsing until a person maps it otherwise.
    **dict.fromkeys(
        ("cart", "addtocart", "add_to_cart", "add-to-cart", "basket", "fav", "favorite", "favourite", "wishlist",
         "collect", "like", "收藏", "加购"),
        Events.VIEW,
    ),
}  # fmt: skip

_NOTHING = ("", "NaN", "Null", "None", "<NA>", "N/A", "#N/A", r"\N")
BLANKS = tuple(dict.fromkeys(form for word in _NOTHING for form in (word, word.lower(), word.upper())))
"""What a cell without content looks like in exports (``\\N`` is MySQL's)."""

_WORDS = re.compile(r"[\W_]+")


def simplified(name: str) -> str:
    """A column name without case, spaces and punctuation: ``User ID`` and ``user_id`` are one."""
    return _WORDS.sub("", name.strip().lower())


_KNOWN = frozenset(name for names in COLUMN_NAMES.values() for name in names)


def is_known(name: str) -> bool:
    """True where ``name`` is what some shop calls a column that Tact knows."""
    return simplified(name) in _KNOWN
