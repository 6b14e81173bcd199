"""Pictures of results, as plotly figures."""
