"""Where each page is: its file, its address, its icon; in the order that a person walks."""

OVERVIEW = "pages/overview.py"
DATA = "pages/data.py"
ANONYMIZATION = "pages/anonymization.py"
PRIVACY = "pages/privacy.py"
TRAINING = "pages/training.py"
TRADEOFF = "pages/tradeoff.py"
RECOMMENDATIONS = "pages/recommendations.py"
AUDIT = "pages/audit.py"

PAGES = {
    "overview": (OVERVIEW, ":material/home:"),
    "data": (DATA, ":material/upload_file:"),
    "anonymization": (ANONYMIZATION, ":material/blur_on:"),
    "privacy": (PRIVACY, ":material/shield_person:"),
    "training": (TRAINING, ":material/model_training:"),
    "tradeoff": (TRADEOFF, ":material/show_chart:"),
    "recommendations": (RECOMMENDATIONS, ":material/shopping_basket:"),
    "audit": (AUDIT, ":material/policy:"),
}
"""Name of a page (also its address): file and icon."""
