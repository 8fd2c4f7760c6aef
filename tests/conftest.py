"""What the tests share: how hypothesis runs, and rows that leave the op table as they found it."""

import os

import pytest
from hypothesis import HealthCheck, settings

from microgradlab import Value, ops
from microgradlab.arithmetic import Arithmetic

# Timing says nothing on a shared machine; in CI the examples are the same in every run.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture
def new_row():
    """`ops.op`, whose rows are taken back after the test."""
    added = []

    def op(name, *row, **options):
        assert name not in ops.table
        added.append(name)
        return ops.op(name, *row, **options)

    yield op
    for name in added:
        del ops.table[name]
        for kind in (Value, Arithmetic):
            if name in vars(kind):
                delattr(kind, name)


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory):
    """Where workers leave each other the notebooks that they ran."""
    base = tmp_path_factory.getbasetemp()
    os.environ["TESTS_SHARED"] = str(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
