"""The kit notices every wrong rule that is planted, and blames none of the right ones."""

import pytest
from mutants import EQUAL, mutants, planted, survives

from microgradlab import ops

MUTANTS = list(mutants())


@pytest.mark.parametrize("mutant", MUTANTS[::9], ids=str)
def test_a_wrong_rule_is_noticed(mutant):
    assert survives(mutant) == (str(mutant) in EQUAL)


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_every_wrong_rule_is_noticed(mutant):
    assert survives(mutant) == (str(mutant) in EQUAL)


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_what_survives_if_nothing_is_wrong(op):
    mutant = next(mutant for mutant in MUTANTS if mutant.op is op)
    assert survives(mutant._replace(rule=op.rules[mutant.place]))


def test_a_mutant_is_a_row_beside_the_right_one_and_leaves_no_trace():
    before, right = set(ops.table), ops.tanh
    with planted(next(mutant for mutant in MUTANTS if mutant.op is ops.tanh)) as op:
        assert op.kernel is right.kernel
        assert ops.table["tanh"] is right
    assert set(ops.table) == before


def test_there_are_mutants_of_every_kind_of_every_rule():
    assert len(MUTANTS) >= 300
    rules = {(op, i) for op in ops.table.values() for i, domain in enumerate(op.domain) if not domain.is_index}
    assert {(mutant.op, mutant.place) for mutant in MUTANTS} == rules
    assert {str(mutant) for mutant in MUTANTS} >= EQUAL.keys()
