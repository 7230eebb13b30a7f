"""Tables with given sums: found whenever there is one, and a bottleneck where there is none."""

from collections.abc import Mapping
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.transport import Table

NEEDS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), min_size=1)
TAKES = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 3), min_size=1)
ROOM = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 2))

Sums = dict[str, int]
Cells = Mapping[tuple[str, str], int]


def can_be_filled(needs: Sums, takes: Sums, room: Cells) -> bool:
    """By trying every table there is."""
    places = [(row, column) for row in needs for column in takes if room.get((row, column))]
    return any(
        all(sum(n for (r, _), n in zip(places, table, strict=True) if r == row) == needs[row] for row in needs)
        and all(sum(n for (_, c), n in zip(places, table, strict=True) if c == col) <= takes[col] for col in takes)
        for table in product(*(range(room[place] + 1) for place in places))
    )


@given(NEEDS, TAKES, ROOM)
def test_table_is_filled_whenever_it_can_be(needs: Sums, takes: Sums, room: Cells) -> None:
    assert Table(dict(needs), dict(takes), room).fill() == can_be_filled(needs, takes, room)


@given(NEEDS, TAKES, ROOM, st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 3))))
def test_what_was_placed_before_does_no_harm(
    needs: Sums, takes: Sums, room: Cells, first: list[tuple[str, str, int]]
) -> None:
    table = Table(dict(needs), dict(takes), room)
    for row, column, count in first:
        if row in needs and column in takes:
            table.place(row, column, count)
    assert table.fill() == can_be_filled(needs, takes, room)


@given(NEEDS, TAKES, ROOM)
def test_sums_are_kept(needs: Sums, takes: Sums, room: Cells) -> None:
    table = Table(dict(needs), dict(takes), room)
    table.fill()
    for row, need in needs.items():
        assert need - table.needs[row] == sum(n for (r, _), n in table.placed.items() if r == row)
    for column, take in takes.items():
        assert take - table.takes[column] == sum(n for (_, c), n in table.placed.items() if c == column)
    assert all(0 <= count <= room.get(place, 0) for place, count in table.placed.items())


@given(NEEDS, TAKES, ROOM)
def test_bottleneck_needs_more_than_it_can_get(needs: Sums, takes: Sums, room: Cells) -> None:
    table = Table(dict(needs), dict(takes), room)
    if table.fill():
        return
    neck = table.bottleneck()
    beside = sum(count for (row, column), count in room.items() if row in neck.rows and column not in neck.columns
                 and column in takes)  # fmt: skip
    assert sum(needs[row] for row in neck.rows) > sum(takes[column] for column in neck.columns) + beside


def test_number_placed_badly_is_moved() -> None:
    table = Table({"a": 1, "b": 1}, {"x": 1, "y": 1}, {("a", "x"): 1, ("a", "y"): 1, ("b", "x"): 1})
    table.place("a", "x", 5)
    assert table.placed == {("a", "x"): 1}
    assert table.fill()
    assert {place for place, count in table.placed.items() if count} == {("a", "y"), ("b", "x")}
