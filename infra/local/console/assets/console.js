// The console shows what the API at api/ returns, and sends its commands. Text comes from
// requests that anybody may have sent, so it is set as text and never as HTML.

import { drawMap } from "./map.js";
import { drawWaterfall } from "./waterfall.js";
import { api, command, get } from "./api.js";
import { button, cell, element, fill, id, row } from "./dom.js";

const maxRequests = 200;
const requests = new Map(); // by ID, in the order of their arrival
let status = { route: [], regions: [], links: [], functions: [], faults: [], users: [] };
let paused = false;
let opened = "";

function report(error) {
  id("message").textContent = error ? String(error.message ?? error) : "";
}

// act runs a command and shows its error, and the state that follows.
async function act(name, body) {
  try {
    await command(name, body);
    report();
  } catch (error) {
    report(error);
  }
  await showStatus();
}

// soon returns a function that calls do once, shortly after its first call.
function soon(milliseconds, action) {
  let timer = 0;
  return () => {
    if (timer) return;
    timer = setTimeout(async () => {
      timer = 0;
      try { await action(); } catch (error) { report(error); }
    }, milliseconds);
  };
}

const from = () => `${Number(id("latitude").value) || 0},${Number(id("longitude").value) || 0}`;

async function showStatus() {
  status = await get(`status?from=${from()}`);
  status.route ??= []; status.functions ??= []; status.faults ??= []; status.links ??= []; status.regions ??= [];
  id("route").textContent = status.route[0] ?? "no Region";
  fill("region-rows", status.regions, regionRow);
  fill("link-rows", status.links, linkRow);
  fill("function-rows", status.functions, functionRow);
  fill("faults", status.faults, faultItem);
  id("secrets").setAttribute("aria-pressed", String(Boolean(status.secretsOutage)));
  options("data-region", status.regions.map((r) => r.name));
  options("fault-function", [...new Set(status.functions.map((f) => f.name))].sort());
  const [latitude, longitude] = from().split(",").map(Number);
  drawMap(id("map"), status, { latitude, longitude }, traffic());
  await Promise.all([showWrites("pending", "pending-rows", pendingRow), showWrites("conflicts", "conflict-rows", conflictRow)]);
}

const statusSoon = soon(300, showStatus);

function regionRow(region) {
  const [text, look] = region.down ? ["down", "bad"] : region.healthy ? ["healthy", "good"] : ["unhealthy", "fair"];
  const skew = element("input", { type: "number", step: "1", value: String(region.skewMs / 1000), "aria-label": `seconds that the clock of ${region.name} is ahead` });
  skew.addEventListener("change", () => act("skew", { region: region.name, skewMs: Number(skew.value) * 1000 }));
  return row(
    element("th", { scope: "row" }, region.name),
    cell(text, look),
    cell(skew, "", " s ahead"),
    cell(button(region.down ? "Start" : "Stop", `${region.down ? "Start" : "Stop"} ${region.name}`, () => act("region", { region: region.name, down: !region.down }))),
  );
}

function linkRow(link) {
  const name = `${link.from} to ${link.to}`;
  return row(
    element("th", { scope: "row" }, `${link.from} → ${link.to}`),
    cell(link.cut ? "cut" : `${(link.lagMs / 1000).toLocaleString("en")} s`, link.cut ? "bad" : "good"),
    cell(String(link.pending), "number"),
    cell(button(link.cutByUser ? "Heal" : "Cut", `${link.cutByUser ? "Heal" : "Cut"} ${name} and back`, () => act("link", { a: link.from, b: link.to, cut: !link.cutByUser }))),
  );
}

function functionRow(f) {
  const memory = f.memoryBytes ? (f.memoryBytes / 1048576).toFixed(0) : "–";
  return row(
    element("th", { scope: "row" }, f.name), cell(f.region), cell(String(f.instances), "number"), cell(String(f.coldStarts), "number"),
    cell(String(f.invocations), "number"), cell(memory, "number"), cell(String(f.errors), f.errors ? "bad" : "number"),
  );
}

function faultItem(fault) {
  const what = [fault.crash && "crashes", fault.throttle && "is throttled", fault.delayMs && `is delayed by ${fault.delayMs / 1000} s`].filter(Boolean);
  const item = element("li", {}, `${fault.function} ${what.join(", ")} `);
  item.append(button("End", `End the faults of ${fault.function}`, () => act("fault", { fault: { function: fault.function } })));
  return item;
}

async function showWrites(path, rows, show) {
  fill(rows, (await get(path)) ?? [], show);
}

const keyOf = (write) => JSON.stringify(write.key) + (write.deleted ? " deleted" : "");
const pendingRow = (w) => row(cell(`${w.from} → ${w.to}`), cell(w.table), cell(keyOf(w), "key"));
const conflictRow = (w) => row(cell(w.winner), cell(w.from), cell(w.table), cell(keyOf(w), "key"));

// options replaces the options of a select element, and keeps the choice.
function options(name, values) {
  const select = id(name);
  if (values.join() === [...select.options].map((o) => o.value).join()) return;
  const chosen = select.value;
  select.replaceChildren(...values.map((v) => element("option", { value: v }, v)));
  if (values.includes(chosen)) select.value = chosen;
  select.dispatchEvent(new Event("change"));
}

