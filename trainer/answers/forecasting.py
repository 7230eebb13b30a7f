"""What a learner will probably answer right on a day to come, by objective."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.answers.mastery import known_of
from trainer.answers.queries import standings_of
from trainer.answers.reviewing import Standings
from trainer.learning.forecast import Forecast, forecast
from trainer.learning.scheduling import Memory
from trainer.library.catalogue import Catalogue


def forecasts_of(
    session: Session, user_id: int, catalogue: Catalogue, objectives: Collection[str], *, at: datetime
) -> Mapping[str, Forecast]:
    """The forecast for each objective that has questions to practise, on all of these."""
    known = known_of(session, user_id, objectives)
    memories = _memories(standings_of(session, user_id), catalogue)
    questions = Counter(item.objective for item in catalogue.practice_items.values())
    return {
        id: forecast(known[id], memories[id], questions[id] - len(memories[id]), at)
        for id in objectives
        if questions[id]
    }


def _memories(standings: Standings, catalogue: Catalogue) -> Mapping[str, Mapping[str, Memory]]:
    """The memories of the questions that can still be practised, by the objective they belong to now and their id."""
    found: dict[str, dict[str, Memory]] = defaultdict(dict)
    for id in standings.keys() & catalogue.practice_items.keys():
        found[catalogue.practice_items[id].objective][id] = Memory.from_json(standings[id].memory)
    return found
