// What a network says at each point of a plane, or of a line, with the examples, and a probe that is dragged over it.

const SIDE = 768;  // pixels, twice as many as it is shown with
const CELLS = { fine: 48, coarse: 28 };  // on each side; while a training plays, fewer
const KINDS = ["--strokes0", "--strokes8", "--now", "--ink", "--line", "--strokes2"];  // colours of classes, each with a
const SHAPES = "■●▲◆✚✖";  // shape, so that not colour alone tells them apart

class Surface {
  // `moved` is called with the inputs at which the probe is.
  constructor({ examples, isQuantity, moved }) {
    this.examples = examples;
    this.isQuantity = isQuantity;
    this.moved = moved;
    this.isPlane = examples[0][0].length === 2;
    this.kinds = isQuantity ? [] : [...new Set(examples.map(([, target]) => target))].sort((a, b) => (a < b ? -1 : 1));
    const targets = examples.map(([, target]) => Number(target)), xs = [0, 1].map((i) => examples.map(([inputs]) => inputs[i]));
    this.bounds = [extent(xs[0]), extent(this.isPlane ? xs[1] : targets)];
    this.most = largest(targets) || 1;
    this.build();
  }

  build() {
    this.canvas = element("canvas", { width: SIDE, height: SIDE, role: "img" });
    this.lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.lines.setAttribute("viewBox", "0 0 100 100");
    this.lines.setAttribute("aria-hidden", "true");
    this.handle = element("button", { type: "button", class: "probe", onkeydown: (event) => this.nudge(event) });
    const plane = element("div", { class: "surface" }, this.canvas, this.lines, this.handle);
    plane.addEventListener("pointerdown", (event) => { plane.setPointerCapture(event.pointerId); this.drag(plane, event); });
    plane.addEventListener("pointermove", (event) => plane.hasPointerCapture(event.pointerId) && this.drag(plane, event));
    const [across, up] = this.bounds.map((ends) => ends.map(digits).join(" to "));
    const axes = this.isPlane ? `x1 from ${across}, x2 from ${up}. Dashed: where a hidden neuron's sum is 0.` : `x1 from ${across}; output and targets from ${up}.`;
    const legend = this.kinds.slice(0, 12).map((kind, i) => element("span", { class: "kind" }, element("span", { style: `color:var(${this.colourOf(i)})` }, SHAPES[i % SHAPES.length]), ` ${kind}`));
    this.element = element("figure", { class: "plane" }, plane, element("figcaption", {}, ...legend, `${axes} Ring: the probe, to be dragged.`));
  }

  // Moving the probe --------------------------------------------------------------------------------------------------

  drag(plane, event) {
    const { left, top, width, height } = plane.getBoundingClientRect(), share = (x) => Math.max(0, Math.min(1, x));
    const [[x0, x1], [y0, y1]] = this.bounds, round = (x) => Number(x.toPrecision(4));  // no finer than a hand
    const at = [x0 + share((event.clientX - left) / width) * (x1 - x0), y1 - share((event.clientY - top) / height) * (y1 - y0)];
    this.moved(at.slice(0, this.isPlane ? 2 : 1).map(round));
    this.handle.focus({ preventScroll: true });
    event.preventDefault();
  }

  nudge(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.moved(this.probe.map((x, i) => {
      const [low, high] = this.bounds[i];
      return Math.max(low, Math.min(high, Number((x + (by[i] * (high - low)) / 50).toPrecision(6))));
    }));
  }

  // Put the ring where the probe is, or at the edge beyond which it is.
  place(probe, output) {
    this.probe = probe;
    const [[x0, x1], [y0, y1]] = this.bounds, y = this.isPlane ? probe[1] : output;
    const percent = (share) => `${100 * Math.max(0, Math.min(1, Number.isNaN(share) ? 0.5 : share))}%`;
    this.handle.style.left = percent((probe[0] - x0) / (x1 - x0));
    this.handle.style.top = percent((y1 - y) / (y1 - y0));
    this.handle.setAttribute("aria-label", `Probe at ${probe.map((x, i) => `x${i + 1} ${digits(x)}`).join(", ")}; arrow keys move it`);
  }

  // Painting ----------------------------------------------------------------------------------------------------------

  // `says(inputs)` gives the numbers of all nodes, of which `outputs` and `hidden` are some places.
  paint(app, says, outputs, hidden, isCoarse) {
    const style = getComputedStyle(app), context = this.canvas.getContext("2d"), colour = (name) => rgb(style.getPropertyValue(name).trim());
    const cells = isCoarse ? CELLS.coarse : CELLS.fine;
    if (this.isPlane) this.paintPlane(context, colour, cells, says, outputs, hidden);
    else this.paintLine(context, colour, says, outputs);
    for (const [inputs, target] of this.examples) this.mark(context, inputs, target, colour);
  }

