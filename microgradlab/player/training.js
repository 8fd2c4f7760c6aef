// A training, frame by frame: its surface and its loss, what the optimizer keeps, and the graph of a probe's loss.

const FRAMES_A_SECOND = 12;

function playTraining(host, content, functions) {
  mount(host, content.style, "A training, step by step", (app) => new Training(app, content, functions));
}

class Training {
  constructor(app, content, functions) {
    Object.assign(this, content, { app, functions });
    this.examples = content.examples.map(([inputs, target]) => [inputs.map(number), target]);
    this.last = this.frames.loss.length - 1;
    this.frame = 0;
    this.players = [];
    this.probe = this.examples[0][0];
    this.missing = Object.entries(Object.assign({}, ...this.graphs.map(({ missing }) => missing)));
    const [, target] = this.examples[0], isDrawn = this.probe.length === 2 || (this.probe.length === 1 && typeof target === "number");
    if (isDrawn && !this.missing.length && this.graphs[0].outputs.length)
      this.surface = new Surface({ examples: this.examples, isQuantity: this.isQuantity, moved: (probe) => this.move(probe) });
    this.build();
    this.choose(0);
    new MutationObserver(() => this.show()).observe(app, { attributes: true, attributeFilter: ["data-theme"] });
  }

  // The page ----------------------------------------------------------------------------------------------------------

  build() {
    this.told = element("p", { class: "told", role: "status" });
    this.place = element("div", { class: "place" });
    const why = this.missing.map(([op, why]) => `${op} cannot be computed here, as ${why}`).join("; ");
    const side = element("div", { class: "left" }, this.controls(), this.told, ...this.drawCurve(), why ? element("p", { class: "told" }, `No surface and no probe: ${why}.`) : this.probing(), this.table());
    this.app.append(
      this.surface ? element("div", { class: "training" }, this.surface.element, side) : side,
      element("h2", { class: "of-probe" }, why ? "The loss of an example, forward and backward" : "The loss at the probe, forward and backward"), this.place);
  }

  controls() {
    this.playing = control("Play the training", "play", () => this.toggle());
    this.slider = element("input", { type: "range", min: 0, max: this.last, value: 0, "aria-label": "Step of the training",
      oninput: () => { this.pause(); this.go(Number(this.slider.value)); } });
    this.speed = element("select", { "aria-label": "Speed of the training" }, ...[0.25, 1, 4, 16].map((x) => element("option", { value: x, selected: x === 1 }, `${x}×`)));
    this.slider.addEventListener("keydown", (event) => event.key === " " && this.key(event));
    return element("div", { class: "controls training-controls", role: "group", "aria-label": "The training" },
      control("Reset the training", "start", () => this.step(-Infinity)), control("One step back", "back", () => this.step(-1)),
      this.playing, control("One step on", "step", () => this.step(1)), this.slider, this.speed);
  }

