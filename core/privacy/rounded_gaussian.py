"""
The rounded Gaussian, round(scale · N(0, 1)), sampled exactly given independent uniform bits.

By inversion: one bit is the sign, the others are the binary digits of a tail probability T in (0, 1/2), drawn as they
are needed; |N| is the x with 1 - Φ(x) = T. Nearly always 63 digits and float64 say on which side of every rounding
boundary (j + 1/2) / scale the x lies, errors included; else further digits are compared with the tail at that boundary
to any precision, so that no draw is decided by rounding (the interval refining of Haney, Desfontaines, Hartman,
Shrestha and Hay, 2022, "Precision-based attacks and interval refining", arXiv 2207.13793, with a fixed grid).
"""

import os
from decimal import Context, Decimal, localcontext

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Integers = npt.NDArray[np.int64]

_CHUNK = 1 << 20
_UNIT = 2.0**-53  # relative rounding error of float64
_QUANTILE_ERROR = 64  # units in ndtri, relative: 7.6 is the worst of 51,000 that we measured, Cephes states 6.5
_TAIL_ERROR = 4  # units in x by two roundings of T: x moves by d log T times Mills' ratio, at most 1.2534 (at x = 0)
_MOST_DIGITS = 256  # binary: a draw still open after them is rarer than one in 2^200
_PI = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651"
)


def rounded_gaussian(scale: float, size: int) -> Integers:
    """Return ``size`` independent draws of round(scale · N(0, 1)).

    Takes 64 random bits a draw, and more for about one draw in 10^14 / scale. Its time depends on the draws alone.

    Args:
        scale: Above 0; beyond 2^45 most draws take the slow path.
        size: How many.
    """
    draws = np.empty(size, np.int64)
    for start in range(0, size, _CHUNK):
        draws[start : start + _CHUNK] = _draw(scale, min(_CHUNK, size - start))
    return draws


def random_words(count: int) -> npt.NDArray[np.uint64]:
    """Return that many 64-bit words from the operating system; where it has none, an error and never a weaker word."""
    content = os.urandom(8 * count)
    if len(content) != 8 * count:
        raise RuntimeError(f"the operating system gave {len(content)} random bytes of {8 * count}")
    return np.frombuffer(content, dtype=np.uint64)


def _draw(scale: float, size: int) -> Integers:
    words = random_words(size)
    heads = words >> np.uint64(1)  # T lies in [heads, heads + 1) / 2^64
    quantile = -ndtri((heads.astype(np.float64) + 0.5) * 2.0**-64)
    steps = scale * quantile
    error = scale * (_UNIT * (_QUANTILE_ERROR * quantile + _TAIL_ERROR) + 1 / np.maximum(heads, np.uint64(1)))
    is_open = (np.abs(steps - np.floor(steps) - 0.5) <= error) | (heads == 0)
    sizes = np.rint(steps).astype(np.int64)
    for index in np.flatnonzero(is_open):
        sizes[index] = Tail(int(heads[index])).steps(scale)
    signed: Integers = np.where(words & np.uint64(1), sizes, -sizes)
    return signed


class Tail:
    """A probability T, uniform in (0, 1/2), whose binary digits are drawn as they are needed."""

    def __init__(self, head: int) -> None:
        """Begin with the first 64 digits after the point: T lies in [head, head + 1) / 2^64."""
        self.digits, self.length = head, 64

    def steps(self, scale: float) -> int:
        """Return round(scale · x) for the x >= 0 with 1 - Φ(x) = T.

        Float64 only says where to begin; the answer is confirmed by an exact comparison on each side.
        """
        while self.length < 128 or self.digits.bit_length() < 64:
            self._draw()
        nearest = round(-float(ndtri(self.digits / 2**self.length)) * scale)
        while not self.exceeds(2 * nearest + 1, scale):
            nearest += 1
        while nearest > 0 and self.exceeds(2 * nearest - 1, scale):
            nearest -= 1
        return nearest

    def exceeds(self, halves: int, scale: float) -> bool:
        """Whether T is above the normal tail from halves / 2 steps on: whether scale · x is below halves / 2."""
        while True:
            low, high = _tail_digits(halves, scale, self.length)
            if self.digits >= high:
                return True
            if self.digits < low:
                return False
            self._draw()

    def _draw(self) -> None:
        if self.length >= _MOST_DIGITS:
            raise RuntimeError(f"a draw is still open after {self.length} random bits: is the bit source broken?")
        self.digits, self.length = self.digits << 64 | int(random_words(1)[0]), self.length + 64


def _tail_digits(halves: int, scale: float, length: int) -> tuple[int, int]:
    """The normal tail's first binary digits, from below and from above: it lies in (low, high) / 2^length."""
    places = length * 31 // 100 + 6  # decimal: 10^-places is a hundred thousandth of the last digit, or less
    with localcontext(Context(prec=places + 12)):
        tail = normal_tail(Decimal(halves) / (2 * Decimal(scale))) * 2**length
        return int(tail - 1), int(tail + 1) + 1


def normal_tail(x: Decimal) -> Decimal:
    """Return 1 - Φ(x) for 0 <= x < 30 to within 10^(10 - precision) of the current context.

    1/2 - φ(x) (x + x³/3 + x⁵/(3·5) + …): every term is positive, so rounding errors stay relative; at most 2,500 terms
    with three roundings each, and an exponent of at most 450, make less than 10^4 units of the last place.
    """
    with localcontext() as context:
        term = total = x
        square, order = x * x, 1
        least = x.scaleb(-context.prec)
        while order < 2 * square or term > least:  # each further term is at most half of the one before
            order += 2
            term = term * square / order
            total += term
        density = (-square / 2).exp() / (2 * _PI).sqrt()
        return Decimal("0.5") - total * density
