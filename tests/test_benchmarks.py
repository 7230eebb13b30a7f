"""The rigs still run: each with tiny sizes."""

import ast
import json
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import answers_at_scale, draw, effect, exam_draw, mastery, pages, publish, team_page, weights
from benchmarks._bare import create_app, make_database
from benchmarks._reliability import Bin
from benchmarks._rig import Browser, free_port, report, summed_up

RIGS = sorted((Path(__file__).parents[1] / "benchmarks").glob("[!_]*.py"))


def test_every_rig_says_in_a_line_what_it_shows() -> None:
    first = [(ast.get_docstring(ast.parse(rig.read_text(encoding="utf-8"))) or "").splitlines()[0] for rig in RIGS]
    names = ["answers_at_scale", "draw", "effect", "exam_draw", "mastery", "pages", "publish", "team_page", "weights"]
    assert [rig.stem for rig in RIGS] == names
    assert all(20 < len(line) < 120 for line in first)


def test_report_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert report("draw", {"ms": 2.5}, {"ms": 2}, ok=False) == 1
    line = json.loads(capsys.readouterr().out)
    assert line == {"rig": "draw", "figures": {"ms": 2.5}, "target": {"ms": 2}, "ok": False}


def test_times_are_summed_up() -> None:
    assert summed_up([0.1] * 40, 4) == {"per_s": 40.0, "median_ms": 100.0, "p95_ms": 100.0}
    assert summed_up([0.5], 1)["p95_ms"] == 500.0


def test_pages_with_many_answers_are_measured_beside_few() -> None:
    figures = answers_at_scale.measure(many=(6, 42), few=(5, 1), rounds=2)
    assert set(answers_at_scale.TARGET) <= set(figures)
    assert (figures["few_answers"], figures["many_answers"]) == (5, 6 * 42)
    assert answers_at_scale.reached(dict.fromkeys(answers_at_scale.TARGET, 1.5))
    assert not answers_at_scale.reached(dict.fromkeys(answers_at_scale.TARGET, 1.51))


def test_page_of_a_team_is_measured() -> None:
    figures = team_page.measure((2, 4), few=(4, 5), many=(6, 5), rounds=2, compared=4)
    assert {"people_2_ms", "people_4_ms", "answers_ratio"} <= set(figures)
    assert team_page.reached({"people_40_ms": 50, "answers_ratio": 1.2})
    assert not team_page.reached({"people_40_ms": 50.1, "answers_ratio": 1.2})


def test_draw_is_measured() -> None:
    figures = draw.measure(size=300, count=10, times=2)
    assert set(draw.TARGET) <= set(figures)
    assert all(value >= 0 for value in figures.values())


def test_effect_is_measured() -> None:
    figures = effect.measure(people=60, groups=20)
    assert set(effect.TARGET) <= set(figures)
    at_the_limit = {name: str(aim).split()[1] for name, aim in effect.TARGET.items()}
    assert effect.reached(at_the_limit)
    assert not effect.reached(at_the_limit | {"group_5": 0.929})
    assert not effect.reached(at_the_limit | {"false_more_person": 0.031})


def test_exam_draw_is_measured() -> None:
    figures = exam_draw.measure(size=4000, count=20, seen=200, times=2)
    assert set(exam_draw.TARGET) <= set(figures)
    assert 0 < figures["median_ms"] <= figures["worst_ms"]
    assert figures["peak_kib"] > figures["longer_texts_kib"]


def test_publish_is_measured() -> None:
    figures = publish.measure(items=70)
    assert set(publish.TARGET) <= set(figures)
    assert figures["items"] == 70


def test_pages_and_their_yardstick_are_measured() -> None:
    figures = pages.measure(connections=2, seconds=0.05)
    assert set(pages.TARGET) <= set(figures)
    assert figures["bare_times_bare"] == 1
    assert pages.reached(dict.fromkeys(pages.TARGET, 0))
    assert not pages.reached(dict.fromkeys(pages.TARGET, 1e9))


def test_weights_are_measured() -> None:
    figures = weights.measure()
    assert set(weights.TARGET) <= set(figures)
    assert figures["lesson_cold_bytes"] > figures["lesson_warm_bytes"] > 1000
    assert figures["lesson_cold_requests"] > 3


def test_forecasts_are_measured_and_the_same_seed_gives_the_same() -> None:
    figures = mastery.measure(people=5, objectives=2, seed=1)
    assert figures == mastery.measure(people=5, objectives=2, seed=1)
    assert all(0 <= figures[f"{scene}_brier"] < 0.5 for scene in mastery.SCENES)
    assert figures["next_answers"] > 50


def test_forecasts_must_beat_both_baselines_cover_and_rise() -> None:
    good = {f"{scene}_brier": 0.1 for scene in mastery.SCENES} | {"coverage": 0.8}
    good |= {f"{scene}_brier_{rival}": 0.2 for scene in mastery.SCENES for rival in mastery.RIVALS}
    good |= {f"{scene}_bars_{bars}": bars / 10 for scene in mastery.BARRED for bars in range(6)}
    assert mastery.reached(good)
    assert not mastery.reached(good | {"month_unmet_brier": 0.2})
    assert not mastery.reached(good | {"now_unmet_coverage": 0.95})
    assert not mastery.reached(good | {"month_objective_bars_3": 0.15})


def test_predictions_are_sorted_into_tenths() -> None:
    said = [(0.62, True), (0.68, False), (1.0, True), (0.95, True)]
    outcomes = [mastery.Outcome("next", share, 1.0, 0.0, 0.5, right) for share, right in said]
    assert mastery.reliability(outcomes) == [
        Bin(pytest.approx(0.65), 0.5, 2),
        Bin(pytest.approx(0.975), 1.0, 2),
    ]
    assert mastery.calibration_error(outcomes) == pytest.approx((0.15 + 0.025) / 2)
    assert mastery.brier(outcomes, "so_far") == 0.25


def test_reliability_is_drawn_and_told() -> None:
    played = mastery.play(mastery.ways(4, 1, seed=2), seed=2)
    marks = ElementTree.fromstring(mastery.picture(played)).iter("{http://www.w3.org/2000/svg}circle")
    assert len(list(marks)) > 2
    assert all(f"| {name} |" in mastery.tables(played) for name in mastery.NAMES.values())


def test_what_a_page_needs_is_read_off_it() -> None:
    html = (
        '<link rel="stylesheet" href="/assets/a.css"><script src="/assets/a.js" type="module"></script>'
        '<a href="/static/not-this"></a><img alt="" src="/static/x.svg?v=1&amp;w=2">'
        '<use href="/static/icons.svg#check"/>'
    )
    assert weights.needed_by(html) == {"/assets/a.css", "/assets/a.js", "/static/x.svg?v=1&w=2", "/static/icons.svg"}


def test_bare_page_reads_its_row(tmp_path: Path) -> None:
    make_database(tmp_path / "bare.sqlite3")
    page = create_app(str(tmp_path / "bare.sqlite3")).test_client().get("/7").get_data(as_text=True)
    assert "<h1>word 7</h1>" in page


def test_browser_says_when_nobody_answers() -> None:
    with closing(Browser(free_port())) as browser, pytest.raises(ConnectionRefusedError):
        browser.get("/")
