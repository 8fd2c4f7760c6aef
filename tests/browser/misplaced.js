// What is out of place in a player: texts outside of their box or over one another, parts that overlap or are cut off.
() => {
  const root = document.querySelector(".microgradlab").shadowRoot, wrong = [];
  const box = (part) => part.getBoundingClientRect();
  const overlap = (a, b, high) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > high;
  const pairs = (parts, visit) => parts.forEach((a, i) => parts.slice(i + 1).forEach((b) => visit(a, b)));

  for (const node of root.querySelectorAll(".node")) {
    const texts = [...node.querySelectorAll("text")].filter((text) => box(text).width), name = node.getAttribute("class");
    const shape = [...node.children].find((part) => part.matches("path, ellipse"));
    for (const text of texts) {
      const [its, around] = [box(text), shape && box(shape)];
      if (around && (its.left < around.left - 1 || its.right > around.right + 1 || its.top < around.top - 2 || its.bottom > around.bottom + 2))
        wrong.push(`${text.textContent} outside of ${name}`);
    }
    pairs(texts, (a, b) => overlap(box(a), box(b), 5) && wrong.push(`${a.textContent} and ${b.textContent} of ${name} overlap`));
  }
  pairs([...root.querySelectorAll(".head, .frame, .below, .controls, .inputs, .card, .steps")], (a, b) =>
    overlap(box(a), box(b), 1) && wrong.push(`${a.className} overlaps ${b.className}`));
  for (const part of root.querySelectorAll("button, select, input:not([type=range]), .input, .card, .steps, .legend, .rows"))
    if (part.clientWidth && part.scrollWidth > part.clientWidth + 1) wrong.push(`${part.tagName} ${part.className} ${part.textContent} is cut off`);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is wider than its window");
  return wrong;
}
