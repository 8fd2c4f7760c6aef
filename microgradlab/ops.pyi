# Generated from the op table by `python tests/stubs.py`: do not edit.
from microgradlab.row import Op as Op
from microgradlab.row import apply as apply
from microgradlab.row import handlers as handlers
from microgradlab.row import listeners as listeners
from microgradlab.row import op as op
from microgradlab.row import table as table

add: Op
"""add(a, b): Same as a + b."""
sub: Op
"""sub(a, b): Same as a - b."""
mul: Op
"""mul(a, b): Same as a * b."""
neg: Op
"""neg(x): Same as -a."""
abs: Op
"""abs(x): Return the absolute value of the argument."""
square: Op
"""square(x): x * x."""
reciprocal: Op
"""reciprocal(x): 1 / x."""
div: Op
"""div(a, b): a / b, where a/0 is inf with the sign of both, and 0/0 is nan."""
sqrt: Op
"""sqrt(x): Return the square root of x."""
cbrt: Op
"""cbrt(x): ∛x: that of C, which may be 3 units off, and a step of Newton's with y³ - x in full."""
pow: Op
"""pow(a, b): a ** b as C's pow: 0**negative is inf, a negative base with a fractional exponent is nan."""
exp: Op
"""exp(x): Return e raised to the power of x."""
expm1: Op
"""expm1(x): Return exp(x)-1."""
log: Op
"""log(x): Return the natural logarithm of x."""
log2: Op
"""log2(x): Return the base 2 logarithm of x."""
log10: Op
"""log10(x): Return the base 10 logarithm of x."""
log1p: Op
"""log1p(x): Return the natural logarithm of 1+x (base e)."""
sin: Op
"""sin(x): Return the sine of x (measured in radians)."""
cos: Op
"""cos(x): Return the cosine of x (measured in radians)."""
tan: Op
"""tan(x): Return the tangent of x (measured in radians)."""
asin: Op
"""asin(x): Return the arc sine (measured in radians) of x."""
acos: Op
"""acos(x): Return the arc cosine (measured in radians) of x."""
atan: Op
"""atan(x): Return the arc tangent (measured in radians) of x."""
atan2: Op
"""atan2(a, b): Return the arc tangent (measured in radians) of y/x."""
hypot: Op
"""hypot(a, b): hypot(*coordinates) -> value"""
sinh: Op
"""sinh(x): Return the hyperbolic sine of x."""
cosh: Op
"""cosh(x): Return the hyperbolic cosine of x."""
tanh: Op
"""tanh(x): Return the hyperbolic tangent of x."""
asinh: Op
"""asinh(x): Return the inverse hyperbolic sine of x."""
acosh: Op
"""acosh(x): Return the inverse hyperbolic cosine of x."""
atanh: Op
"""atanh(x): Return the inverse hyperbolic tangent of x."""
erf: Op
"""erf(x): Error function at x."""
erfc: Op
"""erfc(x): Complementary error function at x."""
sigmoid: Op
"""sigmoid(x): 1 / (1 + exp(-x)) = 1 - p, below 0 e - e * p, for e = exp(-|x|), which cannot overflow, and p = e / (1 + e)."""
log_sigmoid: Op
"""log_sigmoid(x): log(sigmoid(x)) = -softplus(-x), finite down to -1e308."""
softplus: Op
"""softplus(x): log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
relu: Op
"""relu(x): max(x, 0)."""
relu6: Op
"""relu6(x): x between 0 and 6."""
leaky_relu: Op
"""leaky_relu(x, slope): x where x > 0, else slope * x."""
elu: Op
"""elu(x, alpha): x where x > 0, else alpha * (exp(x) - 1)."""
selu: Op
"""selu(x): elu scaled so that a deep net keeps mean 0 and variance 1 (Klambauer et al. 2017, equation 14)."""
gelu: Op
"""gelu(x): x * Φ(x); below -30, where Φ(x) fades away, Φ(x) = φ(x) / (-x + 1/(-x + 2/(-x + 3/…))) (Laplace)."""
silu: Op
"""silu(x): x * sigmoid(x), as one quotient; below -40 that is x * exp(x)."""
mish: Op
"""mish(x): x * tanh(softplus(x)); below -40 that is x * exp(x)."""
softsign: Op
"""softsign(x): x / (1 + |x|), whose limits are -1 and 1."""
hardtanh: Op
"""hardtanh(x): x between -1 and 1."""
hardsigmoid: Op
"""hardsigmoid(x): A sigmoid of three straight pieces: x/6 + 1/2 between -3 and 3."""
maximum: Op
"""maximum(a, b): The larger of two, of which 0.0 is larger than -0.0; nan if either is."""
minimum: Op
"""minimum(a, b): The smaller of two, of which -0.0 is smaller than 0.0; nan if either is."""
clip: Op
"""clip(x, low, high): x, but at least `low` and at most `high`."""
where: Op
"""where(condition, a, b): a where the condition holds (is not 0), else b; nan where the condition is nan."""
sum: Op
"""sum(xs): The sum, rounded once (`math.fsum`)."""
mean: Op
"""mean(xs): The sum divided by the number of terms."""
prod: Op
"""prod(xs): The product, rounded once; 1 for no factors."""
dot: Op
"""dot(w, x, b): w[0]*x[0] + w[1]*x[1] + … + b: each product rounded, their sum rounded once, then the bias."""
max: Op
"""max(xs): The largest; nan if any is."""
min: Op
"""min(xs): The smallest; nan if any is."""
logsumexp: Op
"""logsumexp(xs): log(Σ exp(x)) = largest + log(Σ exp(x - largest))."""
log_softmax: Op
"""log_softmax(xs, i): For each x the log of its softmax: (x - largest) - log(Σ exp(x - largest))."""
softmax: Op
"""softmax(xs, i): exp(x) / Σ exp(x) for each x."""
sech2: Op
"""sech2(x): sech²(x) = 4e / (1 + e)² with e = exp(-2|x|), the slope of tanh: 1 - tanh² would cancel."""
finite: Op
"""finite(x): x, or ±1e100 beyond: as a factor of what is 0 by then, where inf * 0 would give nan."""
positive: Op
"""positive(x): x, and nan below 0; -0 is 0: for slopes at the end of a domain, where 1/-0 would be -inf."""
step: Op
"""step(x): Heaviside's step: 0 up to and at 0, then 1."""
sign: Op
"""sign(x): -1, 0 or 1."""
less: Op
"""less(a, b): 1 where a < b, else 0."""
less_equal: Op
"""less_equal(a, b): 1 where a <= b, else 0."""
share: Op
"""share(a, b): 1 where a > b, 0 where a < b, and ½ at a tie: the part of maximum(a, b) that is due to a."""
max_share: Op
"""max_share(a, b): For each x the part of max(xs) that is due to it: 1/k where k elements tie, 0 for the others."""
min_share: Op
"""min_share(a, b): For each x the part of min(xs) that is due to it: 1/k where k elements tie, 0 for the others."""
xlogy: Op
"""xlogy(a, b): x * log(y), and 0 where x is 0 (the name is SciPy's): so the slope of 0**y in y is 0."""
divide_no_nan: Op
"""divide_no_nan(a, b): a / b, and 0 where b is 0 (the name is TensorFlow's)."""
over_square: Op
"""over_square(a, b, c): a / (b + c)², by mantissas and exponents, as (b + c)² may be out of range; what b + c loses is carried on."""
over_sum_of_squares: Op
"""over_sum_of_squares(a, b): a / (a² + b²), and 0 at the origin."""
over_hypot: Op
"""over_hypot(a, b): a / hypot(a, b), the cosine of the angle between (a, b) and the first axis; 0 at the origin."""
gaussian: Op
"""gaussian(c, k, x): c * exp(k * x²), for k from -1 to 0: at x = 27, what rounding x² loses is worth 400 units of the result."""
normal_cdf: Op
"""normal_cdf(x): Φ(x) = ½·erfc(-x/√2), the part of a normal distribution that is below x."""
scaled_exp: Op
"""scaled_exp(c, x): c * exp(x + lost), for a `lost` so small that x + lost is x; 0 where exp(x) is, even if c is inf."""
scaled_pow: Op
"""scaled_pow(c, a, b, k): c * a**(b - k), and 0 where c or the power is: so the slope of x**0 is 0 even at x = 0, and not 0 * inf."""
products_of_others: Op
"""products_of_others(xs, i): For each x the product of all the others, rounded once: that of all divided by x, where it can be."""
