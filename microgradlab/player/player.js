// The player: a graph's forward pass and backpropagation, step by step, from the record or from numbers that readers choose.

const PACE = 1200;  // milliseconds from step to step

function play(host, content, functions) {
  mount(host, content.style, "Backpropagation, step by step", (app) => new Player(app, content, functions));
}

class Player {
  constructor(app, { nodes, recorded, missing, views }, functions, { hasInputs = true } = {}) {
    this.hasInputs = hasInputs;
    this.nodes = nodes;
    this.tape = new Tape(nodes, recorded.texts, functions);
    this.words = new Words(this.tape, recorded.texts);
    this.recorded = numbers(recorded);
    this.run = this.recorded;
    this.missing = Object.entries(missing);
    this.leaves = new Map(this.tape.leaves.map((i) => [i, this.recorded.data[i]]));
    this.views = views;
    this.pictures = [];
    this.timeline = new Timeline(this.tape, this.recorded.steps);
    this.position = 0;
    this.app = app;
    this.build();
    this.open(0);
    this.go(0);
  }

  // The page ----------------------------------------------------------------------------------------------------------

  build() {
    this.part = element("select", { "aria-label": "Part of the graph", onchange: () => this.open(Number(this.part.value)) },
      ...this.views.map(({ title }, i) => element("option", { value: i }, title)));
    this.up = element("button", { type: "button", class: "up", onclick: () => this.open(this.picture.view.around) });
    this.search = element("input", { type: "search", placeholder: "Find a value", "aria-label": "Find a value", oninput: () => this.find(false),
      onkeydown: (event) => event.key === "Enter" && this.find(true) });
    this.found = element("output", { class: "found-count" });
    this.frame = element("div", { class: "frame", tabindex: 0, role: "group", "aria-label": "The graph; its steps are in the list" });
    this.zoom = 1;
    const zoom = (factor, words, sign) => element("button", { type: "button", "aria-label": words, title: words, onclick: () => this.scale(this.zoom * factor) }, sign);
    const head = element("div", { class: "head" },
      ...(this.views.length > 1 ? [this.part, this.up] : []), element("span", { class: "search" }, this.search, this.found));
    this.card = element("div", { class: "card", tabindex: 0, role: "group", "aria-label": "This step", "aria-live": "polite" });
    this.list = element("ol", { class: "steps", tabindex: 0, "aria-label": "Steps" }, ...this.timeline.moments.map((moment, i) => this.line(moment, i)));
    this.legend = element("p", { class: "legend" });
    this.folded = element("p", { class: "folded" });
    const below = element("div", { class: "below" }, this.legend, this.folded, element("span", { class: "zoom" }, zoom(1 / 1.25, "Smaller", "−"),
      element("button", { type: "button", onclick: () => this.fit() }, "Fit"), zoom(1.25, "Larger", "+")));
    if (this.nodes.length > 12 || this.views.length > 1) this.app.append(head);
    this.app.append(
      element("div", { class: "body" },
        element("div", { class: "left" }, this.frame, below, this.controls(), ...this.inputs()),
        element("div", { class: "right" }, this.card, this.list)));
    this.app.addEventListener("keydown", (event) => this.key(event));
    this.frame.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.picture && this.chosen === undefined && this.scale()).observe(this.frame);
  }

  controls() {
    this.playing = control("Play", "play", () => this.toggle());
    this.slider = element("input", { type: "range", min: 0, max: this.timeline.last, value: 0, "aria-label": "Step",
      oninput: () => { this.pause(); this.go(Number(this.slider.value)); } });
    this.speed = element("select", { "aria-label": "Speed" },
      ...[0.5, 1, 2, 4].map((x) => element("option", { value: x, selected: x === 1 }, `${x}×`)));
    return element("div", { class: "controls", role: "group", "aria-label": "Playing" },
      control("To the start", "start", () => this.step(-Infinity)),
      control("Back", "back", () => this.step(-1)), this.playing, control("Step", "step", () => this.step(1)),
      this.slider, this.speed);
  }

  inputs() {
    this.message = element("p", { class: "message", role: "status" });
    this.fields = new Map();
    if (!this.hasInputs) return [];
    const rows = this.tape.leaves.map((i) => {
      const start = this.recorded.data[i], hasRoom = Math.abs(start) < 1e300, reach = hasRoom ? Math.max(1, 2 * Math.abs(start)) : 1;
      const middle = hasRoom ? start : 0, isFixed = this.missing.length > 0, name = this.words.nameOf(i);
      const field = element("input", { type: "text", inputmode: "text", spellcheck: "false", autocomplete: "off", "aria-label": name,
        disabled: isFixed, onchange: () => this.change(i, read(field.value), field),
        onkeydown: (event) => event.key === "Enter" && this.change(i, read(field.value), field) });
      const slider = element("input", { type: "range", min: middle - reach, max: middle + reach, step: reach / 100, disabled: isFixed || !hasRoom,
        "aria-label": `${name}, slider`, tabindex: -1, oninput: () => this.change(i, Number(slider.value), field) });
      this.fields.set(i, { field, slider });
      return element("div", { class: "input" }, element("span", { class: "name" }, `${name} `, this.words.where(i)), slider, field);
    });
    const reset = element("button", { type: "button", onclick: () => this.reset() }, "Reset");
    this.showInputs();
    if (this.missing.length)
      this.message.append(...this.missing.map(([op, why]) => element("span", {}, `The numbers are those recorded: ${op} cannot be computed here, as ${why}. `)));
    const about = "Change a number, and the graph is computed again, forward and backward.";
    return [element("details", { class: "inputs", open: rows.length <= 8 }, element("summary", {}, `${this.nodes.some(({ where, op }) => where && !op) ? "Inputs and weights" : "Inputs"} (${rows.length})`),
      element("div", { class: "rows" }, ...rows), this.missing.length ? "" : element("p", { class: "hint" }, about, " ", reset), this.message)];
  }

  line(moment, i) {
    const sign = { start: "·", forward: "→", seed: "1", backward: "←" }[moment.phase];
    const button = element("button", { type: "button", tabindex: -1, onclick: () => { this.pause(); this.go(i); } },
      element("span", { class: "sign", "aria-hidden": "true" }, sign), element("span", { class: "hidden" }, moment.phase === "backward" ? "backward: " : ""),
      element("span", { class: "said" }, this.words.line(moment), " "), this.words.where(moment.node));
    return element("li", { class: moment.phase }, button);
  }

  mounted() { this.scale(this.chosen); this.go(this.position); }

  // Moving ------------------------------------------------------------------------------------------------------------

  go(position) {
    this.position = Math.max(0, Math.min(this.timeline.last, position));
    this.slider.value = this.position;
    this.slider.setAttribute("aria-valuetext", `${this.position} of ${this.timeline.last}: ${this.list.children[this.position].textContent}`);
    [...this.list.children].forEach((line, i) => {
      if (i === this.position) line.setAttribute("aria-current", "step"); else line.removeAttribute("aria-current");
      line.classList.toggle("done", i < this.position);
    });
    this.intoView(this.list, this.list.children[this.position]);
    this.show();
    this.reveal();
  }

  step(by) { this.pause(); this.go(this.position + by); }

  toggle() { if (this.timer) this.pause(); else this.start(); }

  start() {
    if (this.position === this.timeline.last) this.go(0);
    this.labelled("Pause", "pause");
    const next = () => {
      this.go(this.position + 1);
      if (this.position === this.timeline.last) this.pause();
      else this.timer = setTimeout(next, PACE / Number(this.speed.value));
    };
    this.timer = setTimeout(next, PACE / 4);
  }

  pause() { clearTimeout(this.timer); this.timer = undefined; this.labelled("Play", "play"); }

  labelled(words, sign) {
    rename(this.playing, words, sign);
    this.card.setAttribute("aria-live", words === "Pause" ? "off" : "polite");
  }

  key(event) {
    const { target } = event, isField = target.matches("input:not([type=range]), select"), isRange = target.matches("input");
    if (event.shiftKey && target === this.frame && /^Arrow/.test(event.key)) {  // without shift they step
      const by = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[event.key];
      event.preventDefault();
      return this.frame.scrollBy(...by);
    }
    if (isField || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), Home: () => this.step(-Infinity), End: () => this.step(Infinity),
      ArrowDown: target === this.list && (() => this.step(1)), ArrowUp: target === this.list && (() => this.step(-1)),
      " ": !target.matches("button, summary") && (() => this.toggle()) }[event.key];
    if (!act || (isRange && event.key !== " ")) return;
    event.preventDefault();
    act();
  }

  // A click on a folded box opens it; on a value it goes to the step at which that is computed, or passes its gradient on.
  click(event) {
    const name = this.picture.clicked(event);
    if (!name) return;
    if (this.picture.view.opens[name] !== undefined) return this.open(this.picture.view.opens[name]);
    const place = this.picture.placeOf(name);
    if (place === undefined) return;
    this.pause();
    this.go(this.momentOf(place));
    for (const [i, { field }] of this.fields) field.closest(".input").classList.toggle("meant", i === place);
  }

  momentOf(place) { return this.timeline.momentOf(place, this.timeline.isBackward(this.position)); }

  // Views -------------------------------------------------------------------------------------------------------------

  open(i) {
    this.pictures[i] ??= new Picture(this.views[i], this.tape);
    this.picture = this.pictures[i];
    this.part.value = i;
    const { around } = this.views[i];
    const boxes = Object.keys(this.views[i].boxes).length, values = Object.values(this.views[i].boxes).flat().length;
    this.folded.textContent = boxes < values ? `${values} values, folded to ${boxes} boxes: a click opens one` : "";
    this.up.hidden = around === null;
    this.up.textContent = around === null ? "" : `↑ ${this.views[around].title}`;
    this.frame.replaceChildren(this.picture.element);
    for (const name of Object.keys(this.views[i].opens)) this.picture.boxes.get(name)?.boxes.forEach((box) => box.classList.add("opens"));
    this.scale(this.chosen);
    this.show();
    this.find(false);
  }

  // Draw at this size: by itself as large as fits, but such that it can be read.
  scale(zoom) {
    this.chosen = zoom;
    const width = parseFloat(this.picture.svg.getAttribute("width")) * 4 / 3, room = this.frame.clientWidth - 24;
    this.zoom = Math.max(0.05, Math.min(4, zoom ?? Math.min(1.25, Math.max(0.7, room / width))));
    this.picture.svg.style.width = `${width * this.zoom}px`;
    this.picture.svg.style.height = "auto";
  }

  // All of it in sight, however small.
  fit() {
    const { svg } = this.picture, [width, height] = ["width", "height"].map((side) => (parseFloat(svg.getAttribute(side)) * 4) / 3);
    const most = 0.62 * innerHeight - 24;  // as high as the frame may be
    this.scale(Math.min(1.25, (this.frame.clientWidth - 24) / width, most / height));
  }

  find(goes) {
    const words = this.search.value.trim().toLowerCase();
    const having = (textOf) => this.nodes.flatMap((node, i) => (textOf(node, i).toLowerCase().includes(words) ? [i] : []));
    const named = words && having(({ label, op = "", where }) => `${label}\n${op}\n${where}`);
    const found = words && new Set(named.length ? named : having((_, i) => this.words.nameOf(i)));
    this.picture.find(found || null);
    [...this.list.children].forEach((line, i) => line.classList.toggle("found", Boolean(found) && found.has(this.timeline.moments[i].node)));
    this.found.textContent = found ? `${found.size} found` : "";
    if (goes && found?.size) {
      const places = [...found].sort((a, b) => a - b), next = places.find((i) => this.momentOf(i) > this.position) ?? places[0];
      this.go(this.momentOf(next));
    }
  }

  intoView(box, inner) {
    if (inner.offsetTop < box.scrollTop) box.scrollTop = inner.offsetTop - 8;
    else if (inner.offsetTop + inner.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = inner.offsetTop + inner.offsetHeight - box.clientHeight + 8;
  }

  // Scroll the frame to the box that is lit, if it is not in sight; never the page.
  reveal() {
    const lit = [...this.picture.svg.querySelectorAll(".node.now")].map((node) => node.getBoundingClientRect());
    if (!lit.length || this.app.dataset.phase === "start") return;
    const most = (side, of) => of(...lit.map((box) => box[side]));
    const box = { left: most("left", Math.min), right: most("right", Math.max), top: most("top", Math.min), bottom: most("bottom", Math.max) };
    const frame = this.frame.getBoundingClientRect();
    const beyond = (low, high, least, most) => (low < least || high > most ? (low + high - least - most) / 2 : 0);
    const by = { left: beyond(box.left, box.right, frame.left, frame.right), top: beyond(box.top, box.bottom, frame.top, frame.bottom) };
    if (by.left || by.top) this.frame.scrollBy({ ...by, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  // Numbers -----------------------------------------------------------------------------------------------------------

  change(i, x, field) {
    if (x === undefined) {
      field.setAttribute("aria-invalid", "true");
      this.message.textContent = `${this.words.nameOf(i)} is a number, such as -0.5, 1e-3 or inf: it stays ${precisely(this.leaves.get(i))}.`;
      return;
    }
    const before = this.leaves.get(i);
    this.leaves.set(i, x);
    try {
      this.run = this.tape.run(this.leaves);
      this.message.textContent = "";
    } catch (problem) {
      this.leaves.set(i, before);
      this.message.textContent = `With ${this.words.nameOf(i)} = ${precisely(x)} the graph cannot be computed: ${problem.message}. It stays ${precisely(before)}.`;
    }
    this.showInputs();
    this.show();
  }

  // Other numbers for all leaves; what is wrong with them, if anything is.
  set(leaves) {
    const before = this.run;
    try {
      this.run = this.tape.run(leaves);
      this.leaves = leaves;
      return "";
    } catch (problem) {
      this.run = before;
      return `With these numbers the graph cannot be computed: ${problem.message}.`;
    } finally {
      this.show();
    }
  }

  reset() {
    this.leaves = new Map(this.tape.leaves.map((i) => [i, this.recorded.data[i]]));
    this.run = this.recorded;
    this.message.textContent = "";
    this.showInputs();
    this.show();
  }

  showInputs() {
    for (const [i, { field, slider }] of this.fields) {
      field.value = written(this.leaves.get(i));
      field.removeAttribute("aria-invalid");
      slider.value = this.leaves.get(i);
    }
  }

  show() {
    const moment = this.timeline.moments[this.position], { phase, node } = moment;
    const scale = largest(this.timeline.known(this.timeline.last, this.run).grads);
    this.picture.update({ ...this.timeline.known(this.position, this.run), scale });
    const passes = phase === "forward" || phase === "backward";
    this.picture.light(node, passes ? this.nodes[node].arguments.filter((a) => typeof a === "number") : []);
    this.app.dataset.phase = phase;
    this.showLegend(scale);
    this.card.replaceChildren(...this.words.explained(moment, this.position, this.run));
  }

  showLegend(scale) {
    const swatches = Array.from({ length: 2 * LEVELS + 1 }, (_, i) => element("span", { class: "swatch", style: `background:var(--strokes${i})` }));
    this.legend.replaceChildren("gradient from ", digits(scale && -scale), element("span", { class: "swatches", "aria-hidden": "true" }, ...swatches), element("span", { class: "hidden" }, " to "), digits(scale));
  }
}

// A record's numbers, inf and nan among them.
function numbers({ data, steps }) {
  return {
    data: data.map(number),
    steps: steps.map(({ node, grad, contributions }) => ({ node, grad: number(grad), contributions: contributions.map((c) => c.map(number)) })),
  };
}
