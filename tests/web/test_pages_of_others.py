"""What others do changes nothing for Alice, on any page of a learner."""

import pytest

from tests.browser_client import Browser
from tests.others import study_everything, unchanged

pytestmark = pytest.mark.usefixtures("published")

PAGES = (
    "/",
    "/courses",
    "/courses/accreditation",
    "/exams",
    "/lessons/M01-L1",
    "/lessons/M01-L2",
    "/lessons/M01-L3",
    "/practice",
    "/progress",
    "/progress/answers",
    "/progress/misconceptions",
    "/progress/notes",
    "/progress/questions",
    "/review",
    "/review/forecast",
)


def test_every_page_is_as_if_nobody_else_were_there(hers: Browser, bobs: Browser) -> None:
    with unchanged(hers, *PAGES):
        study_everything(bobs)


def test_every_page_is_hers_although_others_did_as_much(hers: Browser, bobs: Browser) -> None:
    study_everything(hers)
    with unchanged(hers, *PAGES):
        study_everything(bobs)
