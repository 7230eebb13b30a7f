"""One form of an exam: questions drawn by its plan, those that the learner has met lately left out if possible."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from trainer.learning.blueprint import Place, Plan, Slot
from trainer.learning.transport import Table


@dataclass(frozen=True)
class Form:
    """Ids of questions in the order to ask them."""

    items: tuple[str, ...]


def draw(plan: Plan, rng: Random, *, avoid: Collection[str] = (), avoid_more: Iterable[str] = ()) -> Form:
    """One form. The same plan, seed and exclusions give the same one.

    What is in `avoid` (the last attempt) comes again only where a slot of the plan has nothing else left, and what is
    in `avoid_more` (recently practised, least recently seen first, and taken in that order) only where it has nothing
    new. Of what is new the objectives of an area take turns. The areas come mixed, each spread over the form.
    """
    seen = _seen(plan, _in_order(avoid, avoid_more, rng))
    places: dict[str, list[Place]] = defaultdict(list)
    for place in plan.ids:
        places[place.slot.area].append(place)
    return Form(tuple(_mixed([_draw_area(plan, seen, inside, rng) for inside in places.values()], rng)))


@dataclass(frozen=True)
class _Seen:
    """Questions to avoid: all of them, by slot in the order to fall back on them, and how many in each place."""

    ids: Collection[str]
    by_slot: Mapping[Slot, Sequence[str]]
    count: Mapping[Place, int]


def _draw_area(plan: Plan, seen: _Seen, places: Sequence[Place], rng: Random) -> list[str]:
    """So many from each slot of an area as are planned, in any order: what is new first, by turns."""
    room: dict[tuple[Slot, str], int] = {p: len(plan.ids[p]) - seen.count.get(p, 0) for p in places}
    new: dict[Slot, int] = defaultdict(int)
    for (slot, _), count in room.items():
        new[slot] += count
    turns = _turns({slot: min(plan.counts[slot], count) for slot, count in new.items()}, room, rng)
    drawn = [id for place, count in turns.items() for id in _new_ones(plan, seen, Place(*place), count, rng=rng)]
    for slot, count in new.items():
        drawn += seen.by_slot.get(slot, ())[: max(0, plan.counts[slot] - count)]
    return drawn


def _turns(needs: dict[Slot, int], room: Mapping[tuple[Slot, str], int], rng: Random) -> Mapping[tuple[Slot, str], int]:
    """How many of each objective, as even as can be: none has its second before all that can have had their first.

    Moving others aside (as `Table` does) makes that hold for the whole area, not only within each slot.
    """
    objectives = sorted({objective for _, objective in room})
    table = Table(needs, dict.fromkeys(rng.sample(objectives, len(objectives)), 1), room)
    while not table.fill():
        table.takes = {objective: takes + 1 for objective, takes in table.takes.items()}
    return table.placed


def _new_ones(plan: Plan, seen: _Seen, place: Place, count: int, *, rng: Random) -> list[str]:
    """`count` questions not seen, each as likely as any other: from a sample so large that those are in it.

    Looking for all that is new would take as long as the pool is large.
    """
    ids = plan.ids[place]
    sample = rng.sample(range(len(ids)), min(len(ids), count + seen.count.get(place, 0)))
    return [ids[nth] for nth in sample if ids[nth] not in seen.ids][:count]


def _in_order(avoid: Collection[str], avoid_more: Iterable[str], rng: Random) -> list[str]:
    """What is to be avoided, that first which it is least bad to ask again."""
    last = set(avoid)
    others = dict.fromkeys(id for id in avoid_more if id not in last)
    return [*others, *rng.sample(sorted(last), len(last))]


def _seen(plan: Plan, ids: Sequence[str]) -> _Seen:
    by_slot: dict[Slot, list[str]] = defaultdict(list)
    count: dict[Place, int] = defaultdict(int)
    for id in ids:
        place = plan.place_of.get(plan.pool.cell_of.get(id, -1))
        if place:
            by_slot[place.slot].append(id)
            count[place] += 1
    return _Seen(frozenset(ids), by_slot, count)


def _mixed(areas: Iterable[Sequence[str]], rng: Random) -> list[str]:
    """The questions of all areas in one order: of an area with n of them, one in every nth of the form."""
    placed = [
        ((nth + rng.random()) / len(ids), id) for ids in areas for nth, id in enumerate(rng.sample(ids, len(ids)))
    ]
    return [id for _, id in sorted(placed)]
