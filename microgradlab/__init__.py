from microgradlab import fast as _fast
from microgradlab.engine import Value, no_grad, trace
from microgradlab.gradients import grad
