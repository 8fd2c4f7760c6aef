"""Whole trainings in eight threads at once give the bits that they give one after another, and forks leave no harm."""

import json
import os
import signal
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from small_training import Net, train

from microgradlab import MLP, Value, engine, grad, losses, no_grad, ops, optim
from microgradlab.expression import evaluate
from microgradlab.persist import load, save
from microgradlab.scopes import scopes

THREADS = 8


def in_threads(function):
    """The results of `function(i)` for each of eight threads, which start together and switch as often as they can."""
    interval, start = sys.getswitchinterval(), threading.Barrier(THREADS)

    def begin(i):
        start.wait(10)
        return function(i)

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(begin, range(THREADS)))
    finally:
        sys.setswitchinterval(interval)


def one_by_one(function):
    return [function(i) for i in range(THREADS)]


def with_checkpoints(folder):
    return lambda i: (train(i, checkpoint=folder / f"{i}.json"), (folder / f"{i}.json").read_bytes())


def explanations(i):
    """Every step of backpropagation in words, of a graph made in modules, with gradients of gradients."""
    model = Net(i)
    x, y = Value(i / 7, label="x"), Value(0.5, label="y")
    z = model([x, y]) * evaluate("tanh(a*b + 1/a) ** 2", {"a": 1.0 + i, "b": 0.3})
    steps = [(str(step), [type(module).__name__ for module in step.node.scope]) for step in z.backward_steps()]
    slope = grad(z, x, create_graph=True)
    return steps, slope.data, grad(slope, [x, y])


def mixtures(i):
    """Results that are remembered and results that are not, in turn."""
    model, seen = MLP(2, [3, 1], seed=i), []
    for k in range(30):
        xs = [k / 10, Value(-i / 3)]
        with no_grad():
            quiet = model(xs)
        loud = model(xs)
        loss = losses.mse_loss(loud, 1.0)
        model.zero_grad()
        loss.backward()
        seen.append((quiet.data, quiet.op, loud.data, loud.op.name, len(engine.results_of(loss)), xs[1].grad))
        optim.SGD(model.parameters(), lr=0.1).step()
    return seen


@pytest.mark.parametrize("work", [explanations, mixtures, train], ids=lambda work: work.__name__)
def test_eight_threads_agree_with_one_to_the_bit(work):
    assert repr(in_threads(work)) == repr(one_by_one(work))


@pytest.mark.long
@pytest.mark.parametrize("work", [explanations, mixtures, train], ids=lambda work: work.__name__)
def test_so_they_do_twenty_times_over(work):
    alone = repr(one_by_one(work))
    for _ in range(20):
        assert repr(in_threads(work)) == alone


@pytest.mark.long
def test_checkpoints_of_eight_trainings_are_those_of_each(tmp_path):
    assert in_threads(with_checkpoints(tmp_path)) == one_by_one(with_checkpoints(tmp_path))


def test_eight_threads_that_write_one_file_leave_it_whole(tmp_path):
    path, models = tmp_path / "model.json", [MLP(1, [1], seed=i) for i in range(THREADS)]
    weights = [model.state_dict() for model in models]

    def write_and_read(i):
        for _ in range(10):
            save(models[i], path, {"by": i})
            assert load(path).state_dict() in weights

    in_threads(write_and_read)
    assert load(path).state_dict() == weights[json.loads(path.read_text())["extra"]["by"]]
    assert os.listdir(tmp_path) == ["model.json"]


# forks ------------------------------------------------------------------------------------------

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def in_child(function, seconds=10.0):
    """Whether `function()` is true in a child process; one that hangs is killed, and is not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python's own, of forks beside threads
        child = os.fork()
    if child == 0:
        os._exit(0 if function() else 1)
    end = monotonic() + seconds
    while monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


class Busy:
    """A thread that does something over and over, until the end of a with."""

    def __init__(self, work):
        self.over = False
        self.thread = threading.Thread(target=lambda: [work() for _ in iter(lambda: self.over, True)])

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over = True
        self.thread.join()


def goes_backward():
    x = Value(3.0)
    (x * x).backward()
    return x.grad == 6.0


def remembers_in_new_threads():
    def remembers(_):
        sleep(0.01)  # so that every thread has a number of its own
        result = Value(1.0) * 2.0
        return result.op is not None and result.scope == ()

    with ThreadPoolExecutor(THREADS) as pool:
        return all(pool.map(remembers, range(THREADS)))


@needs_fork
def test_a_child_forked_while_another_thread_goes_backward_does_not_wait_for_it():
    x = Value(1.0)
    y = ops.sum([x * float(i) for i in range(5000)])
    with Busy(y.backward):
        assert all(in_child(goes_backward) for _ in range(5))


@needs_fork
def test_a_child_forked_while_another_thread_is_in_no_grad_or_a_module_knows_nothing_of_it():
    inside, leave = threading.Barrier(3), threading.Event()

    def pause(_=None):
        inside.wait(10)
        leave.wait(60)

    def pause_in_no_grad():
        with no_grad():
            pause()

    model = Net(0)
    model.forward = pause
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(pause_in_no_grad), pool.submit(model, [1.0, 2.0])
        inside.wait(10)
        try:
            assert in_child(remembers_in_new_threads)
        finally:
            leave.set()
        assert [each.result() for each in waiting] == [None, None]


@needs_fork
def test_a_fork_within_no_grad_and_a_module_stays_in_them():
    def forked(_):
        return in_child(lambda: (Value(1.0) * 2.0).op is None and scopes.popitem()[1] == ((), model))

    model = Net(0)
    model.forward = forked
    with no_grad():
        assert model([1.0, 2.0])
    assert engine.paused == []
    assert goes_backward()
