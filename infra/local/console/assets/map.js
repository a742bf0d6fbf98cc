// The map: Regions with their health and traffic, links, and the client's route.

import { svg } from "./dom.js";

const west = -152, north = 63, scaleX = 9.6, scaleY = 12.5;
const project = ({ latitude, longitude }) => [(longitude - west) * scaleX, (north - latitude) * scaleY];

let land;
fetch("coast.json").then((r) => r.json()).then((coast) => {
  land = coast.map(([longitude, latitude]) => project({ latitude, longitude }).join()).join(" ");
});

export function drawMap(map, status, client, traffic) {
  const title = map.querySelector("title");
  const parts = [title];
  if (land) parts.push(svg("polygon", { points: land, class: "land" }));
  const at = Object.fromEntries(status.regions.map((r) => [r.name, project(r)]));
  for (const link of status.links) {
    if (link.from > link.to || !at[link.from] || !at[link.to]) continue;
    const [[x1, y1], [x2, y2]] = [at[link.from], at[link.to]];
    parts.push(svg("line", { x1, y1, x2, y2, class: link.cut ? "line cut" : "line" }));
  }
  const [x, y] = project(client), route = at[status.route[0]];
  if (route) parts.push(svg("line", { x1: x, y1: y, x2: route[0], y2: route[1], class: "trip" }));
  parts.push(svg("circle", { cx: x, cy: y, r: 6, class: "client" }), svg("text", { x: x + 10, y: y - 8 }, "client"));
  for (const r of status.regions) {
    const [cx, cy] = at[r.name], count = traffic[r.name] ?? 0;
    const radius = 9 + Math.min(15, Math.sqrt(count));
    parts.push(svg("circle", { cx, cy, r: radius, class: r.down || !r.healthy ? "bad" : "good" }));
    const left = cx > 700;
    parts.push(svg("text", { x: left ? cx - 30 : cx + 30, y: cy + 30, "text-anchor": left ? "end" : "start" }, `${r.name}${r.down ? " down" : ""} (${count})`));
  }
  title.textContent = "Map: " + status.regions.map((r) => `${r.name} ${r.down ? "down" : r.healthy ? "healthy" : "unhealthy"}, ${traffic[r.name] ?? 0} requests`).join("; ") +
    `; the client is served by ${status.route[0] ?? "no Region"}`;
  map.replaceChildren(...parts);
}
