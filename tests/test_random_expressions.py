"""Random expressions, with shared nodes and up to 200 of them: every derivative is right, and each way to it the same.

A few of them always, ten thousand with `pytest -m long`.
"""

import copy
import pickle

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracles import same

from microgradlab import Value, losses, trace
from microgradlab.testing import check_gradients, datasets, expressions, mlps

QUIET = settings(database=None, suppress_health_check=HealthCheck, phases=[Phase.generate, Phase.shrink])
FEW = [pytest.param(60, 0, id="few")]
MANY = [pytest.param(500, part, marks=pytest.mark.long, id=f"500 of 10,000, part {part}") for part in range(20)]

graphs = st.sampled_from([10, 20, 50, 200]).flatmap(lambda size: expressions(max_nodes=size, depth=max(5, size // 4)))


def hold(law, strategy, examples, part):
    """That the law holds for so many examples."""
    seed(part)(settings(QUIET, max_examples=examples)(given(strategy)(law)))()


@pytest.mark.parametrize(("examples", "part"), FEW + MANY)
def test_first_and_second_derivatives_are_right_and_steps_are_backward(examples, part):
    def law(expression):
        check_gradients(expression, order=2)
        at_once, in_steps = expression(*map(Value, expression.point)), expression(*map(Value, expression.point))
        at_once.backward()
        assert [step.node for step in in_steps.backward_steps()] == [*reversed([n for n in trace(in_steps)[0] if n.op])]
        for a, b in zip(trace(at_once)[0], trace(in_steps)[0], strict=True):
            assert same(a.data, b.data)
            assert same(a.grad, b.grad)

    hold(law, graphs, examples, part)


@pytest.mark.parametrize(("examples", "part"), FEW + MANY[:2])
def test_a_copied_and_a_pickled_model_give_the_same_outputs_and_gradients(examples, part):
    def law(model_and_data):
        model, data = model_and_data
        results = []
        for twin in (model, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            twin.zero_grad()
            outputs = [twin(inputs) for inputs, _ in data]
            losses.mse_loss(outputs, [target for _, target in data]).backward()
            results.append([output.data for output in outputs] + [p.grad for p in twin.parameters()])
        for other in results[1:]:
            assert all(map(same, results[0], other))

    models = mlps(inputs=2, outputs=1).flatmap(lambda model: st.tuples(st.just(model), datasets(inputs=2)))
    hold(law, models, examples, part)
