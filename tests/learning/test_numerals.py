"""Numbers as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.numerals import read_number, write_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", "7"),
        ("007", "7"),
        (" 7 ", "7"),
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1000,5", "1000.5"),
        ("1000.5", "1000.5"),
        ("1 000", "1000"),
        ("1\u00a0000", "1000"),
        ("1\u202f000,5", "1000.5"),
        ("1 000,125", "1000.125"),
        ("1'000'000", "1000000"),
        ("1’000", "1000"),
        ("1,000,000", "1000000"),
        ("1.000.000", "1000000"),
        ("12,345,678.25", "12345678.25"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("1.0000", "1"),
        (".5", "0.5"),
        ("−3", "-3"),
        ("– 3", "-3"),
        ("-3", "-3"),
        ("+3", "3"),
        ("１２", "12"),
        ("٣٫٥", "3.5"),
    ],
)
def test_read_number_reads_what_can_only_mean_one_thing(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,000", "1.000", "12,345", "999.999", "-1,000"])
def test_read_number_does_not_guess_what_could_mean_two(text: str) -> None:
    assert read_number(text) == "ambiguous_number"


@pytest.mark.parametrize(
    "text",
    ["", " ", "seven", "7 days", "1,00,000", "1,0000,000", "1 00", "12 34", "1.2.3", "1,000,00", "1.000.00",
     "1,000,000,5", "--3", "3-", "1e3", "0x10", "½", "1..5", ",", "5.", "0,000,000", "nan", "inf"],
)  # fmt: skip
def test_read_number_refuses_what_is_no_number(text: str) -> None:
    assert read_number(text) == "not_a_number"


@given(st.text(max_size=60) | st.text("0123456789.,' -", max_size=60))
def test_read_number_never_fails(text: str) -> None:
    number = read_number(text)

    assert number in {"not_a_number", "ambiguous_number"} or isinstance(number, Decimal)


@given(st.integers(-(10**15), 10**15))
def test_read_number_reads_integers_in_plain_digits(number: int) -> None:
    assert read_number(str(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [("7", "7"), ("7.0", "7"), ("0.250", "0.25"), ("-1200", "-1200"), ("1E+3", "1000"), ("100", "100"), ("0.0", "0")],
)
def test_write_number_writes_plain_digits(number: str, text: str) -> None:
    assert write_number(Decimal(number)) == text
