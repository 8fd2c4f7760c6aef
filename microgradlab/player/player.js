// The player: a graph's forward pass and backpropagation, step by step, from the record or from numbers that readers choose.

const PACE = 1200;  // milliseconds from step to step
const SHORT = 12;  // letters of a name that stands beside its numbers; a longer one stands above them
const ICONS = {  // in a square of 16
  start: "M2 2h2v12H2zM14 2v12L5 8z", back: "M12 2v12L3 8z", play: "M3 1.5v13L14 8z", pause: "M3 2h4v12H3zM9 2h4v12H9z", step: "M4 2v12l9-6zM13 2h-1v12h2V2z",
};

function icon(name) {
  const made = element("span", { "aria-hidden": "true" });
  made.innerHTML = `<svg viewBox="0 0 16 16"><path d="${ICONS[name]}"/></svg>`;
  return made.firstChild;
}

function play(host, content, functions) {
  const app = mounted(host, content.style);
  new Player(app, content, functions);
}

// An element inside `host` that styles of the page around it do not reach, in the page's theme.
function mounted(host, style) {
  host.dataset.ready = "";
  const app = element("section", { class: "app", "aria-label": "Backpropagation, step by step" });
  const root = host.attachShadow({ mode: "open" });
  root.append(element("style", {}, style), app);
  const dark = matchMedia("(prefers-color-scheme: dark)"), { body } = document;
  const follow = () => {
    const lab = body.dataset.jpThemeLight, code = body.dataset.vscodeThemeKind ?? "";
    const isDark = lab ? lab === "false" : code ? /dark|high-contrast$/.test(code) : dark.matches;
    app.dataset.theme = isDark ? "dark" : "light";
  };
  dark.addEventListener("change", follow);
  new MutationObserver(follow).observe(body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  follow();
  return app;
}

class Player {
  constructor(app, { nodes, recorded, missing, views }, functions, { hasInputs = true } = {}) {
    this.hasInputs = hasInputs;
    this.nodes = nodes;
    this.texts = recorded.texts;
    this.tape = new Tape(nodes, recorded.texts, functions);
    this.recorded = numbers(recorded);
    this.run = this.recorded;
    this.functions = functions;
    this.missing = Object.entries(missing);
    this.leaves = new Map(this.tape.leaves.map((i) => [i, this.recorded.data[i]]));
    this.views = views;
    this.pictures = [];
    this.uses = new Map();
    for (const { arguments: places } of nodes) for (const place of places ?? []) this.uses.set(place, (this.uses.get(place) ?? 0) + 1);
    this.timeline = this.timed();
    this.position = 0;
    this.app = app;
    this.build();
    this.open(0);
    this.go(0);
  }

  // What happens at each position: the leaves are there; the results appear; the end has gradient 1; the steps of backward.
  timed() {
    const { results } = this.tape, end = this.nodes.length - 1;
    return [
      { phase: "start" },
      ...results.map((node) => ({ phase: "forward", node })),
      { phase: "seed", node: end },
      ...this.recorded.steps.map(({ node }, step) => ({ phase: "backward", node, step })),
    ];
  }

  get isBackward() { return this.position > this.tape.results.length; }

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
    this.list = element("ol", { class: "steps", tabindex: 0, "aria-label": "Steps" }, ...this.timeline.map((moment, i) => this.line(moment, i)));
    this.legend = element("p", { class: "legend" });
    const below = element("div", { class: "below" }, this.legend, element("span", { class: "zoom" }, zoom(1 / 1.25, "Smaller", "−"), zoom(1.25, "Larger", "+")));
    if (this.nodes.length > 12) this.app.append(head);
    this.app.append(
      element("div", { class: "body" },
        element("div", { class: "left" }, this.frame, below, this.controls(), ...this.inputs()),
        element("div", { class: "right" }, this.card, this.list)));
    this.app.addEventListener("keydown", (event) => this.key(event));
    this.frame.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.picture && this.chosen === undefined && this.scale()).observe(this.frame);
  }

  controls() {
    const button = (words, sign, act) => element("button", { type: "button", "aria-label": words, title: words, onclick: act }, icon(sign));
    this.playing = button("Play", "play", () => this.toggle());
    this.slider = element("input", { type: "range", min: 0, max: this.timeline.length - 1, value: 0, "aria-label": "Step",
      oninput: () => { this.pause(); this.go(Number(this.slider.value)); } });
    this.speed = element("select", { "aria-label": "Speed" },
      ...[0.5, 1, 2, 4].map((x) => element("option", { value: x, selected: x === 1 }, `${x}×`)));
    return element("div", { class: "controls", role: "group", "aria-label": "Playing" },
      button("To the start", "start", () => { this.pause(); this.go(0); }),
      button("Back", "back", () => this.step(-1)), this.playing, button("Step", "step", () => this.step(1)),
      this.slider, this.speed);
  }

  inputs() {
    this.message = element("p", { class: "message", role: "status" });
    this.fields = new Map();
    if (!this.hasInputs) return [];
    const rows = this.tape.leaves.map((i) => {
      const start = this.recorded.data[i], reach = Number.isFinite(start) ? Math.max(1, 2 * Math.abs(start)) : 1;
      const middle = Number.isFinite(start) ? start : 0, name = this.nameOf(i);
      const field = element("input", { type: "text", inputmode: "text", spellcheck: "false", autocomplete: "off", "aria-label": name,
        disabled: this.missing.length > 0, onchange: () => this.change(i, read(field.value), field),
        onkeydown: (event) => event.key === "Enter" && this.change(i, read(field.value), field) });
      const slider = element("input", { type: "range", min: middle - reach, max: middle + reach, step: reach / 100, disabled: this.missing.length > 0,
        "aria-label": `${name}, slider`, tabindex: -1, oninput: () => this.change(i, Number(slider.value), field) });
      this.fields.set(i, { field, slider });
      return element("div", { class: "input" }, element("span", { class: "name" }, `${name} `, this.where(i)), slider, field);
    });
    const reset = element("button", { type: "button", onclick: () => this.reset() }, "Reset");
    this.showInputs();
    if (this.missing.length)
      this.message.append(...this.missing.map(([op, why]) => element("span", {}, `The numbers are those recorded: ${op} cannot be computed here, as ${why}. `)));
    const about = "Change a number, and the graph is computed again, forward and backward.";
    return [element("details", { class: "inputs", open: rows.length <= 8 }, element("summary", {}, `Inputs (${rows.length})`),
      element("div", { class: "rows" }, ...rows), this.missing.length ? "" : element("p", { class: "hint" }, about, " ", reset), this.message)];
  }

  line({ phase, node }, i) {
    const words = { start: "the inputs are there", forward: "", seed: "", backward: "" }[phase] || this.headline(node);
    const sign = { start: "·", forward: "→", seed: "1", backward: "←" }[phase];
    const said = phase === "seed" ? `∂${this.nameOf(node)}/∂${this.nameOf(node)} = 1` : words;
    const button = element("button", { type: "button", tabindex: -1, onclick: () => { this.pause(); this.go(i); } },
      element("span", { class: "sign", "aria-hidden": "true" }, sign), element("span", { class: "hidden" }, phase === "backward" ? "backward: " : ""),
      element("span", { class: "said" }, said, " "), this.where(node));
    return element("li", { class: phase }, button);
  }

  where(i) { return this.nodes[i]?.where ? element("span", { class: "where" }, this.nodes[i].where) : ""; }

  nameOf(i) {
    const { label, op } = this.nodes[i];
    return label || (op ? this.texts[i].name : `leaf ${this.tape.leaves.indexOf(i) + 1}`);
  }

  headline(i) {
    const { label } = this.nodes[i], { name } = this.texts[i];
    return label && label !== name ? `${label} = ${name}` : name;
  }

  // Moving ------------------------------------------------------------------------------------------------------------

  go(position) {
    this.position = Math.max(0, Math.min(this.timeline.length - 1, position));
    this.slider.value = this.position;
    this.slider.setAttribute("aria-valuetext", `${this.position} of ${this.timeline.length - 1}: ${this.list.children[this.position].textContent}`);
    [...this.list.children].forEach((line, i) => {
      line.toggleAttribute("aria-current", i === this.position);
      if (i === this.position) line.setAttribute("aria-current", "step");
      line.classList.toggle("done", i < this.position);
    });
    this.intoView(this.list, this.list.children[this.position]);
    this.show();
    this.reveal();
  }

  step(by) { this.pause(); this.go(this.position + by); }

  toggle() { if (this.timer) this.pause(); else this.start(); }

  start() {
    if (this.position === this.timeline.length - 1) this.go(0);
    this.labelled("Pause", "pause");
    const next = () => {
      this.go(this.position + 1);
      if (this.position === this.timeline.length - 1) this.pause();
      else this.timer = setTimeout(next, PACE / Number(this.speed.value));
    };
    this.timer = setTimeout(next, PACE / 4);
  }

  pause() { clearTimeout(this.timer); this.timer = undefined; this.labelled("Play", "play"); }

  labelled(words, sign) {
    this.playing.replaceChildren(icon(sign));
    this.playing.title = words;
    this.playing.setAttribute("aria-label", words);
    this.card.setAttribute("aria-live", words === "Pause" ? "off" : "polite");
  }

  key(event) {
    const { target } = event, isField = target.matches("input:not([type=range]), select"), isRange = target.matches("input");
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
    const input = this.fields.get(place);
    if (input) input.field.focus({ preventScroll: true });
  }

  momentOf(place) {
    const phase = this.isBackward ? "backward" : "forward";
    if (this.nodes[place].op) return this.timeline.findIndex((moment) => moment.phase === phase && moment.node === place);
    if (!this.isBackward) return 0;  // a leaf is there from the start, and has its gradient when the last of its uses has passed on
    return this.timeline.findLastIndex(({ phase: its, node }) => its === "backward" && this.nodes[node].arguments.includes(place));
  }

  // Views -------------------------------------------------------------------------------------------------------------

  open(i) {
    this.pictures[i] ??= new Picture(this.views[i], this.nodes);
    this.picture = this.pictures[i];
    this.part.value = i;
    const { around } = this.views[i];
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
    this.zoom = Math.max(0.3, Math.min(4, zoom ?? Math.min(1.25, Math.max(0.7, room / width))));
    this.picture.svg.style.width = `${width * this.zoom}px`;
    this.picture.svg.style.height = "auto";
  }

  find(goes) {
    const words = this.search.value.trim().toLowerCase();
    const having = (textOf) => this.nodes.flatMap((node, i) => (textOf(node, i).toLowerCase().includes(words) ? [i] : []));
    const named = words && having(({ label, op = "", where }) => `${label}\n${op}\n${where}`);
    const found = words && new Set(named.length ? named : having((_, i) => this.nameOf(i)));
    this.picture.find(found || null);
    [...this.list.children].forEach((line, i) => line.classList.toggle("found", Boolean(found) && found.has(this.timeline[i].node)));
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
    const lit = this.picture.svg.querySelector(".node.now");
    if (!lit || this.app.dataset.phase === "start") return;
    const box = lit.getBoundingClientRect(), frame = this.frame.getBoundingClientRect();
    const beyond = (low, high, least, most) => (low < least || high > most ? (low + high - least - most) / 2 : 0);
    const by = { left: beyond(box.left, box.right, frame.left, frame.right), top: beyond(box.top, box.bottom, frame.top, frame.bottom) };
    if (by.left || by.top) this.frame.scrollBy({ ...by, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  // Numbers -----------------------------------------------------------------------------------------------------------

  change(i, x, field) {
    if (x === undefined) {
      field.setAttribute("aria-invalid", "true");
      this.message.textContent = `${this.nameOf(i)} is a number, such as -0.5, 1e-3 or inf: it stays ${precisely(this.leaves.get(i))}.`;
      return;
    }
    const before = this.leaves.get(i);
    this.leaves.set(i, x);
    try {
      this.run = this.tape.run(this.leaves);
      this.message.textContent = "";
    } catch (problem) {
      this.leaves.set(i, before);
      this.message.textContent = `With ${this.nameOf(i)} = ${precisely(x)} the graph cannot be computed: ${problem.message}. It stays ${precisely(before)}.`;
    }
    field.removeAttribute("aria-invalid");
    this.showInputs();
    this.show();
  }

  // Other numbers for all leaves.
  set(leaves) {
    this.leaves = leaves;
    this.run = this.tape.run(leaves);
    this.show();
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
      field.value = String(this.leaves.get(i)).replace("Infinity", "inf").replace("NaN", "nan");
      slider.value = this.leaves.get(i);
    }
  }

  // What is known at this position: numbers that have been computed, and gradients as far as they have arrived.
  known() {
    const { phase, step } = this.timeline[this.position], { data, steps } = this.run, { results } = this.tape;
    const computed = phase === "start" ? 0 : phase === "forward" ? this.position : results.length;
    const hidden = new Set(results.slice(computed)), shown = data.map((x, i) => (hidden.has(i) ? undefined : x));
    const grads = data.map((_, i) => (this.nodes[i].op ? undefined : 0)), done = new Map();
    if (this.isBackward) grads[data.length - 1] = this.tape.leaves.includes(data.length - 1) ? 1 : (grads[data.length - 1] ?? 0) + 1;
    steps.slice(0, step === undefined ? 0 : step + 1).forEach(({ node, contributions }) => {
      done.set(node, contributions);
      this.tape.carrying[node].forEach((k, n) => { grads[this.nodes[node].arguments[k]] = contributions[n][3]; });
    });
    const carried = (place, k) => done.get(place)?.[this.tape.carrying[place].indexOf(k)]?.[1];
    return { data: shown, grads, carried };
  }

  finalGrads() {
    const grads = this.run.data.map(() => 0);
    for (const { node, grad, contributions } of this.run.steps) {
      grads[node] = grad;
      this.tape.carrying[node].forEach((k, n) => { grads[this.nodes[node].arguments[k]] = contributions[n][3]; });
    }
    return grads;
  }

  show() {
    const known = this.known(), grads = this.finalGrads(), scale = largest(grads);
    this.picture.update({ ...known, scale });
    const { phase, node } = this.timeline[this.position];
    const places = phase === "forward" || phase === "backward" ? this.nodes[node].arguments.filter((a) => typeof a === "number") : [];
    this.picture.light(node, places);
    this.app.dataset.phase = phase;
    this.showLegend(scale);
    this.card.replaceChildren(...this.explained());
  }

  showLegend(scale) {
    const swatches = Array.from({ length: 2 * LEVELS + 1 }, (_, i) => element("span", { class: "swatch", style: `background:var(--strokes${i})` }));
    this.legend.replaceChildren("gradient ", digits(-scale), element("span", { class: "swatches", "aria-hidden": "true" }, ...swatches), digits(scale));
  }

  // Words -------------------------------------------------------------------------------------------------------------

  // A formula with the numbers in their places.
  filled(template, place) {
    const { data } = this.run, a = this.nodes[place].arguments.map((x) => (typeof x === "number" ? data[x] : number(x)));
    return template.replace(/‹(\w+)›/g, (_, name, at) => {
      const text = digits(name === "y" ? data[place] : a[Number(name)]);
      const alone = /[([,]\s?$|^$/.test(template.slice(0, at)) && /^(\)|\]|,|$)/.test(template.slice(at + name.length + 2));
      return text.startsWith("−") && !alone ? `(${text})` : text;
    });
  }

  told(place) { return this.functions[this.nodes[place].function]?.told; }

  explained() {
    const { phase, node, step } = this.timeline[this.position], total = this.tape.results.length, { data } = this.run;
    const [phrase, place] = { start: ["Start", ""], forward: ["Forward", this.position], seed: ["Backward", 0], backward: ["Backward", step + 1] }[phase];
    const count = phase === "start" ? "" : element("span", { class: "count" }, ` ${place} of ${total}`);
    const head = element("p", { class: "phase" }, phrase, count, phase !== "start" && this.nodes[node].where ? " · " : "", this.where(node));
    if (phase === "start") return [head, element("p", {}, "The inputs have their numbers. Forward, each result is computed from what it is made of; backward, each passes its gradient on.")];
    const name = this.nameOf(node);
    const title = element("h2", {}, phase === "seed" ? name : this.headline(node), element("span", { class: "value" }, ` = ${digits(data[node])}`));
    if (phase === "forward") {
      const template = this.told(node)?.[0], numbers = template && this.filled(template, node);
      return [head, title, ...(numbers ? [element("p", { class: "sum" }, `${numbers} = ${digits(data[node])}`)] : [])];
    }
    if (phase === "seed")
      return [head, title, element("p", {}, `How fast does ${name} change with itself? `, element("strong", {}, `${name}.grad = 1`), ". From here gradients flow back.")];
    const { grad, contributions } = this.run.steps[step];
    const arrived = element("p", { class: "incoming" }, "Its gradient is complete: ", element("strong", {}, digits(grad)), ". It passes on, to each argument, gradient × local derivative:");
    return [head, title, arrived, ...contributions.map((numbers, n) => this.contribution(node, n, grad, numbers))];
  }

  contribution(node, n, grad, [local, contribution, before, total]) {
    const [k, name, formula] = this.texts[node].told[n], argument = this.nodes[node].arguments[k];
    const template = this.told(node)?.[k + 1], numbers = template && this.filled(template, node);
    const chain = [formula, numbers, digits(local)].filter((text, i, all) => text && text !== all[i + 1]);
    const adds = before !== 0 || this.uses.get(argument) > 1, isShort = name.length <= SHORT;
    const row = (term, words, kind = "") => [element("dt", { class: kind }, term), element("dd", { class: kind }, words)];
    return element("div", {}, isShort ? "" : element("h3", {}, name), element("dl", { class: "contribution" },
      ...row(isShort ? `∂/∂${name}` : "slope", chain.join(" = ")),
      ...row("passes on", `${digits(grad)} × ${wrapped(local)} = ${digits(contribution)}`),
      ...row(isShort ? `${name}.grad` : "its grad", `${digits(before)} ${contribution < 0 ? "−" : "+"} ${digits(Math.abs(contribution))} → ${digits(total)}`, adds ? "adds" : "")));
  }

}

const wrapped = (x) => (x < 0 || Object.is(x, -0) ? `(${digits(x)})` : digits(x));

// The number in a field, or undefined: what Python's float() reads, and a minus sign of mathematics.
function read(text) {
  const words = text.trim().replace("−", "-").replace(",", ".").toLowerCase();
  if (/^[+-]?(inf|infinity)$/.test(words)) return words.startsWith("-") ? -Infinity : Infinity;
  if (words === "nan") return NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(words) ? Number(words) : undefined;
}

// A record's numbers, inf and nan among them.
function numbers({ data, steps }) {
  return {
    data: data.map(number),
    steps: steps.map(({ node, grad, contributions }) => ({ node, grad: number(grad), contributions: contributions.map((c) => c.map(number)) })),
  };
}
