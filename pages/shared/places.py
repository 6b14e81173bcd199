"""Where each page is: its file, its address, its icon; in the order that a person walks."""

OVERVIEW = "pages/overview.py"
DATA = "pages/data.py"
ANONYMIZATION = "pages/anonymization.py"
PRIVACY = "pages/privacy.py"
TRAINING = "pages/training.py"
TRADEOFF = "pages/tradeoff.py"
RECOMMENDATIONS = "pages/recommendations.py"
AUDIT = "pages/audit.py"
REPORT = "pages/report.py"
HELP = "pages/help.py"

SECTIONS = {
    "": {"overview": (OVERVIEW, ":material/home:")},
    "shop": {
        "data": (DATA, ":material/upload_file:"),
        "anonymization": (ANONYMIZATION, ":material/blur_on:"),
    },
    "study": {
        "privacy": (PRIVACY, ":material/shield_person:"),
        "training": (TRAINING, ":material/model_training:"),
        "tradeoff": (TRADEOFF, ":material/show_chart:"),
        "recommendations": (RECOMMENDATIONS, ":material/shopping_basket:"),
    },
    "officer": {
        "audit": (AUDIT, ":material/policy:"),
        "report": (REPORT, ":material/description:"),
    },
    "more": {"help": (HELP, ":material/help:")},
}
"""Sections of the menu: the name of each page (also its address), its file and its icon."""
PAGES = {name: found for pages in SECTIONS.values() for name, found in pages.items()}
"""Every page, in the order that a person walks."""
STEPS = ("data", "anonymization", "privacy", "training", "tradeoff", "recommendations")
"""The way from files to lists."""