// traffic returns the number of kept requests by Region.
function traffic() {
  const counts = {};
  for (const r of requests.values()) if (r.region) counts[r.region] = (counts[r.region] ?? 0) + 1;
  return counts;
}

function keep(request) {
  requests.delete(request.id);
  requests.set(request.id, request);
  while (requests.size > maxRequests) requests.delete(requests.keys().next().value);
}

function showRequests() {
  if (paused) return;
  const wanted = id("filter").value.toLowerCase();
  const list = [...requests.values()].sort((a, b) => b.start.localeCompare(a.start));
  const matching = list.filter((r) => `${r.method} ${r.path} ${r.status} ${r.function ?? ""} ${r.id} ${r.region}`.toLowerCase().includes(wanted));
  fill("request-rows", matching, requestRow);
  id("no-requests").hidden = requests.size > 0;
}

const requestsSoon = soon(150, showRequests);

function requestRow(r) {
  const look = !r.done ? "" : r.status >= 500 || r.status === 0 ? "bad" : r.status >= 400 ? "fair" : "good";
  return row(
    cell(new Date(r.start).toLocaleTimeString("en-GB") + "." + r.start.slice(20, 23).replace(/\D/g, "0"), "number"),
    cell(r.region || "edge"),
    cell(button(`${r.method} ${r.path}`, `Open ${r.method} ${r.path}, request ${r.id}`, () => open(r.id), "plain")),
    cell(r.done ? String(r.status || "disconnected") : "…", look),
    cell(r.done ? r.durationMs.toFixed(1) : "", "number"),
    cell(r.function ? (r.cold ? "cold" : "warm") : ""),
    cell(r.function ?? ""),
  );
}

async function open(name) {
  try {
    const r = await get(`requests/${encodeURIComponent(name)}`);
    opened = name;
    id("request").hidden = false;
    id("request-title").textContent = `${r.method} ${r.path}: ${r.done ? r.status || "disconnected" : "in progress"} in ${r.region || "no Region"}${r.error ? ` (${r.error})` : ""}, request ${r.id}`;
    drawWaterfall(id("waterfall"), r);
    fill("spans", r.spans ?? [], (s) => element("li", {}, `${s.kind} ${s.name}: ${s.durationMs.toFixed(1)} ms${s.failed ? ", failed" : ""}`));
    id("lines").textContent = (r.lines ?? []).join("\n") || "no lines";
    id("event").textContent = pretty(r.event) || "no event";
    id("response").textContent = pretty(r.response) || "no response";
    id("request-title").focus();
    report();
  } catch (error) {
    report(error);
  }
}

// pretty indents JSON, and returns other text as it is.
function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text ?? ""; }
}

async function showTables() {
  const region = id("data-region").value;
  if (!region) return;
  const tables = (await get(`tables?region=${encodeURIComponent(region)}`)) ?? [];
  options("data-table", tables.map((t) => t.name));
}

async function showItems() {
  const region = id("data-region").value, table = id("data-table").value;
  if (!region || !table) return;
  const items = (await get(`tables/${encodeURIComponent(table)}?region=${encodeURIComponent(region)}`)) ?? [];
  id("items-count").textContent = `${items.length} items of ${table} in ${region}${items.length === 200 ? ", the first 200" : ""}`;
  id("items").textContent = items.map((i) => JSON.stringify(i)).join("\n");
}

const attempt = (action) => async (event) => {
  event?.preventDefault();
  try { await action(); report(); } catch (error) { report(error); }
};

function listen() {
  for (const name of ["latitude", "longitude"]) id(name).addEventListener("change", attempt(showStatus));
  id("set-lag").addEventListener("click", () => act("lag", { lagMs: Number(id("lag").value) * 1000 }));
  id("keys").addEventListener("click", () => act("keys", {}));
  id("secrets").addEventListener("click", () => act("secrets", { outage: !status.secretsOutage }));
  id("filter").addEventListener("input", requestsSoon);
  id("pause").addEventListener("click", () => {
    paused = !paused;
    id("pause").setAttribute("aria-pressed", String(paused));
    showRequests();
  });
  id("close").addEventListener("click", () => { opened = ""; id("request").hidden = true; });
  id("fault").addEventListener("submit", attempt(() => act("fault", { fault: {
    function: id("fault-function").value, crash: id("fault-crash").checked, throttle: id("fault-throttle").checked,
    delayMs: Number(id("fault-delay").value) * 1000,
  } })));
  id("data-region").addEventListener("change", attempt(showTables));
  id("read").addEventListener("click", attempt(showItems));
}

function watch() {
  const events = new EventSource(api + "events");
  events.addEventListener("open", attempt(async () => {
    id("connection").textContent = "connected";
    for (const r of ((await get("requests")) ?? []).reverse()) keep(r);
    showRequests();
    await showStatus();
  }));
  events.addEventListener("error", () => { id("connection").textContent = "disconnected: is go tool mage up running?"; });
  events.addEventListener("request", (event) => {
    const r = JSON.parse(event.data);
    keep(r);
    requestsSoon();
    if (r.done) statusSoon();
    if (r.done && r.id === opened) open(opened);
  });
  events.addEventListener("state", statusSoon);
  events.addEventListener("lost", statusSoon);
  setInterval(statusSoon, 3000); // health and writes on their way change without an event
}

listen();
watch();
