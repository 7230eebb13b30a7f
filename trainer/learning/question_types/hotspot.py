"""A place to point at in a picture; the same places stand in a list, so no pointer is needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import ClassVar, Literal, Self

from trainer.learning.errors import N_
from trainer.learning.question_types.base import (
    Answer,
    Authored,
    Code,
    Example,
    Flaw,
    Grade,
    Slot,
    Stemmed,
    View,
)
from trainer.learning.question_types.pieces import (
    Figure,
    flaws_of_count,
    flaws_of_empty,
    flaws_of_ids,
    flaws_of_key,
    mark_options,
    misconceptions_of,
)

REGION = "region"
NOWHERE = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Region(Authored):
    """A place in the picture, in units of its view box: a rectangle (`box`: x, y, width, height) or a circle
    (`at`: x, y, and `radius`)."""

    id: str
    shape: Literal["rect", "circle"]
    label: str
    feedback: str
    box: tuple[float, float, float, float] | None = None
    at: tuple[float, float] | None = None
    radius: float | None = None
    correct: bool = False
    misconception: str | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Left, top, width and height of the smallest box around it; None where its shape is not complete."""
        if self.shape == "rect":
            return self.box
        if self.at is None or self.radius is None:
            return None
        return (self.at[0] - self.radius, self.at[1] - self.radius, 2 * self.radius, 2 * self.radius)

    def flaws(self, figure: Figure) -> Iterator[Flaw]:
        """A shape without its measures or with another's, without a size, or beyond the picture."""
        yield from flaws_of_empty(self.label, "label")
        yield from flaws_of_empty(self.feedback, "feedback")
        if self.shape == "rect" and not (self.box and self.at is None and self.radius is None):
            yield Flaw((), "shape", "A `rect` has `box: [x, y, width, height]`, and neither `at` nor `radius`.")
        elif self.shape == "circle" and (self.bounds is None or self.box):
            yield Flaw((), "shape", "A `circle` has `at: [x, y]` and `radius`, and no `box`.")
        else:
            left, top, width, height = self.bounds or NOWHERE
            if min(width, height) <= 0:
                yield Flaw((), "no-size", "The region has no size.")
            elif not figure.holds(left, top, left + width, top + height):
                yield Flaw((), "outside", "The region reaches beyond the view box of the picture.")


@dataclass(frozen=True)
class Spot:
    """A region as it is shown: the value it sends, its label, and where it lies (left, top, width, height in units
    of the view box; a circle fills its box)."""

    value: str
    label: str
    shape: Literal["rect", "circle"]
    x: float
    y: float
    width: float
    height: float

    @property
    def cx(self) -> float:
        """The middle, from the left."""
        return self.x + self.width / 2

    @property
    def cy(self) -> float:
        """The middle, from the top."""
        return self.y + self.height / 2

    @property
    def r(self) -> float:
        """A circle's radius."""
        return self.width / 2


@dataclass(frozen=True, kw_only=True)
class HotspotView(View):
    """A picture and the radio buttons of one field; clicking a region picks its radio. Marks by `spot.value`.

    `spots` are in the order of the picture: top to bottom, then left to right.
    """

    field: str
    file: str
    viewbox: tuple[float, float, float, float]
    alt: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, kw_only=True)
class Hotspot(Stemmed):
    """Exactly one region is correct."""

    name: ClassVar[str] = N_("Point at it")
    rule: ClassVar[str] = "one_right"
    rule_in_words: ClassVar[str] = N_("One place is right.")

    asset: Figure
    regions: tuple[Region, ...]
    keyboard_alternative: Literal["region_list"] = "region_list"
    shuffle: bool = True
    """Without effect, as letters follow the picture; older files have it."""

    @property
    def assets(self) -> tuple[str, ...]:
        return (self.asset.file,)

    def flaws(self) -> Iterator[Flaw]:
        yield from flaws_of_empty(self.stem, "stem")
        for flaw in self.asset.flaws():
            yield flaw.within("asset")
        yield from flaws_of_count(self.regions, "regions", 2, 12)
        yield from flaws_of_ids((region.id for region in self.regions), "regions")
        yield from flaws_of_key(self.regions, "regions")
        for position, region in enumerate(self.regions):
            for flaw in region.flaws(self.asset):
                yield flaw.within("regions", position)

    def form_slots(self) -> tuple[Slot, ...]:
        return (Slot(REGION, tuple(region.id for region in self.regions)),)

    def shuffled(self, rng: Random) -> Self:
        """In the picture each region stays where it is, and the list follows the picture."""
        return self

    def view(self, code: Code) -> HotspotView:
        return HotspotView(
            kind=self.kind,
            stem=self.stem,
            situation=self.situation,
            field=code.field(REGION),
            file=self.asset.file,
            viewbox=self.asset.viewbox,
            alt=self.asset.alt,
            spots=tuple(sorted((_spot(region, code) for region in self.regions), key=lambda spot: (spot.y, spot.x))),
        )

    def grade(self, answer: Answer) -> Grade:
        chosen = (answer[REGION],) if REGION in answer else ()
        return Grade(
            score=float(any(region.correct for region in self.regions if region.id in chosen)),
            rule=self.rule,
            marks=mark_options(self.regions, chosen),
            misconceptions=misconceptions_of(self.regions, chosen),
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls(
            stem="Choose what says **who vouches for the issuer**.",
            asset=Figure(
                file="certificate.svg", viewbox=(0, 0, 800, 600), alt="A certificate with a logo and a symbol"
            ),
            regions=(
                Region(
                    id="h1",
                    shape="rect",
                    box=(60, 60, 220, 110),
                    label="Logo",
                    feedback="The issuer itself.",
                    misconception="logo-proves",
                ),
                Region(
                    id="h2",
                    shape="circle",
                    at=(560, 430),
                    radius=60,
                    label="Accreditation symbol",
                    correct=True,
                    feedback="It leads to the body above.",
                ),
            ),
        )
        return (
            Example("right", question, {REGION: "h2"}, 1.0),
            Example("wrong", question, {REGION: "h1"}, 0.0),
            Example("empty", question, {}, 0.0),
        )


def _spot(region: Region, code: Code) -> Spot:
    x, y, width, height = region.bounds or NOWHERE
    return Spot(code.value(region.id), region.label, region.shape, x, y, width, height)


QUESTION_TYPE = Hotspot
