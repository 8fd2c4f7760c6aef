// What kernels need of Python, as Python does it: `/` and `math` raise where Python's do, nan is true, sums are exact.

class PythonError extends Error {
  constructor(kind) { super(kind); this.kind = kind; }
}

const py = {
  // Errors, and what counts as true.
  raise(kind) { throw new PythonError(kind); },
  is_a(error, ...kinds) {
    if (!(error instanceof PythonError)) return false;
    const arithmetic = error.kind !== "ValueError";
    return kinds.includes(error.kind) || (arithmetic && kinds.includes("ArithmeticError"));
  },
  truth(x) { return Array.isArray(x) ? x.length > 0 : typeof x === "boolean" ? x : x != 0; },
  and(x, y) { return py.truth(x) ? y() : x; },
  or(x, y) { return py.truth(x) ? x : y(); },

  // Arithmetic beyond + - *; whole numbers beyond 2^53 are BigInts.
  div(a, b) {
    if (typeof a === "bigint") return py.quotient(a, b);
    return b == 0 ? py.raise("ZeroDivisionError") : a / b;
  },
  floordiv(a, b) {
    if (typeof a !== "bigint") {  // as CPython does it, from the remainder
      if (b === 0) py.raise("ZeroDivisionError");
      const rest = a % b, whole = (a - rest) / b - (rest !== 0 && (b < 0) !== (rest < 0) ? 1 : 0), down = Math.floor(whole);
      return whole === 0 ? math.copysign(0, a / b) : whole - down > 0.5 ? down + 1 : down;
    }
    const down = a / b;
    return down * b !== a && (a < 0n) !== (b < 0n) ? down - 1n : down;
  },
  mod(a, b) {
    if (b == 0) py.raise("ZeroDivisionError");
    const rest = a % b;
    return rest !== 0 && (rest < 0) !== (b < 0) ? rest + b : rest === 0 ? math.copysign(0, b) : rest;
  },
  pow(a, b) {
    if (a === 0 && b < 0) py.raise("ZeroDivisionError");
    if (a < 0 && !Number.isInteger(b) && Number.isFinite(b)) py.raise("TypeError");
    const y = a === 1 || b === 0 ? 1 : a ** b;
    return !Number.isFinite(y) && Number.isFinite(a) && Number.isFinite(b) ? py.raise("OverflowError") : y;
  },
  quotient(top, bottom) {  // of two whole numbers, rounded once to the nearest float
    const negative = (top < 0n) !== (bottom < 0n);
    let [a, b] = [top, bottom].map((n) => (n < 0n ? -n : n));
    if (a === 0n) return 0;
    let shift = 66 - (py.bits(a) - py.bits(b));  // so many bits more, so that 66 or 67 are left of the quotient
    if (shift > 1140) shift = 1140;  // below the smallest float
    let q = shift >= 0 ? (a << BigInt(shift)) / b : a / (b << BigInt(-shift));
    const exact = shift >= 0 ? q * b === a << BigInt(shift) : q * (b << BigInt(-shift)) === a;
    const spare = Math.max(py.bits(q) - 53, shift - 1074);  // bits that a float has no room for
    if (spare > 0) {
      const unit = 1n << BigInt(spare), rest = q % unit, half = unit >> 1n;
      q = q / unit;
      if (rest > half || (rest === half && (!exact || q % 2n === 1n))) q += 1n;
      shift -= spare;
    }
    const y = py.scaled(Number(q), -shift);
    return Math.abs(y) === Infinity ? py.raise("OverflowError") : negative ? -y : y;
  },
  bits(n) { return n.toString(2).length; },
  scaled(x, exponent) {  // x * 2**exponent: only the last product may round
    if (x === 0 || !Number.isFinite(x)) return x;
    const [mantissa, own] = math.frexp(x), whole = Math.max(-1100, Math.min(1100, own + exponent));
    const first = Math.max(-1021, Math.min(1000, whole));
    return mantissa * 2 ** first * 2 ** (whole - first);
  },
  as_integer_ratio(x) {
    const [mantissa, exponent] = math.frexp(x);
    let top = BigInt(mantissa * 2 ** 53), power = exponent - 53;
    while (power < 0 && top !== 0n && top % 2n === 0n) { top /= 2n; power += 1; }
    return power >= 0 || top === 0n ? [top << BigInt(Math.max(power, 0)), 1n] : [top, 1n << BigInt(-power)];
  },

  // Functions over lists.
  list(xs) { return [...xs]; },
  tuple(xs) { return [...xs]; },
  len(xs) { return xs.length; },
  all(xs) { return py.list(xs).every(py.truth); },
  any(xs) { return py.list(xs).some(py.truth); },
  map(f, ...lists) { return lists[0].slice(0, Math.min(...lists.map((l) => l.length))).map((_, i) => f(...lists.map((l) => l[i]))); },
  filter(f, xs) { return py.list(xs).filter((x) => py.truth(f(x))); },
  zip(...lists) { return py.map((...xs) => xs, ...lists); },
  enumerate(xs) { return py.list(xs).map((x, i) => [i, x]); },
  range(...ends) {
    const [start, stop, step] = ends.length === 1 ? [0, ends[0], 1] : [...ends, 1];
    return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
  },
  reversed(xs) { return [...xs].reverse(); },
  sorted(xs) { return [...xs].sort((a, b) => a - b); },
  next(xs, otherwise) { return xs.length ? xs[0] : otherwise === undefined ? py.raise("StopIteration") : otherwise; },
  sum(xs) { return py.list(xs).reduce((a, b) => (typeof b === "bigint" && a === 0 ? b : a + b), 0); },
  max(...xs) { return (xs.length === 1 ? py.list(xs[0]) : xs).reduce((a, b) => (b > a ? b : a)); },
  min(...xs) { return (xs.length === 1 ? py.list(xs[0]) : xs).reduce((a, b) => (b < a ? b : a)); },
  same(x, y) { return x === y || Object.is(x, y); },  // as Python finds things in lists: nan as well
  count(xs, x) { return xs.filter((other) => py.same(other, x)).length; },
  index(xs, x) { const i = xs.findIndex((other) => py.same(other, x)); return i < 0 ? py.raise("ValueError") : i; },
  remove(xs, x) { xs.splice(py.index(xs, x), 1); },
  append(xs, x) { xs.push(x); },

  // Numbers.
  abs(x) { return typeof x === "bigint" ? (x < 0n ? -x : x) : Math.abs(x); },
  float(x) { return Number(x); },
  int(x) { return Number.isFinite(x) ? Math.trunc(x) : py.raise(Number.isNaN(x) ? "ValueError" : "OverflowError"); },
  round(x) { const y = Math.round(x); return y - x === 0.5 && y % 2 !== 0 ? y - 1 : y; },
};

