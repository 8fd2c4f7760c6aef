// A training, frame by frame: its surface and its loss, what the optimizer keeps, and the graph of a probe's loss.

const FRAMES_A_SECOND = 12;
const CELLS = 48;  // of the surface, on each side
const SIDE = 768;  // pixels of the surface, twice as many as it is shown with

function playTraining(host, content, functions) {
  const app = mounted(host, content.style);
  app.setAttribute("aria-label", "A training, step by step");
  new Training(app, content, functions);
}

class Training {
  constructor(app, content, functions) {
    Object.assign(this, content, { app, functions });
    this.frame = 0;
    this.players = [];
    this.probe = this.examples[0][0].map(Number);
    this.graph = 0;
    this.isPlane = this.probe.length === 2;
    this.bounds = this.isPlane && this.bounding();
    this.build();
    this.choose(0);
    new MutationObserver(() => this.show()).observe(app, { attributes: true, attributeFilter: ["data-theme"] });
  }

  // The page ----------------------------------------------------------------------------------------------------------

  build() {
    const button = (words, sign, act) => element("button", { type: "button", "aria-label": words, title: words, onclick: act }, icon(sign));
    this.playing = button("Play the training", "play", () => this.toggle());
    const last = this.frames.loss.length - 1;
    this.slider = element("input", { type: "range", min: 0, max: last, value: 0, "aria-label": "Step of the training",
      oninput: () => { this.pause(); this.go(Number(this.slider.value)); } });
    const controls = element("div", { class: "controls training-controls", role: "group", "aria-label": "The training" },
      button("Reset the training", "start", () => { this.pause(); this.go(0); }), button("One step back", "back", () => { this.pause(); this.go(this.frame - 1); }),
      this.playing, button("One step on", "step", () => { this.pause(); this.go(this.frame + 1); }), this.slider);
    this.told = element("p", { class: "told", role: "status" });
    this.curve = element("div", { class: "curve" });
    this.table = element("tbody");
    const { name, slots } = this.optimizer, heads = ["parameter", "weight", "gradient", "next move", ...slots.map((slot) => slot.replaceAll("_", " "))];
    const table = element("details", { class: "inputs", open: this.names.length <= 60 }, element("summary", {}, `What ${name} keeps for each parameter`),
      element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Parameters" },
        element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))), this.table)));
    this.rows = this.names.map((parameter) => {
      const cells = heads.slice(1).map(() => element("td"));
      this.table.append(element("tr", {}, element("th", { scope: "row" }, parameter), ...cells));
      return cells;
    });
    this.place = element("div", { class: "place" });
    this.app.append(
      element("div", { class: "training" },
        this.isPlane ? this.plane() : "",
        element("div", { class: "left" }, controls, this.told, this.curve, this.probing(), table)),
      element("h2", { class: "of-probe" }, "The loss at the probe, forward and backward"), this.place);
    this.drawCurve();
  }

  plane() {
    this.canvas = element("canvas", { width: SIDE, height: SIDE, role: "img" });
    this.lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.lines.setAttribute("viewBox", "0 0 100 100");
    this.lines.setAttribute("aria-hidden", "true");
    this.handle = element("button", { type: "button", class: "probe", onkeydown: (event) => this.nudge(event) });
    this.surface = element("div", { class: "surface" }, this.canvas, this.lines, this.handle);
    this.surface.addEventListener("pointerdown", (event) => { this.surface.setPointerCapture(event.pointerId); this.drag(event); });
    this.surface.addEventListener("pointermove", (event) => this.surface.hasPointerCapture(event.pointerId) && this.drag(event));
    const [[left, right], [bottom, top]] = this.bounds.map((ends) => ends.map(digits));
    const about = "Lines: where a hidden neuron's sum is 0. Ring: the probe, which you can drag.";
    return element("figure", { class: "plane" }, this.surface,
      element("figcaption", {}, `x1 from ${left} to ${right}, x2 from ${bottom} to ${top}. ${about}`));
  }

  probing() {
    this.fields = this.probe.map((x, i) => element("input", { type: "text", "aria-label": `x${i + 1} of the probe`, onchange: (event) => {
      const given = read(event.target.value);
      if (given !== undefined) this.move(this.probe.map((old, j) => (i === j ? given : old)));
      else event.target.value = String(this.probe[i]);
    } }));
    this.target = element("select", { "aria-label": "Target of the probe", onchange: () => this.choose(Number(this.target.value)) },
      ...this.graphs.map(({ target }, i) => element("option", { value: i }, String(target))));
    const few = this.fields.length <= 6;
    return element("p", { class: "probing" }, few ? "Probe: " : "Probe: the first example. ", ...(few ? this.fields : []), " target ", this.target);
  }

  bounding() {
    return [0, 1].map((i) => {
      const xs = this.examples.map(([inputs]) => Number(inputs[i])), [low, high] = [Math.min(...xs), Math.max(...xs)];
      const margin = 0.12 * (high - low) || 1;
      return [low - margin, high + margin];
    });
  }

  // Moving ------------------------------------------------------------------------------------------------------------

  go(frame) {
    this.frame = Math.max(0, Math.min(this.frames.loss.length - 1, frame));
    this.slider.value = this.frame;
    this.show();
  }

  toggle() { if (this.timer) this.pause(); else this.start(); }

  start() {
    if (this.frame === this.frames.loss.length - 1) this.go(0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? 4 : 1;
    this.timer = setInterval(() => {
      this.go(this.frame + 1);
      if (this.frame === this.frames.loss.length - 1) this.pause();
    }, (1000 / FRAMES_A_SECOND) * calm);
    this.labelled("Pause the training", "pause");
  }

  pause() { clearInterval(this.timer); this.timer = undefined; this.labelled("Play the training", "play"); }

  labelled(words, sign) {
    this.playing.replaceChildren(icon(sign));
    this.playing.title = words;
    this.playing.setAttribute("aria-label", words);
    this.told.setAttribute("aria-live", sign === "pause" ? "off" : "polite");
  }

  // Choose the target of the probe: for each there is a graph.
  choose(i) {
    this.graph = i;
    this.target.value = i;
    if (!this.players[i]) {
      const box = element("div");
      this.place.replaceChildren(box);
      this.players[i] = { box, player: new Player(box, this.graphs[i], this.functions, { hasInputs: false }) };
      this.players[i].player.go(Infinity);
    }
    if (this.place.firstChild !== this.players[i].box) this.place.replaceChildren(this.players[i].box);
    this.show();
  }

  drag(event) {
    const { left, top, width, height } = this.surface.getBoundingClientRect(), [[x0, x1], [y0, y1]] = this.bounds;
    const share = (x) => Math.max(0, Math.min(1, x));
    const round = (x) => Number(x.toPrecision(4));  // no finer than a hand
    this.move([x0 + share((event.clientX - left) / width) * (x1 - x0), y1 - share((event.clientY - top) / height) * (y1 - y0)].map(round));
    this.handle.focus({ preventScroll: true });
    event.preventDefault();
  }

  nudge(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const [[x0, x1], [y0, y1]] = this.bounds, [x, y] = this.probe;
    this.move([x + (dx * (x1 - x0)) / 50, y + (dy * (y1 - y0)) / 50]);
  }

  move(probe) {
    this.probe = probe;
    this.showProbe();
  }

  // Showing -----------------------------------------------------------------------------------------------------------

  // The numbers of the graph's leaves at this frame and at these inputs.
  leaves(inputs) {
    const graph = this.graphs[this.graph], { player } = this.players[this.graph], leaves = new Map(player.leaves);
    graph.weights.forEach((place, i) => place >= 0 && leaves.set(place, number(this.frames.weights[this.frame][i])));
    graph.inputs.forEach((place, i) => place >= 0 && leaves.set(place, inputs[i]));
    return leaves;
  }

  show() {
    const { loss, lr, epoch, step } = this.frames, i = this.frame, isLast = i === loss.length - 1;
    const moment = isLast ? `after step ${step[i]}` : `before step ${step[i]} of ${this.steps}`;
    this.told.textContent = `Epoch ${epoch[i]}, ${moment}: loss ${digits(number(loss[i]))}, learning rate ${digits(number(lr[i]))}`;
    this.slider.setAttribute("aria-valuetext", this.told.textContent);
    this.showTable();
    this.showPoint();
    if (this.isPlane) this.showSurface();
    this.showProbe();
  }

  showTable() {
    const { weights, grads, state } = this.frames, i = this.frame;
    this.rows.forEach((cells, j) => {
      const weight = number(weights[i][j]), next = weights[i + 1] && number(weights[i + 1][j]) - weight;
      [weight, number(grads[i][j]), next, ...state[i][j].map(number)].forEach((x, k) => { cells[k].textContent = x === undefined ? "" : digits(x); });
    });
  }

  showProbe() {
    const { player } = this.players[this.graph];
    player.set(this.leaves(this.probe));
    this.fields.forEach((field, i) => { field.value = String(this.probe[i]); });
    if (!this.isPlane) return;
    const [[x0, x1], [y0, y1]] = this.bounds, [x, y] = this.probe;
    this.handle.style.left = `${(100 * (x - x0)) / (x1 - x0)}%`;
    this.handle.style.top = `${(100 * (y1 - y)) / (y1 - y0)}%`;
    this.handle.setAttribute("aria-label", `Probe at x1 ${digits(x)}, x2 ${digits(y)}; arrow keys move it`);
  }

  // The surface: what the network says at each point of the plane, and the lines at which hidden neurons switch.
  showSurface() {
    const graph = this.graphs[this.graph], { tape } = this.players[this.graph].player, [[x0, x1], [y0, y1]] = this.bounds;
    const at = (row, column) => [x0 + (column / CELLS) * (x1 - x0), y1 - (row / CELLS) * (y1 - y0)];
    const leaves = this.leaves(this.probe), kept = [...graph.outputs, ...graph.hidden], last = Math.max(...kept);
    const grids = new Map(kept.map((place) => [place, []]));
    for (let row = 0; row <= CELLS; row++) for (let column = 0; column <= CELLS; column++) {
      at(row, column).forEach((x, i) => leaves.set(graph.inputs[i], x));
      const data = tape.forward(leaves, last);
      for (const place of kept) grids.get(place).push(data[place]);
    }
    this.paint(graph.outputs.map((place) => grids.get(place)));
    const lines = graph.hidden.map((place) => zeros(grids.get(place), CELLS));
    this.lines.innerHTML = lines.map((d) => `<path class="zero" d="${d}"/>`).join("")
      + (graph.outputs.length === 1 ? `<path class="boundary" d="${zeros(grids.get(graph.outputs[0]), CELLS)}"/>` : "");
    this.canvas.setAttribute("aria-label", `The decision surface and ${this.examples.length} examples; loss ${digits(number(this.frames.loss[this.frame]))}`);
  }

  // A colour for each point of the grid, drawn larger with all between them.
  paint(outputs) {
    const context = this.canvas.getContext("2d"), style = getComputedStyle(this.app), side = CELLS + 1;
    const colour = (name) => rgb(style.getPropertyValue(name).trim());
    const tints = Array.from({ length: 2 * LEVELS + 1 }, (_, i) => colour(`--tints${i}`)), paper = colour("--paper");
    const classes = KINDS.map(colour), faint = classes.map((its) => mixed(paper, its, 0.4)), small = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      const says = outputs.map((grid) => grid[i]);
      small.data.set(says.length > 1 ? faint[says.indexOf(Math.max(...says)) % faint.length] : between(tints, this.shade(says[0])), 4 * i);
      small.data[4 * i + 3] = 255;
    }
    const source = element("canvas", { width: side, height: side }), half = SIDE / CELLS / 2;
    source.getContext("2d").putImageData(small, 0, 0);
    context.drawImage(source, -half, -half, SIDE + 2 * half, SIDE + 2 * half);
    for (const [inputs, target] of this.examples) {
      const fill = outputs.length > 1 ? classes[number(target) % classes.length] : colour(number(target) > 0 ? "--strokes8" : "--strokes0");
      this.dot(context, inputs, `rgb(${fill})`, `rgb(${paper})`, target);
    }
  }

  // A round dot, or for the other class a square, so that not colour alone tells them apart.
  dot(context, inputs, fill, edge, target) {
    const [[x0, x1], [y0, y1]] = this.bounds, x = (SIDE * (inputs[0] - x0)) / (x1 - x0), y = (SIDE * (y1 - inputs[1])) / (y1 - y0);
    context.beginPath();
    if (number(target) > 0) context.arc(x, y, 7.2, 0, 2 * Math.PI); else context.rect(x - 6.4, y - 6.4, 12.8, 12.8);
    Object.assign(context, { fillStyle: fill, strokeStyle: edge, lineWidth: 2.4 });
    context.fill();
    context.stroke();
  }

  // The place among the tints for an output: for a class, of its probability; for a quantity, of its size beside those of the targets.
  shade(z) {
    const most = this.isQuantity ? largest(this.examples.map(([, target]) => number(target))) || 1 : 1;
    const share = this.isQuantity ? Math.max(-1, Math.min(1, z / most)) : Math.tanh(z / 2);
    return Number.isNaN(share) ? LEVELS : LEVELS * (1 + share);
  }

  drawCurve() {
    const losses = this.frames.loss.map(number), known = losses.filter(Number.isFinite), [low, high] = [Math.min(0, ...known), Math.max(...known)];
    const x = (i) => (losses.length > 1 ? (100 * i) / (losses.length - 1) : 0), y = (loss) => 38 - (36 * (loss - low)) / (high - low || 1);
    this.at = (i) => [x(i), y(losses[i])];
    const points = losses.map((loss, i) => (Number.isFinite(loss) ? `${x(i).toFixed(2)},${y(loss).toFixed(2)}` : "")).join(" ");
    this.curve.innerHTML = `<svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="The loss, step by step"><path class="axis" d="M0 38H100"/><polyline points="${points}"/></svg><span class="plot"><span class="point"></span></span>`;
    this.curve.append(element("span", { class: "high" }, `loss from ${digits(losses[0])} to ${digits(losses.at(-1))}`));
  }

  showPoint() {
    const [x, y] = this.at(this.frame), point = this.curve.querySelector(".point");
    point.style.left = `${x}%`;
    point.style.top = `${(100 * y) / 40}%`;
  }
}

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mixed = (a, b, share) => a.map((x, i) => x + share * (b[i] - x));
const between = (colours, place) => mixed(colours[Math.floor(place)], colours[Math.min(colours.length - 1, Math.floor(place) + 1)], place % 1);
const KINDS = ["--strokes8", "--strokes0", "--now", "--ink", "--line", "--root"];  // colours of classes

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
