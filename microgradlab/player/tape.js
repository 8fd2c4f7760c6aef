// The graph's tape: its nodes with the places of their arguments, run forward and backward from any numbers.

async function unpacked(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

class Tape {
  // `texts` of each result tell which of its arguments carry a gradient.
  constructor(nodes, texts, functions) {
    this.nodes = nodes.map((node) => ({ ...node, functions: functions[node.function] }));
    this.carrying = texts.map((text) => (text ? text.told.map(([k]) => k) : []));
    this.results = nodes.flatMap((node, i) => (node.op ? [i] : []));
    this.leaves = nodes.flatMap((node, i) => (node.op ? [] : [i]));
  }

  arguments(i, data) { return this.nodes[i].arguments.map((x) => (typeof x === "number" ? data[x] : number(x))); }

  // The data of all nodes, or of those up to one.
  forward(leaves, last = Infinity) {
    const data = this.nodes.map((node, i) => leaves.get(i));
    for (const i of this.results) {
      if (i > last) break;
      data[i] = this.nodes[i].functions.forward(this.arguments(i, data));
    }
    return data;
  }

  // A function of the numbers of some leaves that gives all data, and computes again only what depends on these.
  along(leaves, inputs, last) {
    const data = this.forward(leaves, last), touched = new Set(inputs);
    const calls = this.results.filter((i) => i <= last && this.nodes[i].arguments.some((a) => touched.has(a)) && touched.add(i)).map((i) => {
      const { arguments: places, functions } = this.nodes[i], a = this.arguments(i, data);
      return { i, a, forward: functions.forward, varying: places.flatMap((x, k) => (touched.has(x) ? [[k, x]] : [])) };
    });
    return (xs) => {
      inputs.forEach((place, k) => { data[place] = xs[k]; });
      for (const { i, a, forward, varying } of calls) {
        for (const [k, x] of varying) a[k] = data[x];
        data[i] = forward(a);
      }
      return data;
    };
  }

  // What `record.py` records of the engine, from other numbers of the leaves.
  run(leaves) {
    const data = this.forward(leaves), slopes = [];
    for (const i of this.results) slopes[i] = this.nodes[i].functions.slopes(this.arguments(i, data), data[i]);
    const grads = data.map(() => 0), steps = [];
    grads[data.length - 1] += 1;
    for (const node of [...this.results].reverse()) {
      const grad = grads[node];
      const contributions = this.carrying[node].map((k) => {
        const argument = this.nodes[node].arguments[k], local = slopes[node][k];
        const contribution = grad * local, before = grads[argument];
        grads[argument] = before + contribution;
        return [local, contribution, before, grads[argument]];
      });
      steps.push({ node, grad, contributions });
    }
    return { data, steps };
  }
}
