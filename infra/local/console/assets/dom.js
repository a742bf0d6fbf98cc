// Elements of the page.

export const id = (name) => document.getElementById(name);

export function element(name, attributes = {}, ...content) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...content);
  return e;
}

export function svg(name, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  if (text !== undefined) e.textContent = text;
  return e;
}

export function cell(content, look = "", after = "") {
  return element("td", look ? { class: look } : {}, content, after);
}

export const row = (...cells) => element("tr", {}, ...cells);

export function button(text, label, action, look = "") {
  const b = element("button", { type: "button", "aria-label": label }, text);
  if (look) b.className = look;
  b.addEventListener("click", action);
  return b;
}

// fill replaces the children of an element. It keeps the focus on the control with the
// same label, and does nothing while a person types in one of its fields.
export function fill(name, list, show) {
  const parent = id(name);
  const active = parent.contains(document.activeElement) ? document.activeElement : null;
  if (active?.tagName === "INPUT") return;
  const label = active?.getAttribute("aria-label");
  parent.replaceChildren(...list.map(show));
  if (label) [...parent.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label") === label)?.focus();
}
