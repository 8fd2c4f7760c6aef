"""What makes `st.from_type(Value)` work: hypothesis calls it when it is imported, wherever microgradlab is installed.

How Values are drawn is loaded only when one is.
"""

from typing import Any


def _hypothesis_setup_hook() -> None:
    """Tell hypothesis how to make a Value."""
    from hypothesis import strategies as st

    from microgradlab.engine import Value

    st.register_type_strategy(Value, _values)


def _values(_: Any) -> Any:
    from microgradlab.testing.strategies import values

    return values()
