// What is said of a graph: the names of its values, and what happens at each moment, in a formula with its numbers.

const SHORT = 12;  // letters of a name that stands beside its numbers; a longer one stands above them

// A name that is written from right to left, apart from the formula that it stands in.
const apart = (name) => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name);

class Words {
  constructor(tape, texts) {
    this.tape = tape;
    this.nodes = tape.nodes;
    this.texts = texts;
    this.uses = new Map();  // of each value, how many
    for (const { arguments: places = [] } of this.nodes) for (const place of places) this.uses.set(place, (this.uses.get(place) ?? 0) + 1);
  }

  nameOf(i) {
    const { label, op } = this.nodes[i];
    return (label && apart(label)) || (op ? this.texts[i].name : `leaf ${this.tape.leaves.indexOf(i) + 1}`);
  }

  // A result with how it is made: y = tanh(o).
  headline(i) {
    const { label } = this.nodes[i], name = this.texts[i]?.name ?? this.nameOf(i);  // a leaf alone is made of nothing
    return label && label !== name ? `${label} = ${name}` : name;
  }

  where(i) { return this.nodes[i]?.where ? element("span", { class: "where" }, this.nodes[i].where) : ""; }

  // A moment in a line.
  line({ phase, node }) {
    if (phase === "start") return "the inputs are there";
    const name = phase === "seed" && this.nameOf(node);
    if (!name) return this.headline(node);
    return name.length > SHORT || /[ (]/.test(name) ? "the gradient of the end is 1" : `∂${name}/∂${name} = 1`;
  }

  // The n-th formula of an op, its own or that of a slope, with the numbers of this run put in; undefined if it has none.
  filled(place, n, data) {
    const template = this.nodes[place].functions?.told[n], a = template && this.tape.arguments(place, data);
    return template?.replace(/‹(\w+)›/g, (_, name, at) => {
      const text = digits(name === "y" ? data[place] : a[Number(name)]);
      const alone = /[([,]\s?$|^$/.test(template.slice(0, at)) && /^(\)|\]|,|$)/.test(template.slice(at + name.length + 2));
      return text.startsWith("−") && !alone ? `(${text})` : text;
    });
  }

  // A moment of a run, in elements for the card.
  explained({ phase, node, step }, position, { data, steps }) {
    const place = { start: "", forward: position, seed: 0, backward: step + 1 }[phase], total = this.tape.results.length;
    const count = phase === "start" ? "" : ` ${place} of ${total}`, where = this.where(node);
    const head = element("p", { class: "phase" }, { start: "Start", forward: "Forward" }[phase] ?? "Backward", count, where && " · ", where);
    if (phase === "start")
      return [head, element("p", {}, "The inputs have their numbers. Forward, each result is computed from what it is made of; backward, each passes its gradient on.")];
    const name = this.nameOf(node), value = element("span", { class: "value" }, ` = ${digits(data[node])}`);
    const title = element("h2", {}, phase === "seed" ? name : this.headline(node), value);
    if (phase === "forward") {
      const numbers = this.filled(node, 0, data);
      return [head, title, numbers ? element("p", { class: "sum" }, `${numbers} = ${digits(data[node])}`) : ""];
    }
    if (phase === "seed")
      return [head, title, element("p", {}, `How fast does ${name} change with itself? `, element("strong", {}, `${name}.grad = 1`), ". From here gradients flow back.")];
    const { grad, contributions } = steps[step];
    const arrived = element("p", {}, "Its gradient is complete: ", element("strong", {}, digits(grad)), ". It passes on, to each argument, gradient × local derivative:");
    return [head, title, arrived, ...contributions.map((numbers, n) => this.contribution(node, n, grad, numbers, data))];
  }

  // What one argument receives, and how it adds up.
  contribution(node, n, grad, [local, contribution, before, total], data) {
    const [k, given, formula] = this.texts[node].told[n], name = given.includes("…") ? this.nameOf(this.nodes[node].arguments[k]) : given;
    const adds = before !== 0 || this.uses.get(this.nodes[node].arguments[k]) > 1;
    const chain = [formula, this.filled(node, k + 1, data), digits(local)].filter((text, i, all) => text && text !== all[i + 1]);
    const isShort = name.length <= SHORT, sign = contribution < 0 ? "−" : "+", row = (term, words, kind) => [element("dt", { class: kind }, term), element("dd", { class: kind }, words)];
    return element("div", {}, isShort ? "" : element("h3", {}, name), element("dl", { class: "contribution" },
      ...row(isShort ? `∂/∂${name}` : "slope", chain.join(" = ")),
      ...row("passes on", `${digits(grad)} × ${wrapped(local)} = ${digits(contribution)}`),
      ...row(isShort ? `${name}.grad` : "its grad", `${digits(before)} ${sign} ${digits(Math.abs(contribution))} → ${digits(total)}`, adds && "adds")));
  }
}
