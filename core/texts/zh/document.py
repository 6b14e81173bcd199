"""Chinese: see ``core.texts.en.document``."""

TEXTS: dict[str, str] = {
    "report.menu": "报告",
    "report.title": "报告",
    "report.lead": "把一次研究整理成一份可独立阅读的文件，供数据保护影响评估存档使用。",
}
