"""Help: every term explained, and how to begin anew."""

from pages.shared import frame, state

frame.head("help", state.current_dataset(state.workspace()))
