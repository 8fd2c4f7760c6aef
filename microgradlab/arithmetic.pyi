# Generated from the op table by `python tests/stubs.py`: do not edit.
from typing import Any, Self

class Arithmetic:
    __slots__ = ()
    def __pos__(self) -> Self: ...
    def __neg__(self) -> Self: ...
    def __abs__(self) -> Self: ...
    def __add__(self, other: Any, /) -> Self: ...
    def __sub__(self, other: Any, /) -> Self: ...
    def __mul__(self, other: Any, /) -> Self: ...
    def __truediv__(self, other: Any, /) -> Self: ...
    def __pow__(self, other: Any, /) -> Self: ...
    def __radd__(self, other: Any, /) -> Self: ...
    def __rsub__(self, other: Any, /) -> Self: ...
    def __rmul__(self, other: Any, /) -> Self: ...
    def __rtruediv__(self, other: Any, /) -> Self: ...
    def __rpow__(self, other: Any, /) -> Self: ...
    def add(self, b: Any) -> Self:
        """Same as a + b."""
    def sub(self, b: Any) -> Self:
        """Same as a - b."""
    def mul(self, b: Any) -> Self:
        """Same as a * b."""
    def neg(self) -> Self:
        """Same as -a."""
    def abs(self) -> Self:
        """Return the absolute value of the argument."""
    def square(self) -> Self:
        """x * x."""
    def reciprocal(self) -> Self:
        """1 / x."""
    def div(self, b: Any) -> Self:
        """a / b, where a/0 is inf with the sign of both, and 0/0 is nan."""
    def sqrt(self) -> Self:
        """Return the square root of x."""
    def cbrt(self) -> Self:
        """∛x: that of C, which may be 3 units off, and a step of Newton's with y³ - x in full."""
    def pow(self, b: Any) -> Self:
        """a ** b as C's pow: 0**negative is inf, a negative base with a fractional exponent is nan."""
    def exp(self) -> Self:
        """Return e raised to the power of x."""
    def expm1(self) -> Self:
        """Return exp(x)-1."""
    def log(self) -> Self:
        """Return the natural logarithm of x."""
    def log2(self) -> Self:
        """Return the base 2 logarithm of x."""
    def log10(self) -> Self:
        """Return the base 10 logarithm of x."""
    def log1p(self) -> Self:
        """Return the natural logarithm of 1+x (base e)."""
    def sin(self) -> Self:
        """Return the sine of x (measured in radians)."""
    def cos(self) -> Self:
        """Return the cosine of x (measured in radians)."""
    def tan(self) -> Self:
        """Return the tangent of x (measured in radians)."""
    def asin(self) -> Self:
        """Return the arc sine (measured in radians) of x."""
    def acos(self) -> Self:
        """Return the arc cosine (measured in radians) of x."""
    def atan(self) -> Self:
        """Return the arc tangent (measured in radians) of x."""
    def atan2(self, b: Any) -> Self:
        """Return the arc tangent (measured in radians) of y/x."""
    def hypot(self, b: Any) -> Self:
        """hypot(*coordinates) -> value"""
    def sinh(self) -> Self:
        """Return the hyperbolic sine of x."""
    def cosh(self) -> Self:
        """Return the hyperbolic cosine of x."""
    def tanh(self) -> Self:
        """Return the hyperbolic tangent of x."""
    def asinh(self) -> Self:
        """Return the inverse hyperbolic sine of x."""
    def acosh(self) -> Self:
        """Return the inverse hyperbolic cosine of x."""
    def atanh(self) -> Self:
        """Return the inverse hyperbolic tangent of x."""
    def erf(self) -> Self:
        """Error function at x."""
    def erfc(self) -> Self:
        """Complementary error function at x."""
    def sigmoid(self) -> Self:
        """1 / (1 + exp(-x)) = 1 - p, below 0 e - e * p, for e = exp(-|x|), which cannot overflow, and p = e / (1 + e)."""
    def log_sigmoid(self) -> Self:
        """log(sigmoid(x)) = -softplus(-x), finite down to -1e308."""
    def softplus(self) -> Self:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
    def relu(self) -> Self:
        """max(x, 0)."""
    def relu6(self) -> Self:
        """x between 0 and 6."""
    def leaky_relu(self, slope: Any = 0.01) -> Self:
        """x where x > 0, else slope * x."""
    def elu(self, alpha: Any = 1.0) -> Self:
        """x where x > 0, else alpha * (exp(x) - 1)."""
    def selu(self) -> Self:
        """elu scaled so that a deep net keeps mean 0 and variance 1 (Klambauer et al. 2017, equation 14)."""
    def gelu(self) -> Self:
        """x * Φ(x); below -30, where Φ(x) fades away, Φ(x) = φ(x) / (-x + 1/(-x + 2/(-x + 3/…))) (Laplace)."""
    def silu(self) -> Self:
        """x * sigmoid(x), as one quotient; below -40 that is x * exp(x)."""
    def mish(self) -> Self:
        """x * tanh(softplus(x)); below -40 that is x * exp(x)."""
    def softsign(self) -> Self:
        """x / (1 + |x|), whose limits are -1 and 1."""
    def hardtanh(self) -> Self:
        """x between -1 and 1."""
    def hardsigmoid(self) -> Self:
        """A sigmoid of three straight pieces: x/6 + 1/2 between -3 and 3."""
    def maximum(self, b: Any) -> Self:
        """The larger of two, of which 0.0 is larger than -0.0; nan if either is."""
    def minimum(self, b: Any) -> Self:
        """The smaller of two, of which -0.0 is smaller than 0.0; nan if either is."""
    def clip(self, low: Any, high: Any) -> Self:
        """x, but at least `low` and at most `high`."""
    def where(self, a: Any, b: Any) -> Self:
        """a where the condition holds (is not 0), else b; nan where the condition is nan."""
    def sech2(self) -> Self:
        """sech²(x) = 4e / (1 + e)² with e = exp(-2|x|), the slope of tanh: 1 - tanh² would cancel."""
    def finite(self) -> Self:
        """x, or ±1e100 beyond: as a factor of what is 0 by then, where inf * 0 would give nan."""
    def positive(self) -> Self:
        """x, and nan below 0; -0 is 0: for slopes at the end of a domain, where 1/-0 would be -inf."""
    def step(self) -> Self:
        """Heaviside's step: 0 up to and at 0, then 1."""
    def sign(self) -> Self:
        """-1, 0 or 1."""
    def less(self, b: Any) -> Self:
        """1 where a < b, else 0."""
    def less_equal(self, b: Any) -> Self:
        """1 where a <= b, else 0."""
    def share(self, b: Any) -> Self:
        """1 where a > b, 0 where a < b, and ½ at a tie: the part of maximum(a, b) that is due to a."""
    def xlogy(self, b: Any) -> Self:
        """x * log(y), and 0 where x is 0 (the name is SciPy's): so the slope of 0**y in y is 0."""
    def divide_no_nan(self, b: Any) -> Self:
        """a / b, and 0 where b is 0 (the name is TensorFlow's)."""
    def over_square(self, b: Any, c: Any = 0.0) -> Self:
        """a / (b + c)², by mantissas and exponents, as (b + c)² may be out of range; what b + c loses is carried on."""
    def over_sum_of_squares(self, b: Any) -> Self:
        """a / (a² + b²), and 0 at the origin."""
    def over_hypot(self, b: Any) -> Self:
        """a / hypot(a, b), the cosine of the angle between (a, b) and the first axis; 0 at the origin."""
    def gaussian(self, k: Any, x: Any) -> Self:
        """c * exp(k * x²), for k from -1 to 0: at x = 27, what rounding x² loses is worth 400 units of the result."""
    def normal_cdf(self) -> Self:
        """Φ(x) = ½·erfc(-x/√2), the part of a normal distribution that is below x."""
    def scaled_exp(self, x: Any) -> Self:
        """c * exp(x + lost), for a `lost` so small that x + lost is x; 0 where exp(x) is, even if c is inf."""
    def scaled_pow(self, a: Any, b: Any, k: Any) -> Self:
        """c * a**(b - k), and 0 where c or the power is: so the slope of x**0 is 0 even at x = 0, and not 0 * inf."""