  // A colour for each point of a grid, drawn larger with all between them; and lines where a number is 0.
  paintPlane(context, colour, cells, says, outputs, hidden) {
    const side = cells + 1, [[x0, x1], [y0, y1]] = this.bounds, grids = new Map([...outputs, ...hidden].map((place) => [place, []]));
    const tints = Array.from({ length: 2 * LEVELS + 1 }, (_, i) => colour(`--tints${i}`)), paper = colour("--paper");
    const faint = KINDS.map((name) => mixed(paper, colour(name), 0.4)), small = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      const data = says([x0 + ((i % side) / cells) * (x1 - x0), y1 - (Math.floor(i / side) / cells) * (y1 - y0)]);
      for (const [place, grid] of grids) grid.push(data[place]);
      const its = outputs.map((place) => data[place]);
      small.data.set(its.length > 1 ? faint[its.indexOf(Math.max(...its)) % faint.length] : between(tints, this.shade(its[0])), 4 * i);
      small.data[4 * i + 3] = 255;
    }
    const source = element("canvas", { width: side, height: side }), half = SIDE / cells / 2;
    source.getContext("2d").putImageData(small, 0, 0);
    context.drawImage(source, -half, -half, SIDE + 2 * half, SIDE + 2 * half);
    const boundary = outputs.length === 1 && !this.isQuantity ? `<path class="boundary" d="${zeros(grids.get(outputs[0]), cells)}"/>` : "";
    this.lines.innerHTML = hidden.map((place) => `<path class="zero" d="${zeros(grids.get(place), cells)}"/>`).join("") + boundary;
  }

  // The outputs over the one input.
  paintLine(context, colour, says, outputs) {
    const [[x0, x1], [y0, y1]] = this.bounds, across = Array.from({ length: 101 }, (_, i) => i / 100);
    context.fillStyle = `rgb(${colour("--paper")})`;
    context.fillRect(0, 0, SIDE, SIDE);
    const found = across.map((share) => { const data = says([x0 + share * (x1 - x0)]); return outputs.map((place) => data[place]); });
    const line = (n) => found.map((its, i) => `${i ? "L" : "M"}${i},${(100 * (y1 - its[n])) / (y1 - y0)}`).join("");
    this.lines.innerHTML = outputs.map((_, n) => `<path class="boundary" d="${found.some((its) => !Number.isFinite(its[n])) ? "" : line(n)}"/>`).join("");
  }

  mark(context, inputs, target, colour) {
    const [[x0, x1], [y0, y1]] = this.bounds, up = this.isPlane ? inputs[1] : Number(target), kind = this.kinds.indexOf(target);
    const x = (SIDE * (inputs[0] - x0)) / (x1 - x0), y = (SIDE * (y1 - up)) / (y1 - y0);
    const value = this.isQuantity && between(Array.from({ length: 9 }, (_, i) => colour(`--strokes${i}`)), this.shade(Number(target)));
    const path = new Path2D(OUTLINES[this.isQuantity ? 1 : kind % OUTLINES.length]);
    context.save();
    context.translate(x, y);
    Object.assign(context, { fillStyle: `rgb(${value || colour(this.colourOf(kind))})`, strokeStyle: `rgb(${colour("--paper")})`, lineWidth: 2.4 });
    context.fill(path);
    context.stroke(path);
    context.restore();
  }

  colourOf(kind) { return KINDS[kind % KINDS.length]; }

  // The place among the tints for an output: of a class by its probability, of a quantity by its size beside the targets.
  shade(z) {
    const share = this.isQuantity ? Math.max(-1, Math.min(1, z / this.most)) : Math.tanh(z / 2);
    return Number.isNaN(share) ? LEVELS : LEVELS * (1 + share);
  }
}

// Around 0,0: a square, a circle, a triangle, a diamond, a plus and a cross.
const OUTLINES = ["M-6.4-6.4h12.8v12.8h-12.8z", "M-7.2 0a7.2 7.2 0 1 0 14.4 0a7.2 7.2 0 1 0-14.4 0z", "M0-8.5L8 6.5H-8z", "M0-9L9 0L0 9L-9 0z",
  "M-3-9h6v6h6v6h-6v6h-6v-6h-6v-6h6z", "M0-4L5-9L9-5L4 0L9 5L5 9L0 4L-5 9L-9 5L-4 0L-9-5L-5-9z"];

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mixed = (a, b, share) => a.map((x, i) => x + share * (b[i] - x));
const between = (colours, place) => mixed(colours[Math.floor(place)], colours[Math.min(colours.length - 1, Math.floor(place) + 1)], place % 1);

// From the smallest number to the largest, with a margin.
function extent(xs) {
  const known = xs.filter(Number.isFinite), [low, high] = [Math.min(...known), Math.max(...known)];
  const margin = 0.12 * (high - low) || 1;
  return [low - margin, high + margin];
}

// Where a grid of numbers, row by row, crosses zero, as a path in a square of 100 (marching squares).
function zeros(grid, cells) {
  const parts = [], side = cells + 1, scale = 100 / cells;
  for (let row = 0; row < cells; row++) for (let column = 0; column < cells; column++) {
    const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
    const values = corners.map(([c, r]) => grid[r * side + c]);
    const crossings = corners.flatMap(([c, r], i) => {
      const j = (i + 1) % 4, [a, b] = [values[i], values[j]], [c2, r2] = corners[j];
      if (a > 0 === b > 0) return [];
      const t = a / (a - b);
      return [[(c + t * (c2 - c)) * scale, (r + t * (r2 - r)) * scale]];
    });
    for (let i = 0; i + 1 < crossings.length; i += 2) parts.push(`M${crossings[i].map((x) => x.toFixed(2))}L${crossings[i + 1].map((x) => x.toFixed(2))}`);
  }
  return parts.join("");
}
