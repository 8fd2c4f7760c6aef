"""The longest arrows are cut, and only as many as must be."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from microgradlab.drawing import arrows
from microgradlab.drawing.arrows import PASSED, Flow, ends, too_long

# A graph by how far back each arrow into its i-th box begins.
GRAPHS = st.lists(st.lists(st.integers(1, 80), min_size=1, max_size=4), min_size=1, max_size=80)


def flows_of(graph):
    return [Flow(f"n{max(0, i - back)}", f"n{i}:p0:w") for i, backs in enumerate(graph, start=1) for back in backs]


def test_the_examples_in_the_docstring():
    assert doctest.testmod(arrows).failed == 0


def test_an_arrow_ends_at_a_box_whatever_entry_it_takes():
    assert ends(Flow("n0", "op2:p1:w")) == ("n0", "op2")


@given(GRAPHS)
def test_what_is_cut_is_longer_than_what_is_kept_and_short_graphs_keep_all(graph):
    flows = flows_of(graph)
    cut = {*too_long(flows)}
    ranks = {"n0": 0}
    for tail, head in map(ends, flows):
        ranks[head] = max(ranks.get(head, 0), ranks[tail] + 1)
    lengths = [ranks[head] - ranks[tail] - 1 for tail, head in map(ends, flows)]
    kept = [length for i, length in enumerate(lengths) if i not in cut]
    assert sum(kept) <= PASSED
    assert bool(cut) == (sum(lengths) > PASSED)
    assert not cut or min(lengths[i] for i in cut) > max(kept, default=-1)
