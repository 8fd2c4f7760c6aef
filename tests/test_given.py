"""What a training is given: its kinds, and the checksum by which it knows its data again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microgradlab import given as arguments
from microgradlab.data import Batches
from microgradlab.given import Given, fingerprint

floats = st.floats(allow_nan=False)
rows = st.lists(st.tuples(st.lists(floats, min_size=1, max_size=3), floats), min_size=1, max_size=4)


@given(rows)
def test_the_same_numbers_have_the_same_fingerprint_in_whatever_they_stand(data):
    others = [[np.array(inputs), np.float64(target)] for inputs, target in data]
    assert fingerprint(data) == fingerprint(others) == fingerprint(tuple(map(tuple, data)))


@given(rows, st.data())
def test_a_number_that_changes_by_one_unit_in_the_last_place_is_noticed(data, draw):
    place = draw.draw(st.integers(0, len(data) - 1))
    inputs, target = data[place]
    changed = [*data[:place], (inputs, math.nextafter(target, 0.0 if target else 1.0)), *data[place + 1 :]]
    assert fingerprint(changed) != fingerprint(data)


def test_order_nesting_and_texts_count_and_of_other_things_only_the_kind():
    one = [((1.0, 2.0), 3.0), ((4.0,), 5.0)]
    different = [one, one[::-1], one[:1], [((1.0,), (2.0, 3.0)), ((4.0,), 5.0)], [((1.0, 2.0), "3.0"), ((4.0,), 5.0)]]
    assert len({*map(fingerprint, different)}) == len(different)
    assert fingerprint([object()]) == fingerprint([object()]) != fingerprint([None])


def test_what_holds_itself_has_a_fingerprint():
    held = []
    held += [held, held]
    assert fingerprint(held) == fingerprint(held)


def test_an_iterator_in_the_data_is_not_used_up():
    data = [(iter([1.0, 2.0]), 0)]
    fingerprint(data)
    assert [*data[0][0]] == [1.0, 2.0]


def test_a_number_beyond_all_floats_is_refused_by_name():
    with pytest.raises(OverflowError, match="data: this int does not fit a float"):
        fingerprint([((10**400,), 0)])


def test_a_state_of_other_data_is_refused_with_what_differs_and_what_to_do():
    data = [((1.0,), 0), ((2.0,), 1)]
    mine, twin = (Given(Batches(data, 1), seed=0) for _ in range(2))
    twin.load_state_dict(mine.state_dict())
    other = Given(Batches(data[:1], 1), seed=3)
    with pytest.raises(ValueError, match="another data and another seed: pass the same as then, or start anew"):
        other.load_state_dict(mine.state_dict())
    for unfit in ({}, {"data": None}):
        with pytest.raises(ValueError, match="another data and another batch_size and another seed"):
            mine.load_state_dict(unfit)


@pytest.mark.parametrize("name", arguments.KINDS)
def test_what_is_not_of_its_kind_is_refused_with_an_example(name):
    fitting = dict.fromkeys(("schedule", "early_stopping", "metrics", "checkpoint"))
    with pytest.raises(TypeError, match=f"^{name} is .*, got 3.5$"):
        arguments.check_kinds(dict.fromkeys(arguments.KINDS, 3.5) | fitting | {name: 3.5} | before(name))


def before(name):
    """What fits, for the arguments that are checked before this one."""
    names = [*arguments.KINDS]
    examples = {"model": arguments.Module(), "loss": len, "optimizer": object.__new__(arguments.Optimizer)}
    examples |= {"callbacks": (), "progress": True, "resume": False}
    return {other: examples[other] for other in names[: names.index(name)] if other in examples}
