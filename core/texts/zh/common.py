"""Chinese: see ``core.texts.en.common``."""

TEXTS: dict[str, str] = {
    "frame.language": "语言",
    "section.shop": "店铺",
    "section.study": "保护与推荐",
    "section.officer": "隐私官",
    "section.more": "更多",
}
