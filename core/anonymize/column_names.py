"""What a column's name says about its cells, in English and in Chinese. Names are public; cells are not looked at."""

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u3400-\u9fff]+")
_PRICES = {"price", "prices", "amount", "total", "subtotal", "revenue", "cost", "spent", "paid", "gmv"}
_PRICES_CHINESE = ("价", "金额", "实付", "费用")
_CATEGORIES = {"category", "categories", "subcategory", "genre", "genres"}
_CATEGORIES_CHINESE = ("类目", "分类", "品类", "类别")

_ROLES = {"customer", "user", "shopper", "buyer", "client", "member", "person", "contact", "recipient", "account"}
_PEOPLE = _ROLES | {"billing", "shipping", "delivery"} | {"first", "last", "full", "given", "family", "middle", "nick"}
_NUMBERS = {"number", "no", "num", "nr", "id", "credit", "debit", "bank"}
_CHINESE = {
    "email": ("邮箱", "邮件"),
    "phone": ("电话", "手机", "联系方式"),
    "id card": ("身份证", "护照"),
    "card": ("银行卡", "信用卡", "卡号"),
    "postcode": ("邮编", "邮政编码"),
    "address": ("地址", "住址"),
    "birth date": ("生日", "出生"),
    "name": ("姓名", "名字", "昵称", "收货人", "联系人", "用户名"),
}
_OF_PRODUCTS = ("商品", "产品", "品牌", "店")


def words_of(name: str) -> list[str]:
    """The words of a column's name, small: ``shippingAddress2`` is shipping, address, 2."""
    return [word.lower() for word in _WORD.findall(name)]


def is_price(name: str) -> bool:
    """True for a column of prices or sums of money, such as UnitPrice."""
    return bool(_PRICES & set(words_of(name))) or any(word in name for word in _PRICES_CHINESE)


def is_category(name: str) -> bool:
    """True for a column of product categories."""
    return bool(_CATEGORIES & set(words_of(name))) or any(word in name for word in _CATEGORIES_CHINESE)


def identifier_kind(name: str) -> str | None:
    """The kind of direct identifier that a column holds by its name, or None."""
    words = set(words_of(name))
    joined = "".join(words_of(name))
    rules = (
        ("email", {"email", "emails", "mail"} & words or "email" in joined),
        ("ip", "ip" in words or joined == "ipaddress"),
        ("phone", {"phone", "phones", "telephone", "tel", "mobile", "cellphone", "fax", "whatsapp", "wechat"} & words),
        ("iban", "iban" in words or {"bank", "account"} <= words),
        ("card", "creditcard" in joined or "cardnumber" in joined or ("card" in words and words & _NUMBERS)),
        ("id card", {"ssn", "passport"} & words or {"national", "id"} <= words),
        ("postcode", {"postcode", "zip", "zipcode", "plz"} & words or "postalcode" in joined or "postcode" in joined),
        ("address", {"address", "addr", "street"} & words or {"address1", "address2"} & words),
        ("birth date", {"birth", "birthday", "birthdate", "dob"} & words or "dateofbirth" in joined),
        ("name", {"surname", "firstname", "lastname", "fullname", "forename", "username", "nickname"} & words),
        ("name", joined == "name" or ("name" in words and words & _PEOPLE)),
        ("name", {"recipient", "consignee"} & words),
    )
    for kind, is_so in rules:
        if is_so:
            return kind
    if any(word in name for word in _OF_PRODUCTS):
        return None
    return next((kind for kind, parts in _CHINESE.items() if any(part in name for part in parts)), None)
