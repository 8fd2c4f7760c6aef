"""The numbers of lesson 8, the learning rate and schedules, come out."""

import pytest
from lesson_notebooks import Lesson, named, numbers

LESSON = Lesson("08-learning-rate")
printed = LESSON.printed


def rows(cell_id, skip=0):
    return [numbers(line) for line in printed(cell_id).splitlines()[skip:]]


def test_six_rates_on_a_parabola():
    by_rate = {lr: places for lr, *places in rows("six-rates", skip=1)}
    assert by_rate[0.5][0] == 4.0
    assert by_rate[1.0] == [8.0, 0.0, 8.0, 0.0, 0.0]
    assert by_rate[1.1][-1] == pytest.approx(-331271894.0880631, rel=1e-14)
    assert "−331,271,894" in LESSON.text("factor")
    for lr, places in by_rate.items():
        factor = 1 - 2 * lr
        assert places[:4] == pytest.approx([4 - 4 * factor**t for t in (1, 2, 3, 4)], abs=5e-4)


def test_the_limit_is_two_over_the_curvature():
    assert numbers(printed("limit"))[:2] == [13.7728, 0.1452]
    below, above = (numbers(line)[1:] for line in printed("limit").splitlines()[1:])
    assert below == [1.3470, 1.3470]
    assert above == [1.2180, 1.4454]


def test_a_stretched_valley():
    slow, good, wild = (found for _, _, found in rows("stretched-paths"))
    assert good < slow
    assert good < wild
    plain, heavy = (numbers(line)[-1] for line in printed("with-momentum").splitlines())
    assert plain / heavy == pytest.approx(1e7, rel=0.5)


def test_raw_data_are_a_stretched_valley_and_scaled_ones_are_round():
    said = printed("raw-curvatures")
    assert named(said, "curvature along w") == pytest.approx(69.65, abs=0.01)
    assert named(said, "curvature along b") == 2.0
    assert f"{2 / named(said, 'curvature along w'):.4f}" == "0.0287"
    below, above, message = printed("explodes").splitlines()
    assert numbers(below)[-1] < 2 < 1e9 < numbers(above)[-1]
    assert "the loss became inf in epoch" in message
    one, many = (numbers(line)[-1] for line in printed("scaled-line").splitlines())
    assert one == many == 0.7431


def test_the_best_rate_of_a_sweep_is_close_to_the_cliff():
    found = dict(rows("sweep-table"))
    assert min(found, key=found.get) == 10.0
    assert found[31.623] > 1 > found[3.162]
    assert numbers(printed("range-test-figure")) == [12.6]


def test_schedules_come_to_rest_where_the_rate_is_large():
    lowest, *table = printed("flowers-table").splitlines()
    assert numbers(lowest)[0] == 0.55273
    constant, *others = (numbers(line)[-2:] for line in table[1:])
    assert all(small > constant[0] and large < constant[1] / 100 for small, large in others)


def test_a_warm_up_helps_at_one_rate_of_two():
    table = {lr: (cold, warmed) for lr, cold, warmed in rows("warm-up-table", skip=1)}
    assert table[3][0] < table[3][1]
    assert table[10][1] == min(table[3] + table[10])


def test_figures_show():
    assert LESSON.showing("image/png") == {
        "the-picture", "stretched-paths", "range-test-figure", "schedules-figure", "settling-figure"
    }  # fmt: skip
