// What on this page a person may be unable to read: a list of faults.
(() => {
  const faults = new Set();
  const name = (e) => e.tagName.toLowerCase() + (e.id ? `#${e.id}` : "") + Array.from(e.classList, (c) => `.${c}`).join("");
  const label = (e) => `${e.parentElement ? name(e.parentElement) + " > " : ""}${name(e)}`;

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const ancestors = (e) => (e ? [e, ...ancestors(e.parentElement)] : []);
  const behind = (e) =>
    ancestors(e).reverse().reduce((below, x) => over(parse(getComputedStyle(x).backgroundColor), below), parse("Canvas"));
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const judge = (element, color, text) => {
    const style = getComputedStyle(element);
    const opacity = ancestors(element).reduce((o, x) => o * getComputedStyle(x).opacity, 1);
    const below = behind(element);
    const [r, g, b, a] = parse(color);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = contrast(over([r, g, b, a * opacity], below), below);
    if (ratio < (large ? 3 : 4.5)) faults.add(`contrast ${ratio.toFixed(2)} of "${text.trim().slice(0, 40)}" in ${label(element)}`);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript, [hidden], :disabled, option")) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    judge(element, getComputedStyle(element).color, node.data);
  }
  // The words that the style sheet writes.
  for (const e of document.body.querySelectorAll("*")) {
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(e, part);
      const text = /^"(.*\S.*)"$/.exec(style.content)?.[1];
      if (text && e.checkVisibility({ visibilityProperty: true })) judge(e, style.color, text);
    }
  }
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (field.disabled || !field.checkVisibility({ visibilityProperty: true })) continue;
    judge(field, getComputedStyle(field).color, `value of ${field.id || field.type}`);
    if (field.placeholder) judge(field, getComputedStyle(field, "::placeholder").color, field.placeholder);
  }

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.add(`the page is ${document.documentElement.scrollWidth} px wide on a screen of ${width}`);
  for (const e of document.body.querySelectorAll("*")) {
    const box = e.getBoundingClientRect();
    if (box.width < 2 || box.right <= width + 1 || !e.checkVisibility({ visibilityProperty: true })) continue;
    const scrolls = ancestors(e.parentElement).some((x) => x !== document.body && x !== document.documentElement && getComputedStyle(x).overflowX !== "visible");
    if (!scrolls) faults.add(`${label(e)} reaches to ${Math.round(box.right)} px of ${width}`);
  }
  // Nor may a control stick out of the box that it stands in.
  for (const e of document.querySelectorAll("select, input, button, textarea")) {
    if (!e.checkVisibility({ visibilityProperty: true }) || !e.parentElement) continue;
    const [box, around] = [e.getBoundingClientRect(), e.parentElement.getBoundingClientRect()];
    if (getComputedStyle(e).position === "static" && around.width > 1 && box.right > around.right + 1) faults.add(`${label(e)} sticks out by ${Math.round(box.right - around.right)} px`);
  }
  return Array.from(faults);
})()
