// Elements of a page, its icons, and the shadow in which it stands.

// An element with attributes, listeners (`onclick` …) and children; words are never read as HTML.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const ICONS = {  // in a square of 16
  start: "M2 2h2v12H2zM14 2v12L5 8z", back: "M12 2v12L3 8z", play: "M3 1.5v13L14 8z", pause: "M3 2h4v12H3zM9 2h4v12H9z", step: "M4 2v12l9-6zM13 2h-1v12h2V2z",
};

function icon(name) {
  const made = element("span", { "aria-hidden": "true" });
  made.innerHTML = `<svg viewBox="0 0 16 16"><path d="${ICONS[name]}"/></svg>`;
  return made.firstChild;
}

// A button that shows an icon; `rename` gives it other words and another icon.
function control(words, sign, act) {
  const made = element("button", { type: "button", onclick: act });
  rename(made, words, sign);
  return made;
}

function rename(button, words, sign) {
  button.replaceChildren(icon(sign));
  button.title = words;
  button.setAttribute("aria-label", words);
}

// Put what `fill` makes of an element inside `host`, where styles of the page around it do not reach, in the page's theme.
// If it fails, what stood in the host stays.
function mount(host, style, about, fill) {
  host.dataset.ready = "";
  const app = element("section", { class: "app", "aria-label": about });
  const dark = matchMedia("(prefers-color-scheme: dark)"), { body } = document;
  const follow = () => {
    const lab = body.dataset.jpThemeLight, code = body.dataset.vscodeThemeKind ?? "";
    const isDark = lab ? lab === "false" : code ? /dark|high-contrast$/.test(code) : dark.matches;
    app.dataset.theme = isDark ? "dark" : "light";
  };
  dark.addEventListener("change", follow);
  new MutationObserver(follow).observe(body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  follow();
  const made = fill(app);
  host.attachShadow({ mode: "open" }).append(element("style", {}, style), app);
  made.mounted();  // only now it has sizes and colours
  if (document.documentElement.hasAttribute("data-player"))  // a page of its own: keys work before anything has been clicked
    document.addEventListener("keydown", (event) => event.target === document.body && made.key(event));
}
