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

PAGES = {
    "overview": (OVERVIEW, ":material/home:"),
    "data": (DATA, ":material/upload_file:"),
    "anonymization": (ANONYMIZATION, ":material/blur_on:"),
    "privacy": (PRIVACY, ":material/shield_person:"),
    "training": (TRAINING, ":material/model_training:"),
    "tradeoff": (TRADEOFF, ":material/show_chart:"),
    "recommendations": (RECOMMENDATIONS, ":material/shopping_basket:"),
    "audit": (AUDIT, ":material/policy:"),
    "report": (REPORT, ":material/description:"),
    "help": (HELP, ":material/help:"),
}
"""Name of a page (also its address): file and icon. No sections: with them the framework's menu is no valid list."""
STEPS = ("data", "anonymization", "privacy", "training", "tradeoff", "recommendations")
"""The way from files to lists."""
