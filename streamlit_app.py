"""
Entry of the app, twice over:

* a script, which Streamlit runs anew for every visitor and every click: it draws a page
* a module, which the server imports once: it defines the server itself
"""

import streamlit as st

if __name__ == "__main__":
    from pages.shared.app import main

    main()
else:
    from core.serving.lifespan import lifespan

    app = st.App(
        __file__, lifespan=lifespan(also_warm=("altair", "streamlit.elements.vega_charts", "pages.shared.app"))
    )
