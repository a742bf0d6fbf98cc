// The waterfall of a request: a bar for each span, in the order of their starts.

import { svg } from "./dom.js";

const lineHeight = 22;

export function drawWaterfall(picture, request) {
  const width = Math.max(280, picture.parentElement.clientWidth), labelWidth = Math.min(300, width * 0.45);
  const title = picture.querySelector("title");
  const spans = [...(request.spans ?? [])].sort((a, b) => a.start.localeCompare(b.start));
  // Dates have milliseconds only; the fraction below is added for the order within one.
  const time = (text) => Date.parse(text) + Number("0." + (text.match(/\.\d{3}(\d*)/)?.[1] || "0"));
  const begin = Math.min(...spans.map((s) => time(s.start)));
  const end = Math.max(...spans.map((s) => time(s.start) + s.durationMs));
  const scale = (width - labelWidth - 75) / Math.max(end - begin, 0.001);
  const parts = [title];
  spans.forEach((s, i) => {
    const x = labelWidth + (time(s.start) - begin) * scale, y = i * lineHeight;
    parts.push(
      svg("text", { x: 8, y: y + 16 }, `${s.kind} ${s.name === s.kind ? "" : s.name}`.slice(0, Math.floor(labelWidth / 6.8))),
      svg("rect", { x, y: y + 5, width: Math.max(2, s.durationMs * scale), height: 13, rx: 2, class: s.failed ? "failed" : "" }),
      svg("text", { x: Math.min(x + Math.max(2, s.durationMs * scale) + 6, width - 68), y: y + 16 }, `${s.durationMs.toFixed(1)} ms`),
    );
  });
  title.textContent = spans.length ? "Where the time went: the list after this picture has each part" : "No traces of this request";
  picture.setAttribute("viewBox", `0 0 ${width} ${Math.max(1, spans.length) * lineHeight + 6}`);
  picture.replaceChildren(...parts);
}
