// A picture of a graph whose numbers, colours and lights change; and small things that all of a page uses.

const LEVELS = 4;

// An element with attributes, listeners (`onclick` …) and children; words are never read as HTML.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
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

class Picture {
  constructor(view, nodes) {
    this.view = view;
    this.nodes = nodes;
    this.element = element("div", { class: "picture" });
    this.element.innerHTML = view.svg;
    this.svg = this.element.querySelector("svg");
    this.svg.setAttribute("aria-hidden", "true");  // the list of steps says it all in words
    this.arrows = [...this.svg.querySelectorAll(".edge")].map((edge) => [edge, view.arrows[edge.dataset.arrow]]);
    this.boxes = new Map(Object.keys(view.boxes).map((name) => [name, this.box(name)]));
    this.boxOf = new Map(Object.entries(view.boxes).flatMap(([name, places]) => places.map((place) => [place, name])));
    this.ops = [...this.svg.querySelectorAll(".node[class*=' op']")].map((op) => {
      const name = [...op.classList].find((word) => /^op\d+$/.test(word));
      return { op, place: this.placeOf(name), terms: view.terms[name] && [...op.querySelectorAll(".term")] };
    });
  }

  box(name) {
    const boxes = [...this.svg.querySelectorAll(`.${name}`)], [first] = boxes;
    const [data, grad, tint] = ["data", "grad", "tint"].map((part) => first?.querySelector(`.${part}`));
    return { boxes, data, grad, tint, title: first?.querySelector("title") };
  }

  // The number that the graph has for what this view calls n3 or op3.
  placeOf(name) {
    const place = /^op(\d+)$/.exec(name ?? "");
    return place ? this.view.boxes[`n${place[1]}`]?.[0] : this.view.boxes[name]?.[0];
  }

  // Show `data` and `grads` (undefined where they are not yet known), and what flows: carried(place, k) is a contribution.
  update({ data, grads, carried, scale }) {
    for (const [name, places] of Object.entries(this.view.boxes)) {
      const box = this.boxes.get(name), shown = this.view.gives[name] ?? places;
      const its = shown.map((i) => grads[i]);
      if (box.data) box.data.textContent = span(shown.map((i) => data[i]));
      if (box.grad) box.grad.textContent = span(its);
      if (box.tint) box.tint.dataset.level = level(of_one_sign(its), scale);
      if (box.title && places.length === 1) box.title.textContent = this.about(places[0], data, grads);
    }
    for (const [edge, pairs] of this.arrows) {
      const flowing = pairs.map(([place, k]) => (k < 0 ? grads[place] : carried(place, k))).filter((x) => x !== undefined);
      edge.dataset.level = level(flowing.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0), scale);
    }
    for (const { place, terms } of this.ops) if (terms) this.updateTerms(place, terms, data);
  }

  updateTerms(place, terms, data) {
    const numbers = this.nodes[place].arguments.map((a) => (typeof a === "number" ? data[a] : number(a)));
    this.view.terms[`op${this.boxOf.get(place).slice(1)}`].forEach((ks, i) => {
      const words = terms[i].textContent, product = ks.reduce((x, k) => x * numbers[k], 1);
      terms[i].textContent = `${words.slice(0, words.lastIndexOf("=") + 1)} ${digits(product)}`;
    });
  }

  about(place, data, grads) {
    const node = this.nodes[place], known = (x) => (x === undefined ? "not yet known" : precisely(x));
    return `${node.label || node.op || "a leaf"}\ndata ${known(data[place])}\ngrad ${known(grads[place])}`;
  }

  // Light up the box where `place` is, and what it takes from or gives to.
  light(place, arguments_) {
    this.svg.querySelectorAll(".now, .beside, .flowing").forEach((lit) => lit.classList.remove("now", "beside", "flowing"));
    if (place === undefined) return;
    const mark = (i, word) => this.boxes.get(this.boxOf.get(i))?.boxes.forEach((box) => box.classList.add(word));
    arguments_.forEach((i) => mark(i, "beside"));
    mark(place, "now");
    this.ops.filter((op) => op.place === place).forEach(({ op }) => op.classList.add("now"));
    for (const [edge, pairs] of this.arrows)
      if (pairs.some(([i]) => i === place)) edge.classList.add("flowing");
  }

  // Mark the boxes that hold one of these places, of null none.
  find(places) {
    for (const [name, { boxes }] of this.boxes) {
      const found = places && this.view.boxes[name].some((i) => places.has(i));
      boxes.forEach((box) => box.classList.toggle("found", Boolean(found)));
    }
  }

  // What a click was on: the name of a box.
  clicked(event) {
    const node = event.target.closest?.(".node");
    return node ? [...node.classList].find((word) => /^(n|op|g)\d+$/.test(word)) : undefined;
  }
}

// The largest of some numbers if they have one sign, else 0.
function of_one_sign(xs) {
  const known = xs.filter((x) => x !== undefined), [low, high] = [Math.min(...known), Math.max(...known)];
  return low * high > 0 ? (Math.abs(low) > Math.abs(high) ? low : high) : 0;
}
