// Numbers, as they are read, written and given a colour.

const LEVELS = 4;  // of a gradient's size, on either side of 0

// A number of the page's content: inf and nan are texts there.
const number = (x) => (typeof x === "number" ? x : x === "inf" ? Infinity : x === "-inf" ? -Infinity : x === "nan" ? NaN : Number(x));

// The number in a field, as Python writes one or with a minus sign of mathematics; undefined for anything else.
function read(text) {
  const words = text.trim().replaceAll("−", "-").toLowerCase();
  if (/^[+-]?(inf|infinity)$/.test(words)) return words.startsWith("-") ? -Infinity : Infinity;
  if (words === "nan") return NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(words) ? Number(words) : undefined;
}

// Four significant digits, to the last of them what Python prints, with the minus sign of mathematics.
function digits(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x < 0 ? "−inf" : "inf";
  let [mantissa, exponent] = x.toExponential(3).split("e");
  if (/^-?\d\.\d{3}50*(e|$)/.test(x.toExponential(60)) && "13579".includes(mantissa.at(-1)))  // a tie goes to the even digit
    [mantissa, exponent] = Number(`${mantissa.slice(0, -1)}${mantissa.at(-1) - 1}e${exponent}`).toExponential(3).split("e");
  const power = Number(exponent), size = Math.abs(power);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const sign = Object.is(x, -0) ? "-" : "";
  const text = power < -4 || power >= 4
    ? `${short(mantissa)}e${power < 0 ? "-" : "+"}${size < 10 ? "0" : ""}${size}`
    : short(Number(`${mantissa}e${power}`).toFixed(3 - power));
  return (sign + text).replaceAll("-", "−");
}

const written = (x) => (Object.is(x, -0) ? "-0" : String(x).replace("Infinity", "inf").replace("NaN", "nan"));
const precisely = (x) => (Object.is(x, -0) ? "−0" : Number.isFinite(x) ? String(x).replace("-", "−") : digits(x));

// Where a number lies on the scale of colours: 0 is for 0 alone, as in `palette.py`.
function level(x, largest) {
  if (x === 0 || Number.isNaN(x)) return 0;
  const share = largest && Number.isFinite(x) ? Math.abs(x) / largest : 1;
  return Math.sign(x) * Math.min(LEVELS, Math.max(1, Math.ceil(LEVELS * Math.sqrt(share))));
}

const largest = (xs) => xs.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);

// From the smallest of some numbers to the largest.
function span(xs) {
  const known = xs.filter((x) => x !== undefined), sorted = known.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  if (!known.length) return "";
  if (!sorted.length) return "nan";
  return [...new Set([digits(sorted[0]), digits(sorted.at(-1))])].join(" … ");
}

// The largest of some numbers if they have one sign, else 0.
function of_one_sign(xs) {
  const known = xs.filter((x) => x !== undefined), [low, high] = [Math.min(...known), Math.max(...known)];
  return low * high > 0 ? (Math.abs(low) > Math.abs(high) ? low : high) : 0;
}

// In parentheses where a minus sign would stand beside another sign.
const wrapped = (x) => (x < 0 || Object.is(x, -0) ? `(${digits(x)})` : digits(x));
