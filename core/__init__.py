"""Everything Tact knows: from an uploaded CSV to a private recommendation. Never imports Streamlit."""
