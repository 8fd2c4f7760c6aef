"""The test kit's public names are there, none is loaded before it is asked for, and what is missing is said."""

import subprocess
import sys

import pytest

from microgradlab import testing


@pytest.mark.parametrize("name", testing.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name):
    assert getattr(testing, name).__doc__


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'check_gradient'"):
        testing.check_gradient  # noqa: B018


@pytest.mark.parametrize("package", ["hypothesis", "mpmath"])
def test_a_missing_package_is_answered_by_what_to_type(package):
    program = f"import sys; sys.modules[{package!r}] = None\nfrom microgradlab.testing import gradients_agree"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1].endswith(
        f"microgradlab.testing needs the package {package}: type  pip install 'microgradlab[testing]'"
    )


def test_the_bugs_need_neither():
    program = "import sys; sys.modules['hypothesis'] = sys.modules['mpmath'] = None\nimport microgradlab.testing.bugs"
    subprocess.run([sys.executable, "-c", program], check=True)