  table() {
    const { name, slots } = this.optimizer, heads = ["parameter", "weight", "gradient", "next move", ...slots.map((slot) => slot.replaceAll("_", " "))];
    const body = element("tbody"), head = element("thead", {}, element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words))));
    this.rows = this.names.map((parameter) => {
      const cells = heads.slice(1).map(() => element("td"));
      body.append(element("tr", {}, element("th", { scope: "row" }, parameter), ...cells));
      return cells;
    });
    return element("details", { class: "inputs", open: this.names.length <= 60 }, element("summary", {}, `What ${name} keeps for each parameter`),
      element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Parameters" }, element("table", {}, head, body)));
  }

  probing() {
    this.message = element("p", { class: "message", role: "status" });
    this.fields = this.probe.map((_, i) => element("input", { type: "text", "aria-label": `x${i + 1} of the probe`, onchange: () => this.typed(i),
      onkeydown: (event) => event.key === "Enter" && this.typed(i) }));
    this.target = element("select", { "aria-label": "Target of the probe", onchange: () => this.choose(Number(this.target.value)) },
      ...this.graphs.map(({ target }, i) => element("option", { value: i }, String(target))));
    const few = this.fields.length <= 6;
    return element("div", { class: "probing" }, few ? "Probe: " : "Probe: the first example. ", ...(few ? this.fields : []), element("label", {}, "target ", this.target), this.message);
  }

  typed(i) {
    const given = read(this.fields[i].value);
    if (given !== undefined) return this.move(this.probe.map((old, j) => (i === j ? given : old)));
    this.message.textContent = `x${i + 1} is a number, such as -0.5 or 1e-3: it stays ${precisely(this.probe[i])}.`;
    this.fields[i].value = written(this.probe[i]);
  }

  mounted() { this.player.mounted(); this.show(); }

  // Moving ------------------------------------------------------------------------------------------------------------

  go(frame) {
    this.frame = Math.max(0, Math.min(this.last, frame));
    this.slider.value = this.frame;
    this.show();
  }

  step(by) { this.pause(); this.go(this.frame + by); }

  key(event) {
    const act = { ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), Home: () => this.step(-Infinity), End: () => this.step(Infinity), " ": () => this.toggle() }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  toggle() { if (this.timer) this.pause(); else this.start(); }

  // Play at the pace that is asked, leaving frames out where the machine is slower.
  start() {
    if (this.frame === this.last) this.go(0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? 4 : 1, rate = (FRAMES_A_SECOND * Number(this.speed.value)) / calm / 1000;
    const began = performance.now(), from = this.frame;
    const next = (now) => {
      const due = Math.min(this.last, from + Math.floor((now - began) * rate));
      this.timer = requestAnimationFrame(next);
      if (due > this.frame) this.go(due);
      if (this.frame === this.last) this.pause();
    };
    this.timer = requestAnimationFrame(next);
    this.labelled("Pause the training", "pause");
  }

  pause() {
    cancelAnimationFrame(this.timer);
    const wasPlaying = this.timer !== undefined;
    this.timer = undefined;
    this.labelled("Play the training", "play");
    if (wasPlaying) this.show();  // the surface in full
  }

  labelled(words, sign) {
    rename(this.playing, words, sign);
    this.told.setAttribute("aria-live", sign === "pause" ? "off" : "polite");
  }

  // Choose the target of the probe: for each there is a graph.
  choose(i) {
    this.graph = this.graphs[i];
    if (this.target) this.target.value = i;
    if (!this.players[i]) {
      const box = element("div"), player = new Player(box, this.graph, this.functions, { hasInputs: false });
      this.players[i] = { box, player };
      player.go(Infinity);
    }
    ({ player: this.player } = this.players[i]);
    if (this.place.firstChild !== this.players[i].box) {
      this.place.replaceChildren(this.players[i].box);
      this.player.go(this.player.position);  // its list scrolls only where it is seen
    }
    this.show();
  }

  move(probe) {
    this.probe = probe;
    this.showProbe();
  }

  // Showing -----------------------------------------------------------------------------------------------------------

  // The numbers of the graph's leaves at this frame and at the probe.
  leaves() {
    const leaves = new Map(this.player.leaves);
    this.graph.weights.forEach((place, i) => place >= 0 && leaves.set(place, number(this.frames.weights[this.frame][i])));
    this.graph.inputs.forEach((place, i) => place >= 0 && leaves.set(place, this.probe[i]));
    return leaves;
  }

  show() {
    const { loss, lr, epoch, step } = this.frames, i = this.frame;
    const end = this.restored ? `after step ${step[i]}, with the best weights restored` : `after step ${step[i]}`;
    const moment = i === this.last ? end : `before step ${step[i]} of ${this.steps}`, few = this.every > 1 ? `; each ${this.every}th step is shown` : "";
    this.told.textContent = `Epoch ${epoch[i]}, ${moment}: loss ${digits(number(loss[i]))}, learning rate ${digits(number(lr[i]))}${few}`;
    this.slider.setAttribute("aria-valuetext", this.told.textContent);
    this.showTable();
    this.showPoint();
    if (this.surface) this.showSurface();
    this.showProbe();
  }

  showTable() {
    const { weights, grads, moves, state } = this.frames, i = this.frame;
    this.rows.forEach((cells, j) => {
      const its = [weights[i][j], grads[i][j], moves[i][j], ...state[i][j]];
      its.forEach((x, k) => { cells[k].textContent = x === undefined ? "" : digits(number(x)); });
    });
  }

  showProbe() {
    if (this.missing.length) return;
    this.message.textContent = this.player.set(this.leaves());
    this.fields.forEach((field, i) => { field.value = written(this.probe[i]); });
    this.surface?.place(this.probe, this.player.run.data[this.graph.outputs[0]]);
  }

  showSurface() {
    const { outputs, hidden, inputs } = this.graph, says = this.player.tape.along(this.leaves(), inputs, Math.max(...outputs, ...hidden));
    this.surface.paint(this.app, says, outputs, hidden, this.timer !== undefined);
    this.surface.canvas.setAttribute("aria-label", `What the network says, and ${this.examples.length} examples; loss ${digits(number(this.frames.loss[this.frame]))}`);
  }

  drawCurve() {
    const losses = this.frames.loss.map(number), known = losses.filter(Number.isFinite), [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
    const x = (i) => (losses.length > 1 ? (100 * i) / (losses.length - 1) : 0), y = (loss) => (Number.isFinite(loss) ? 38 - (36 * (loss - low)) / (high - low || 1) : 2);
    this.at = (i) => [x(i), y(losses[i])];
    const points = losses.map((loss, i) => (Number.isFinite(loss) ? `${x(i).toFixed(2)},${y(loss).toFixed(2)}` : "")).join(" ");
    this.curve = element("div", { class: "curve" });
    this.curve.innerHTML = `<svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="The loss, step by step"><path class="axis" d="M0 38H100"/><polyline points="${points}"/></svg><span class="plot"><span class="point"></span></span>`;
    return [this.curve, element("p", { class: "caption" }, `The loss of the batch at each step, from ${digits(losses[0])} to ${digits(losses.at(-1))}; the line below is ${digits(low)}.`)];
  }

  showPoint() {
    const [x, y] = this.at(this.frame), point = this.curve.querySelector(".point");
    point.style.left = `${x}%`;
    point.style.top = `${(100 * y) / 40}%`;
  }
}
