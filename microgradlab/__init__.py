from microgradlab import fast as _fast
from microgradlab.engine import Value, grad, no_grad, trace
