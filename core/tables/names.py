"""What shops call the columns and the codes that Tact knows: the source of every proposal."""

import re

from core.columns import Events, Uploads

IGNORE = "ignore"

# In order of preference: of several columns that fit, the first name wins where that is safe (see mapping.py).
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    Uploads.USER: (
        "userid", "user", "uid", "customerid", "customer", "customercode", "customerno", "customernumber", "custid",
        "visitorid", "shopperid", "shopper", "memberid", "memberno", "member", "buyerid", "buyer", "clientid",
        "client", "accountid", "householdkey", "householdid", "userpseudoid", "userno",
        "用户id", "用户", "用户编号", "会员id", "会员", "会员编号", "会员号", "买家id", "买家",
        "顾客id", "顾客", "客户id", "客户", "客户编号",
    ),
    Uploads.ITEM: (
        "productid", "product", "itemid", "item", "sku", "skuid", "stockcode", "articleid", "article", "pid", "iid",
        "goodsid", "movieid", "asin", "productcode", "productno", "productnumber", "itemcode", "itemno", "itemnumber",
        "articleno", "articlenumber", "variantid", "isbn",
        "商品id", "商品", "商品编号", "商品编码", "宝贝id", "货号", "产品id", "产品", "产品编号",
    ),
    Uploads.BEHAVIOR: (
        "behavior", "behaviour", "behaviortype", "behaviourtype", "event", "eventtype", "eventname", "action",
        "actiontype", "activity", "activitytype", "interaction", "interactiontype",
        "行为", "行为类型", "用户行为", "事件", "事件类型", "操作", "操作类型", "动作",
    ),
    Uploads.TIME: (
        "time", "timestamp", "datetime", "date", "eventtime", "eventtimestamp", "eventdate", "unixtime", "invoicedate",
        "purchasedate", "purchasetime", "orderdate", "ordertime", "transactiondate", "transactiontime", "createdat",
        "created", "visittime", "logtime", "timeu", "ts",
        "时间", "时间戳", "行为时间", "下单时间", "购买时间", "付款时间", "支付时间", "创建时间", "订单时间", "日期",
    ),
    Uploads.QUANTITY: (
        "quantity", "qty", "orderquantity", "purchasequantity", "itemquantity", "units", "unitssold",
        "数量", "购买数量", "商品数量", "件数",
    ),
    Uploads.ORDER: (
        "orderid", "orderno", "ordernumber", "invoiceno", "invoice", "invoiceid", "invoicenumber", "transactionid",
        "transactionno", "basketid", "receiptid", "receiptno", "订单id", "订单号", "订单编号", "订单", "发票号",
    ),
    Uploads.CATEGORY: (
        "category", "categories", "categorycode", "categoryname", "categoryid", "itemcategory", "productcategory",
        "maincategory", "department", "genre", "genres", "producttype",
        "类目", "类别", "商品类目", "商品类别", "类目id", "商品类目id", "类别id", "分类", "商品分类", "品类",
    ),
    Uploads.PRICE: (
        "price", "listprice", "unitprice", "saleprice", "sellingprice", "retailprice", "currentprice", "productprice",
        "itemprice", "价格", "单价", "售价", "商品价格",
    ),
    Uploads.RATING: ("rating", "averagerating", "avgrating", "ratingaverage", "stars", "评分", "平均评分"),
    "Title": ("title", "producttitle", "itemtitle", "标题", "商品标题"),
    "Name": ("name", "productname", "itemname", "商品名称", "名称", "商品名", "品名", "产品名称"),
    "Description": ("description", "desc", "productdescription", "itemdescription", "描述", "商品描述"),
}  # fmt: skip

CODES: dict[str, str] = {
    **Uploads.CODES,
    **{f"{code}.0": event for code, event in Uploads.CODES.items()},  # whole numbers written as floats
    **dict.fromkeys(
        ("buy", "bought", "purchase", "purchased", "order", "ordered", "transaction", "sale", "sold", "paid", "pay",
         "payment", "complete_order", "order_completed", "place_order",
         "购买", "已购买", "下单", "支付", "付款", "成交", "交易"),
        Events.PURCHASE,
    ),
    **dict.fromkeys(
        ("pv", "view", "viewed", "browse", "browsed", "click", "clicked", "detail", "visit", "impression", "pageview",
         "page_view", "view_item", "item_view", "product_view", "productview", "detail_view", "detailview",
         "浏览", "点击", "查看", "访问"),
        Events.VIEW,
    ),
    # Interest without a purchase counts as browsing until a person maps it otherwise.
    **dict.fromkeys(
        ("cart", "addtocart", "add_to_cart", "add-to-cart", "add to cart", "basket", "addtobasket", "add_to_basket",
         "fav", "favorite", "favourite", "wishlist", "add_to_wishlist", "collect", "like",
         "收藏", "加购", "加购物车", "加入购物车", "购物车"),
        Events.VIEW,
    ),
    # What was put back is no interest.
    **dict.fromkeys(("remove_from_cart", "removefromcart", "remove_from_basket", "移出购物车"), IGNORE),
}  # fmt: skip

_NOTHING = ("", "NaN", "Null", "None", "<NA>", "N/A", "#N/A", r"\N")
BLANKS = tuple(dict.fromkeys(form for word in _NOTHING for form in (word, word.lower(), word.upper())))
"""What a cell without content looks like in exports (``\\N`` is MySQL's)."""

_WORDS = re.compile(r"[\W_]+")


def simplified(name: str) -> str:
    """A column name without case, spaces and punctuation: ``User ID`` and ``user_id`` are one."""
    return _WORDS.sub("", name.strip().lower())


_KNOWN = frozenset(name for names in COLUMN_NAMES.values() for name in names) - set(CODES)


def is_known(name: str) -> bool:
    """True where ``name`` is what some shop calls a column that Tact knows."""
    return simplified(name) in _KNOWN
