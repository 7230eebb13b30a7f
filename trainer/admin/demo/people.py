"""Who is on the sample team: invented people, and what each is like as a learner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

DOMAIN = "sample-team.example"
"""Where everybody's address is: a name that nobody can have, so no mail ever leaves for it."""

ADMIN_NAME, AUTHOR_NAME, LEAD_NAME = "Ingrid Solheim", "Tomasz Wilk", "Marta Quispe"

FULL_NAMES = (
    *(("Amara", "Okafor"), ("Mateo", "Fuentes"), ("Yuki", "Tanabe"), ("Leila", "Haddad"), ("Piotr", "Zielak")),
    *(("Priya", "Raman"), ("Noah", "Lindqvist"), ("Zanele", "Mokoena"), ("Élodie", "Marchand"), ("Bao", "Tran")),
    *(("Aisha", "Rahmani"), ("Lukas", "Brandner"), ("Sofía", "Arroyo"), ("Emre", "Yalın"), ("Grace", "Muthoni")),
    *(("Jonas", "Petrauskas"), ("Meera", "Kulkarni"), ("Tiago", "Barros"), ("Hana", "Novotná"), ("Seo-yeon", "Baek")),
    *(("Aroha", "Ngata"), ("Oleksandr", "Hnatiuk"), ("Fatou", "Diop"), ("Giulia", "Ferrante"), ("Arjun", "Thapa")),
)
_PLAIN = str.maketrans("Ééíáıñö", "Eeiaino")


@dataclass(frozen=True)
class Traits:
    """What somebody is like as a learner.

    `ability` is in logits, 0 in the middle; `learning` what reading and feedback are worth to her; `keeps_days` after
    how many days half of it is gone at first. `boldness` moves how sure she feels (share, 0–1). `days_a_week` and
    `hour` (UTC, 0–24) are her rhythm, `questions` what she does at a sitting, `pace` of reading: 1 is done with the
    course halfway through the weeks; `skips_reviews` is how often (share) she leaves what is due. She begins and stops
    at these shares of the weeks (0–1).
    """

    describes: str
    ability: float = 0.0
    learning: float = 1.0
    keeps_days: float = 9.0
    boldness: float = 0.0
    days_a_week: float = 3.5
    hour: float = 12.0
    questions: int = 10
    pace: float = 0.8
    begins: float = 0.0
    stops: float = 1.0
    misconceptions: int = 1
    skips_reviews: float = 0.25


@dataclass(frozen=True)
class Persona:
    """A learner of the sample team."""

    name: str
    email: str
    traits: Traits


KINDS = (
    Traits("steady, a little most mornings", hour=7.5, days_a_week=4.5, questions=9),
    Traits("quick, nearly through", ability=0.9, learning=1.3, pace=1.5, hour=12.5, boldness=0.05),
    Traits("sure, and often wrong", boldness=0.24, ability=-0.1, misconceptions=2, hour=16.0),
    Traits("knows more than it feels like", boldness=-0.26, ability=0.5, hour=19.5),
    Traits("finds it hard, keeps at it", ability=-0.7, learning=0.75, days_a_week=4.0, misconceptions=2, pace=0.6),
    Traits("Sundays and long sittings", days_a_week=1.3, questions=26, hour=15.0, keeps_days=7.0),
    Traits("late in the evening", hour=21.0, days_a_week=3.0, pace=0.75),
    Traits("began in the second half", begins=0.6, pace=1.3, days_a_week=4.5, hour=9.0),
    Traits("forgets fast", keeps_days=4.5, days_a_week=2.5, hour=13.0),
)


def team_of(people: int, weeks: int, rng: Random) -> Sequence[Persona]:
    """So many learners. Of three or more, the last has not begun and the one before stopped three weeks ago."""
    names = _names(people, rng)
    return [
        Persona(name, address_of(name), traits) for name, traits in zip(names, _traits(people, weeks, rng), strict=True)
    ]


def address_of(name: str) -> str:
    """The address of somebody on the sample team."""
    return ".".join(name.translate(_PLAIN).lower().split()) + "@" + DOMAIN


def _names(people: int, rng: Random) -> Sequence[str]:
    """Full names first, then first and last names in other pairs; none twice."""
    firsts, lasts = zip(*rng.sample(FULL_NAMES, len(FULL_NAMES)), strict=True)
    shifts = range(len(lasts))
    pairs = (f"{first} {lasts[(n + shift) % len(lasts)]}" for shift in shifts for n, first in enumerate(firsts))
    return [name for name, _ in zip(pairs, range(people), strict=False)]


def _traits(people: int, weeks: int, rng: Random) -> Sequence[Traits]:
    found = [_varied(KINDS[n % len(KINDS)], rng) for n in range(people)]
    if people >= 3:
        stops = max(0.3, 1 - 3 / weeks)
        found[-2] = replace(
            found[-2],
            describes="stopped three weeks ago" if weeks > 4 else "stopped",
            stops=stops,
            pace=0.7,
            keeps_days=6.0,
        )
        found[-1] = replace(found[-1], describes="has not begun", stops=0.0)
    return found


def _varied(traits: Traits, rng: Random) -> Traits:
    """No two alike."""
    return replace(
        traits,
        ability=traits.ability + rng.gauss(0, 0.35),
        learning=traits.learning * rng.uniform(0.85, 1.15),
        keeps_days=traits.keeps_days * rng.uniform(0.8, 1.3),
        hour=traits.hour + rng.uniform(-1, 1),
        pace=traits.pace * rng.uniform(0.8, 1.15),
    )
