// A picture of a graph whose numbers, colours and lights change.

class Picture {
  constructor(view, tape) {
    this.view = view;
    this.tape = tape;
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
    const numbers = this.tape.arguments(place, data);
    this.view.terms[`op${this.boxOf.get(place).slice(1)}`].forEach((ks, i) => {
      const words = terms[i].textContent, isKnown = ks.every((k) => numbers[k] !== undefined);
      const product = isKnown ? digits(ks.reduce((x, k) => x * numbers[k], 1)) : "";
      terms[i].textContent = `${words.slice(0, words.lastIndexOf("=") + 1)} ${product}`;
    });
  }

  about(place, data, grads) {
    const node = this.tape.nodes[place], known = (x) => (x === undefined ? "not yet known" : precisely(x));
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
