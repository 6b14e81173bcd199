"""From an uploaded CSV to clean interactions and a catalogue, with a report whose counts add up."""
