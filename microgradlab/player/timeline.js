// What happens when: the inputs are there, the results appear, the end has gradient 1, and the steps of backpropagation.

class Timeline {
  constructor(tape, steps) {
    this.tape = tape;
    const end = tape.nodes.length - 1;
    this.moments = [
      { phase: "start" },
      ...tape.results.map((node) => ({ phase: "forward", node })),
      { phase: "seed", node: end },
      ...steps.map(({ node }, step) => ({ phase: "backward", node, step })),
    ];
    this.last = this.moments.length - 1;
  }

  isBackward(position) { return position > this.tape.results.length; }

  // Where a value is computed, or in the backward phase, where it passes its gradient on; a leaf is there from the
  // start, and has its gradient when the last of its uses has passed on.
  momentOf(place, isBackward) {
    const { nodes } = this.tape, phase = isBackward ? "backward" : "forward";
    if (nodes[place].op) return this.moments.findIndex((moment) => moment.phase === phase && moment.node === place);
    return isBackward ? this.moments.findLastIndex(({ phase, node }) => phase === "backward" && nodes[node].arguments.includes(place)) : 0;
  }

  // What is known of a run by then: numbers that have been computed, and gradients as far as they have arrived, with
  // `carried(place, k)`, what a result has passed on to its k-th argument.
  known(position, { data, steps }) {
    const { nodes, results, carrying } = this.tape, { phase, step } = this.moments[position], end = nodes.length - 1;
    const computed = phase === "start" ? 0 : phase === "forward" ? position : results.length;
    const hidden = new Set(results.slice(computed)), grads = nodes.map(({ op }) => (op ? undefined : 0)), done = new Map();
    if (this.isBackward(position)) grads[end] = 1;
    for (const { node, contributions } of steps.slice(0, step === undefined ? 0 : step + 1)) {
      done.set(node, contributions);
      carrying[node].forEach((k, n) => { grads[nodes[node].arguments[k]] = contributions[n][3]; });
    }
    const carried = (place, k) => done.get(place)?.[carrying[place].indexOf(k)]?.[1];
    return { data: data.map((x, i) => (hidden.has(i) ? undefined : x)), grads, carried };
  }
}
