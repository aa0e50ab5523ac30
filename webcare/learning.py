"""What the desk learned, put together with the engine that it corrects."""

from __future__ import annotations

from desk.learned import nothing
from desk.learner import Learner
from desk.scoring import Scoring
from storage.database import Database
from webcare.engines import engine_of
from webcare.program import Program


def scoring_of(program: Program, *, patient: bool = False) -> Scoring:
    """The settings' engine, with an empty head for what the desk learned; `learner_on` fills it.

    A `patient` one waits long for a model to load.
    """
    from sentiment.features import features  # noqa: PLC0415 - loaded by whoever scores, nobody else

    return Scoring(
        engine_of(program.settings, patient=patient), program.settings.organisation.brands, nothing(features)
    )


def learner_on(database: Database, scoring: Scoring) -> Learner:
    """The learner of an open database."""
    return Learner(database, scoring)
