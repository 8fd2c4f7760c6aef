"""Random programs: a few inputs, and ops that each take earlier results, so that graphs of every shape come about."""

from hypothesis import strategies as st

from microgradlab import Value, ops

ARITY = {"add": 2, "sub": 2, "mul": 2, "maximum": 2, "neg": 1, "tanh": 1, "sin": 1, "square": 1, "relu": 1, "where": 3}
OVER_SEQUENCES = ["sum", "prod", "max", "logsumexp"]
INPUTS = 3

places = st.integers(0, 10**6)  # which of the results so far, modulo their number
steps = (
    st.sampled_from(sorted(ARITY)).flatmap(lambda name: st.tuples(st.just(name), *[places] * ARITY[name]))
    | st.tuples(st.sampled_from(OVER_SEQUENCES), st.lists(places, min_size=1, max_size=4))
    | st.tuples(st.just("dot"), st.lists(st.tuples(places, places), min_size=1, max_size=3), places)
)
programs = st.lists(steps, min_size=1, max_size=12)
inputs = st.lists(st.floats(-2.0, 2.0), min_size=INPUTS, max_size=INPUTS)


def run(program, xs):
    """All results of `program`, after the inputs `xs`; the numbers may be of any kind."""
    results = list(xs)

    def at(place):
        return results[place % len(results)]

    for name, first, *rest in program:
        if name == "dot":
            arguments = [[at(p) for p, _ in first], [at(q) for _, q in first], at(rest[0])]
        elif name in OVER_SEQUENCES:
            arguments = [[at(p) for p in first]]
        else:
            arguments = [at(p) for p in (first, *rest)]
        results.append(ops.table[name](*arguments))
    return results


def leaves(xs):
    """The inputs as Values."""
    return [Value(x, label=f"x{i}") for i, x in enumerate(xs)]
