"""What others do changes nothing for Alice, on any page of a learner."""

import pytest

from tests.browser_client import Browser
from tests.others import study_everything, unchanged

pytestmark = pytest.mark.usefixtures("published")

every_page = pytest.mark.parametrize(
    "path",
    [
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
    ],
)


@every_page
def test_page_is_as_if_nobody_else_were_there(hers: Browser, bobs: Browser, path: str) -> None:
    with unchanged(hers, path):
        study_everything(bobs)


@every_page
def test_page_is_hers_although_others_did_as_much(hers: Browser, bobs: Browser, path: str) -> None:
    study_everything(hers)
    with unchanged(hers, path):
        study_everything(bobs)
