"""TensorFlow's greetings on stderr, kept from the person who watches a progress line there."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # from its first session on; while it loads it looks at no setting

_GREETING = re.compile(rb"I\d{4} \d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+: I |WARNING: All log messages before absl")
_STDERR = 2


@contextmanager
def without_greetings() -> Iterator[None]:
    """Hold back what this process writes to stderr; at the end, let through all but TensorFlow's informational lines.

    While it is being imported TensorFlow logs whatever its settings say
    (https://github.com/tensorflow/tensorflow/issues/100442), in C++, so the descriptor itself has to be held.
    """
    try:
        outside = os.dup(_STDERR)
    except OSError:  # a daemon without stderr: nobody to be spared
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), _STDERR)
        try:
            yield
        finally:
            os.dup2(outside, _STDERR)
            os.close(outside)
            held.seek(0)
            for line in held:
                if not _GREETING.match(line):
                    os.write(_STDERR, line)