const math = (() => {
  // A function that raises ValueError off its domain, and OverflowError where a finite number has none of a float's size.
  const raising = (f, inside = () => true) => (x) => {
    if (Number.isNaN(x)) return x;
    if (!inside(x)) py.raise("ValueError");
    const y = f(x);
    return Number.isFinite(x) && !Number.isFinite(y) ? py.raise("OverflowError") : y;
  };
  const buffer = new DataView(new ArrayBuffer(8));
  const two_over_sqrt_pi = 1.1283791670955126;

  // Σ xs, rounded once (Shewchuk 1997; Python's math.fsum is the same).
  function fsum(xs) {
    let partials = [], special = 0, infinite = false;
    for (let x of xs) {
      const given = x;
      const kept = [];
      for (let y of partials) {
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y, low = y - (high - x);
        if (low) kept.push(low);
        x = high;
      }
      if (!Number.isFinite(x)) {
        if (Number.isFinite(given)) py.raise("OverflowError");
        if (!Number.isNaN(given) && infinite && Math.sign(given) !== infinite) py.raise("ValueError");
        if (!Number.isNaN(given)) infinite = Math.sign(given);
        special += given;
        partials = [];
      } else {
        partials = x ? [...kept, x] : kept;
      }
    }
    if (special !== 0) return special;
    let high = 0, low = 0, n = partials.length;
    if (n) {
      high = partials[--n];
      while (n) {
        const x = high, y = partials[--n];
        high = x + y;
        low = y - (high - x);
        if (low) break;
      }
      if (n && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
        const y = low * 2, x = high + y;
        if (y === x - high) high = x;
      }
    }
    return high;
  }

  // erf by its series with terms of one sign, erfc by its continued fraction (Abramowitz & Stegun, 7.1.6 and 7.1.14).
  function series(x) {
    let term = x, total = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) { term *= (2 * x * x) / (2 * n + 1); total += term; }
    return two_over_sqrt_pi * Math.exp(-x * x) * total;
  }
  function fraction(x) {  // for x > 2
    if (x > 30) return 0;
    let tail = x;
    for (let n = 120; n > 0; n--) tail = x + n / 2 / tail;
    const coarse = Math.fround(x), lost = (x - coarse) * (x + coarse);  // x², without what rounding takes from it
    const e = Math.exp(-coarse * coarse / 2);
    return (e * (two_over_sqrt_pi / 2 * Math.exp(-lost) / tail)) * e;
  }
  const erf = (x) => (Number.isNaN(x) ? x : Math.abs(x) < 2 ? series(x) : Math.sign(x) * (1 - fraction(Math.abs(x))));
  const erfc = (x) => (Number.isNaN(x) ? x : x > 2 ? fraction(x) : x < -2 ? 2 - fraction(-x) : x > 0.5 ? small(x) : 1 - series(x));
  function small(x) {  // erfc between ½ and 2, where 1 - erf would cancel: by Taylor's series from a point nearby
    const at = Math.round(4 * x) / 4, h = x - at;
    let total = ERFC[4 * at], slope = -two_over_sqrt_pi * Math.exp(-at * at), before = 0, power = h, factor = 1;
    let [previous, current] = [0, 1];  // Hermite polynomials give the derivatives
    for (let n = 1; n < 40; n++) {
      total += slope * current * power / factor;
      [previous, current] = [current, -2 * at * current - 2 * (n - 1) * previous];
      power *= h; factor *= n + 1;
    }
    return total;
  }
  const ERFC = [, , 0.4795001221869535, 0.2888443663464849, 0.15729920705028513, 0.07709987174354177, 0.033894853524689274,
                0.013328328780817559, 0.004677734981047266];

  return {
    acos: raising(Math.acos, (x) => Math.abs(x) <= 1), asin: raising(Math.asin, (x) => Math.abs(x) <= 1),
    atan: Math.atan, atan2: Math.atan2, asinh: Math.asinh,
    acosh: raising(Math.acosh, (x) => x >= 1), atanh: raising(Math.atanh, (x) => Math.abs(x) < 1),
    cbrt: Math.cbrt, ceil: Math.ceil, floor: Math.floor, trunc: Math.trunc, fabs: Math.abs,
    cos: raising(Math.cos, Number.isFinite), sin: raising(Math.sin, Number.isFinite), tan: raising(Math.tan, Number.isFinite),
    cosh: raising(Math.cosh), sinh: raising(Math.sinh), tanh: Math.tanh,
    erf, erfc, exp: raising(Math.exp), exp2: raising((x) => 2 ** x), expm1: raising(Math.expm1),
    log: raising(Math.log, (x) => x > 0), log10: raising(Math.log10, (x) => x > 0),
    log2: raising(Math.log2, (x) => x > 0), log1p: raising(Math.log1p, (x) => x > -1),
    sqrt: raising(Math.sqrt, (x) => x >= 0),
    fsum, hypot: Math.hypot,
    isfinite: Number.isFinite, isnan: Number.isNaN, isinf: (x) => Math.abs(x) === Infinity,
    fmod(a, b) { return b === 0 || Math.abs(a) === Infinity ? py.raise("ValueError") : a % b; },
    copysign(x, y) { return Object.is(y, -0) || y < 0 ? -Math.abs(x) : Math.abs(x); },
    frexp(x) {
      if (x === 0 || !Number.isFinite(x)) return [x, 0];
      buffer.setFloat64(0, x);
      const exponent = ((buffer.getUint16(0) >> 4) & 0x7ff);
      if (exponent === 0) { const [m, e] = math.frexp(x * 2 ** 64); return [m, e - 64]; }
      buffer.setUint16(0, (buffer.getUint16(0) & 0x800f) | (1022 << 4));
      return [buffer.getFloat64(0), exponent - 1022];
    },
    ldexp(x, exponent) {
      const y = py.scaled(x, exponent);
      return Number.isFinite(x) && !Number.isFinite(y) ? py.raise("OverflowError") : y;
    },
    pow(a, b) {
      if (a === 1 || b === 0) return 1;
      if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
      if (a === 0 && b < 0 && b !== -Infinity) py.raise("ValueError");
      if (a === -1 && Math.abs(b) === Infinity) return 1;
      if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) py.raise("ValueError");
      const y = a ** b;
      return !Number.isFinite(y) && Number.isFinite(a) && Number.isFinite(b) ? py.raise("OverflowError") : y;
    },
    prod(xs) {
      const factors = py.list(xs);
      const whole = factors.some((x) => typeof x === "bigint");
      return factors.reduce((a, b) => a * (whole ? BigInt(b) : b), whole ? 1n : 1);
    },
  };
})();

const operator = {
  abs: Math.abs, add: (a, b) => a + b, mul: (a, b) => a * b, neg: (x) => -x, pos: (x) => x,
  pow: py.pow, sub: (a, b) => a - b, truediv: py.div,
};
