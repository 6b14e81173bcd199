"""The rounded Gaussian: exactly its law, decided bit by bit."""

import os
from bisect import bisect_left
from collections.abc import Iterable

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import chisquare, kstest

from core.privacy import rounded_gaussian as module
from core.privacy.rounded_gaussian import Tail, random_words, rounded_gaussian


def tail(halves: int, scale: float) -> mpmath.mpf:
    """1 - Φ(halves / 2 / scale) to 60 digits, by another program than the one under test."""
    with mpmath.workdps(80):
        return mpmath.erfc(mpmath.mpf(halves) / 2 / mpmath.mpf(scale) / mpmath.sqrt(2)) / 2


def chance(size: int, scale: float) -> float:
    """P[|J| = size] for J = round(scale · N(0, 1))."""
    if size == 0:
        return float(1 - 2 * tail(1, scale))
    return float(2 * (tail(2 * size - 1, scale) - tail(2 * size + 1, scale)))


def bits_from(words: Iterable[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system gives these 64-bit words, then none."""
    left = iter(words)
    monkeypatch.setattr(
        os, "urandom", lambda count: b"".join(next(left).to_bytes(8, "little") for _ in range(count // 8))
    )


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5, 17.0])
def test_sixteen_bits_enumerated_give_every_value_its_exact_share(
    scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All first 16 digits of the tail, the later ones at random: a boundary splits one of the 2^16 cells, no more."""
    later = np.random.default_rng(0).integers(0, 2**47, 2**16)
    words = [(first << 47 | int(rest)) << 1 | first & 1 for first, rest in enumerate(later)]
    bits_from([*words, *[2**63] * 100], monkeypatch)
    draws = rounded_gaussian(scale, 2**16)

    for size in range(int(6 * scale) + 2):
        assert abs(np.sum(np.abs(draws) == size) - chance(size, scale) * 2**16) <= 2


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_draws_have_the_law_of_the_rounded_gaussian(scale: float) -> None:
    """Chi-square over every value that 200,000 draws reach 20 times, both signs apart; 0 is not counted twice."""
    size = 200_000
    draws = rounded_gaussian(scale, size)
    furthest = max(each for each in range(40) if chance(each, scale) / 2 * size > 20)
    values = np.arange(-furthest, furthest + 1)
    expected = np.array([chance(abs(int(each)), scale) / (1 if each == 0 else 2) * size for each in values])
    seen = np.array([np.sum(draws == each) for each in values], np.float64)
    others = size - seen.sum(), size - expected.sum()

    assert chisquare([*seen, others[0] + 20], [*expected, others[1] + 20], sum_check=False).pvalue > 1e-6


def test_a_wide_draw_is_normal_with_the_claimed_spread_and_no_other() -> None:
    """R17: 200,000 draws accept σ, reject 0.9 σ and 1.1 σ."""
    draws = rounded_gaussian(2.0**30, 200_000) / 2.0**30

    assert kstest(draws, "norm").pvalue > 1e-6
    assert kstest(draws / 0.9, "norm").pvalue < 1e-12
    assert kstest(draws / 1.1, "norm").pvalue < 1e-12


@pytest.mark.parametrize("scale", [1.0, 3.7, 2.0**32, 2.0**40 * 1.1])
@pytest.mark.parametrize("deviation", [0.0, 0.3, 1.1, 4.0, 6.2, 8.9])
def test_the_bits_around_a_boundary_are_told_apart(
    scale: float, deviation: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit of the 63rd digit below the tail of j + 1/2 is j + 1, one above is j; float64 can't say so."""
    with mpmath.workdps(80):
        head = int(tail(2 * int(deviation * scale) + 1, scale) * 2**64)
    for near in range(max(head - 2, 0), min(head + 3, 2**63)):
        bits_from([near << 1 | 1, 2**63, 0], monkeypatch)

        assert rounded_gaussian(scale, 1).tolist() == [size_of(near << 64 | 2**63, scale)]


def size_of(digits: int, scale: float) -> int:
    """round(scale · x) of the tail digits / 2^128, by bisection."""
    with mpmath.workdps(80):
        probability = mpmath.mpf(digits) / mpmath.mpf(2) ** 128
        return bisect_left(range(int(14 * scale)), True, key=lambda size: bool(tail(2 * size + 1, scale) < probability))


@pytest.mark.parametrize(("next_word", "expected"), [(0, 6), (2**64 - 1, 5)])
def test_a_draw_on_the_boundary_to_128_digits_waits_for_more(
    next_word: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tail that begins like that of 5 1/2 is above it (5) or below (6) by the third word only."""
    with mpmath.workdps(80):
        digits = int(tail(11, 4.0) * mpmath.mpf(2) ** 128)
    bits_from([digits >> 64 << 1, digits % 2**64, next_word], monkeypatch)

    assert rounded_gaussian(4.0, 1).tolist() == [-expected]


def test_the_fast_path_and_the_exact_one_agree() -> None:
    rng = np.random.default_rng(1)
    heads = [int(2.0**63 * rng.random() ** power) for power in (1, 4, 12) for _ in range(300)]
    for scale in (3.0, 2.0**33):
        for head in heads:
            exact = Tail(head)
            exact.digits, exact.length = head << 64 | 2**63, 128
            nearest = float(-ndtri((head + 0.5) / 2**64)) * scale
            assert abs(exact.steps(scale) - nearest) <= 0.5 + 1e-4


def test_float64_alone_would_have_been_wrong_and_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 2^44 steps a σ, float64 leaves every tenth draw open; with all of them by the slow path, nothing moves."""
    scale, words = 2.0**44, np.random.default_rng(2).integers(0, 2**64, 300, np.uint64)
    monkeypatch.setattr(module, "random_words", lambda count: words[:count])
    mixed = rounded_gaussian(scale, 300)
    monkeypatch.setattr(module, "_QUANTILE_ERROR", 1e9)

    assert np.array_equal(mixed, rounded_gaussian(scale, 300))


def test_scipys_normal_quantile_errs_by_an_eighth_of_what_is_allowed_at_most() -> None:
    rng = np.random.default_rng(3)
    tails = np.concatenate(
        [rng.random(400) / 2, 2.0 ** -rng.uniform(1, 64, 400), np.exp(-2) * (1 + rng.normal(0, 1e-6, 200))]
    )
    worst = 0.0
    with mpmath.workdps(50):
        for probability in tails:
            x = mpmath.mpf(float(-ndtri(probability)))
            off = (mpmath.erfc(x / mpmath.sqrt(2)) / 2 - mpmath.mpf(float(probability))) / mpmath.npdf(x)
            worst = max(worst, float(abs(off / x)) * 2**53)

    assert worst <= module._QUANTILE_ERROR / 8


@pytest.mark.parametrize("bits", [0, 1, 2**64 - 1, 2**64 - 2])
def test_the_rarest_bits_give_a_finite_draw(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 zeros begin a tail of 2^-65 and less: 9.2 to 13.1 standard deviations with one more bit that is 1."""
    bits_from([bits, 1, 1, 1], monkeypatch)
    draw = abs(int(rounded_gaussian(1000.0, 1)[0]))

    assert draw == (round(1000 * float(-ndtri(2.0**-128))) if bits < 2 else 0)


def test_a_tail_of_64_zeros_may_be_any_smaller_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.04 · 13.1 is 1 when rounded; the middle of what 64 zeros leave open is 9.2 σ, and 0.04 · 9.2 is 0."""
    bits_from([0, 1, 1, 1], monkeypatch)

    assert rounded_gaussian(0.04, 1).tolist() == [-1]


def test_a_bit_source_that_fails_or_gives_too_little_stops_the_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda count: bytes(count - 8))
    with pytest.raises(RuntimeError, match="random bytes"):
        random_words(5)

    def broken(count: int) -> bytes:
        raise OSError("no entropy")

    monkeypatch.setattr(os, "urandom", broken)
    with pytest.raises(OSError, match="no entropy"):
        rounded_gaussian(1.0, 1)


def test_bits_that_stay_on_a_boundary_for_ever_are_no_random_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    with mpmath.workdps(200):
        digits = int(mpmath.erfc(mpmath.mpf(1) / 2 / mpmath.sqrt(2)) / 2 * mpmath.mpf(2) ** 512)
    words = [digits >> 64 * place & 2**64 - 1 for place in range(7, -1, -1)]
    bits_from([words[0] << 1, *words[1:]], monkeypatch)

    with pytest.raises(RuntimeError, match="still open after 256"):
        rounded_gaussian(1.0, 1)


def test_a_draw_longer_than_a_chunk_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 7)

    assert len(np.unique(rounded_gaussian(2.0**40, 50))) == 50
