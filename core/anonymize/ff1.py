"""FF1, format-preserving encryption by AES (NIST SP 800-38G, section 5.1), of many numeral strings at once.

Packages exist, but encrypt one string a call (tens of microseconds each); here a million strings take a second or two.
Held to NIST's nine published samples. FF3-1 is not offered: NIST withdrew it.
"""

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Numbers = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
N_ROUNDS = 10
MIN_DOMAIN = 1_000_000  # SP 800-38G revision 1: radix ** length is at least this
_BLOCK = 16
_MAX_HORNER = 2**56  # a remainder below this, times 256, still fits into 64 bits


def ff1_encrypt(
    left: Numbers, right: Numbers, *, radix: int, length: int, tweak: bytes, key: bytes
) -> tuple[Numbers, Numbers]:
    """Encrypt numeral strings of one length, each given as the numbers of its two halves.

    Args:
        left: Shape (n,), the first ``length // 2`` numerals read as a number, the first numeral the largest.
        right: Shape (n,), the number of the remaining numerals.
        radix: Base of the numerals, 2 to 65,536.
        length: Numerals in a string; radix ** length must be at least a million.
        tweak: Public; another tweak is another permutation.
        key: 16, 24 or 32 bytes.

    Returns:
        The halves of the encrypted strings, shapes (n,): a permutation of all strings of that length.

    Raises:
        ValueError: the domain is smaller than a million, or a half does not fit into 56 bits (64 where radix is 2).
    """
    n_left = length // 2
    sizes = (radix**n_left, radix ** (length - n_left))
    if radix**length < MIN_DOMAIN or sizes[1] > (2**64 if radix == 2 else _MAX_HORNER):
        raise ValueError(f"FF1 here takes radix ** length from a million to 2**112, got {radix} ** {length}")
    n_number = ((sizes[1] - 1).bit_length() + 7) // 8  # bytes of a half, b in the standard
    n_drawn = 4 * -(-n_number // 4) + 4  # bytes drawn a round, d in the standard; never above one block here
    aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    fixed = bytes([1, 2, 1]) + radix.to_bytes(3) + bytes([N_ROUNDS, n_left % 256])
    start = aes.update(fixed + length.to_bytes(4) + len(tweak).to_bytes(4))
    head = tweak + bytes((-len(tweak) - n_number - 1) % _BLOCK)
    a, b = left.astype(np.uint64), right.astype(np.uint64)
    for number in range(N_ROUNDS):
        state = np.broadcast_to(np.frombuffer(start, np.uint8), (len(a), _BLOCK))
        tail = b.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - n_number :]
        message = np.empty((len(a), len(head) + 1 + n_number), np.uint8)
        message[:, : len(head)] = np.frombuffer(head, np.uint8)
        message[:, len(head)] = number
        message[:, len(head) + 1 :] = tail
        for block in range(0, message.shape[1], _BLOCK):  # CBC-MAC, all strings side by side
            mixed = (state ^ message[:, block : block + _BLOCK]).tobytes()
            state = np.frombuffer(aes.update(mixed), np.uint8).reshape(-1, _BLOCK)
        size = sizes[number % 2]
        a, b = b, _added(a, state[:, :n_drawn], size)
    return a, b


def _added(a: Numbers, drawn: Bytes, size: int) -> Numbers:
    """(a + the drawn bytes as one number) mod size."""
    if size & (size - 1) == 0:  # a power of two: the low bits decide
        low = np.ascontiguousarray(drawn[:, -8:]).view(">u8").ravel().astype(np.uint64)
        return (a + low) & np.uint64(size - 1)
    rest = np.zeros(len(a), np.uint64)
    for place in range(drawn.shape[1]):
        rest = (rest * np.uint64(256) + drawn[:, place]) % np.uint64(size)
    return (a + rest) % np.uint64(size)
