"""The recommenders: histories, content, statistics, models, scoring, evaluation."""
