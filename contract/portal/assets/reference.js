// The reference: Swagger UI for one version of one context, and the selection of the
// context, of its version and of the user for requests.
"use strict";

const root = document.getElementById("reference");
const { server, users: usersURL } = root.dataset;
const contexts = JSON.parse(root.dataset.contexts);
const schemes = root.dataset.schemes.split(" ").filter(Boolean);
const sends = root.dataset.sends === "true";
const statusLine = document.getElementById("status");
const storageKey = "portal.user";

async function fetchJSON(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${url} returned ${response.status}`);
  return response.json();
}

// Swagger UI gets only the operations that it displays: its time grows with those of its
// document, by about 5 ms for a row and 0.3 ms for any other. The first rows fill a screen,
// and more follow when the reader gets near to their end. More than maxShown are displayed
// only if the filter or the address asks for them.
const firstShown = 20;
const maxShown = 100;

// The operation of the address. Swagger UI changes the fragment while it loads.
const linked = location.hash.split("/")[2];

// The order of the overview: by path, then by method.
const methods = ["get", "head", "post", "put", "patch", "delete"];
const rank = (method) => (methods.includes(method) ? methods.indexOf(method) : methods.length);
const byPath = (a, b) => (a.path === b.path ? rank(a.method) - rank(b.method) : a.path < b.path ? -1 : 1);
const isOperation = (value) => value !== null && typeof value === "object" && "responses" in value;

// The operations of a document, of which a part is displayed.
class Operations {
  constructor(spec) {
    this.spec = spec;
    this.phrase = "";
    this.shown = firstShown;
    this.list = Object.entries(spec.paths)
      .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))
      .filter(({ operation }) => isOperation(operation))
      .sort(byPath);
    for (const o of this.list) {
      const { tags, summary, operationId, "x-scopes": scopes } = o.operation;
      o.text = [tags?.[0], o.method, o.path, summary, operationId, ...(scopes ?? [])].join(" ").toLowerCase();
    }
    // What is not an operation belongs to all of a path.
    this.common = Object.fromEntries(
      Object.entries(spec.paths).map(([path, item]) => [path, Object.fromEntries(Object.entries(item).filter(([, v]) => !isOperation(v)))]),
    );
  }

  // The document with the operations to display: the first that match the filter. That of
  // the address is always among them.
  part() {
    const terms = this.phrase.toLowerCase().split(/\s+/).filter(Boolean);
    let left = this.shown;
    const paths = {};
    for (const { path, method, operation, text } of this.list) {
      if (!terms.every((term) => text.includes(term))) continue;
      if (operation.operationId !== linked && left-- <= 0) continue;
      paths[path] ??= { ...this.common[path] };
      paths[path][method] = operation;
    }
    return { ...this.spec, paths };
  }
}

// Swagger UI filters only by tag. This plugin filters operations and adds a label to the
// field.
function operationFilter(operations) {
  return ({ React }) => {
    const FilterContainer = ({ layoutSelectors, layoutActions, specActions }) => {
      const phrase = layoutSelectors.currentFilter();
      const all = operations.list.length;
      const hint = `The first ${maxShown} of ${all} operations that match are shown.`;
      const filter = (value) => {
        operations.phrase = value;
        operations.shown = firstShown;
        specActions.updateJsonSpec(operations.part());
        layoutActions.updateFilter(value || true);
        showMoreAtEnd(operations, specActions);
      };
      return React.createElement(
        "div",
        { className: "filter wrapper" },
        React.createElement("label", { htmlFor: "filter" }, "Filter operations"),
        React.createElement("input", {
          id: "filter",
          type: "search",
          className: "operation-filter-input",
          autoComplete: "off",
          value: typeof phrase === "string" && phrase !== "true" ? phrase : "",
          onChange: (event) => filter(event.target.value),
        }),
        all > maxShown && React.createElement("p", { className: "hint" }, hint),
      );
    };
    return { fn: { opsFilter: (groups) => groups }, components: { FilterContainer } };
  };
}

// Displays more rows while the end of the reference is near. The observer reports a change
// only, so it begins again after each step. While the page is busy it collects changes, of
// which the last counts.
let observer;
function showMoreAtEnd(operations, specActions) {
  const end = document.getElementById("end");
  observer?.disconnect();
  observer = new IntersectionObserver(
    (changes) => {
      if (!changes.at(-1).isIntersecting || operations.shown >= Math.min(maxShown, operations.list.length)) return;
      operations.shown += firstShown;
      specActions.updateJsonSpec(operations.part());
      observer.unobserve(end);
      requestAnimationFrame(() => observer.observe(end));
    },
    { rootMargin: "50%" },
  );
  observer.observe(end);
}

// Accessible names for the controls of Swagger UI that have none.
const names = {
  "#servers": "Server",
  ".examples-select-element": "Example",
  ".body-param__text": "Request body",
  ".copy-to-clipboard button": "Copy",
  ".close-modal": "Close",
};

function nameControls() {
  for (const [selector, name] of Object.entries(names)) {
    for (const control of root.querySelectorAll(`${selector}:not([aria-label])`)) control.setAttribute("aria-label", name);
  }
  for (const row of root.querySelectorAll("tr[data-param-name]")) {
    const control = row.querySelector(":is(input, select, textarea):not([aria-label])");
    if (control) control.setAttribute("aria-label", row.dataset.paramName);
  }
  // These tables are landmarks, which need different names (axe-core: landmark-unique).
  for (const table of root.querySelectorAll(".responses-table[role=region]:not([aria-label])")) {
    const summary = table.closest(".opblock")?.querySelector(".opblock-summary-control");
    const of = ["method", "path"].map((part) => summary?.querySelector(`.opblock-summary-${part}`)?.textContent ?? "").join(" ");
    table.setAttribute("aria-label", `${table.classList.contains("live-responses-table") ? "Response" : "Responses"} of ${of}`);
  }
  // In the dialog for tokens this level follows the fourth (axe-core: heading-order).
  for (const heading of root.querySelectorAll(".auth-container h6:not([aria-level])")) heading.setAttribute("aria-level", "5");
  root.querySelector(".svg-assets")?.setAttribute("aria-hidden", "true");
}

// Swagger UI fills in examples and sends them, even for optional parameters. With
// If-None-Match the first response would be 304 without a body. The examples of
// optional parameters therefore move to their descriptions.
function keepOptionalEmpty(spec) {
  const shared = Object.values(spec.components?.parameters ?? {});
  const own = Object.values(spec.paths).flatMap((path) => Object.values(path).flatMap((operation) => operation?.parameters ?? []));
  for (const parameter of [...shared, ...own]) {
    if (parameter.required || parameter.example === undefined) continue;
    parameter.description = `${parameter.description ?? ""}\n\nExample: \`${parameter.example}\``;
    delete parameter.example;
  }
}

// Swagger UI displays summaries as plain text, so their backticks are removed.
function plainSummaries(spec) {
  for (const operation of Object.values(spec.paths).flatMap((path) => Object.values(path))) {
    if (operation?.summary) operation.summary = operation.summary.replaceAll("`", "");
  }
}

// The same order for the operations of Swagger UI.
const compareOperations = (a, b) => byPath(a.toObject(), b.toObject());

// The parts of Swagger UI that the portal replaces.
function replacements({ React }) {
  return {
    // A link to the operation inside the button that opens it is an interactive element in
    // another (axe-core: nested-interactive). The overview has the links.
    components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
    // Swagger UI parses the document, which is JSON, as YAML. That takes ten times as long.
    statePlugins: {
      spec: { wrapActions: { parseToJson: (_, system) => (text) => system.specActions.updateJsonSpec(JSON.parse(text)) } },
    },
  };
}

// The first segment of the fragment names the context's tag, as in #/Accounts/getMyAccount.
function contextOfFragment() {
  const [, tag = ""] = location.hash.split("/");
  const title = decodeURIComponent(tag);
  return contexts.find((c) => c.title === title);
}

// The context and the version that the address names. Without any it is the first context.
function selected() {
  const query = new URLSearchParams(location.search);
  const context = contexts.find((c) => c.slug === query.get("context")) ?? contextOfFragment() ?? contexts[0];
  if (!context) throw new Error("the document has no operations");
  const version = context.versions.find((v) => v.name === query.get("version")) ?? context.versions[0];
  return { context, version };
}

function offerVersions({ context, version }) {
  const contextList = document.getElementById("context");
  const versionList = document.getElementById("version");
  for (const { slug, title } of contexts) contextList.add(new Option(title, slug, false, slug === context.slug));
  for (const { name } of context.versions) versionList.add(new Option(name || "Current", name, false, name === version.name));
  const show = (query) => location.assign(`?${new URLSearchParams(query)}`);
  contextList.addEventListener("change", () => show({ context: contextList.value }));
  versionList.addEventListener("change", () => show({ context: context.slug, version: versionList.value }));
  window.addEventListener("hashchange", () => {
    const other = contextOfFragment();
    if (other && other !== context) location.replace(location.pathname + location.hash);
  });
}

function start(spec) {
  keepOptionalEmpty(spec);
  plainSummaries(spec);
  spec.servers = JSON.parse(root.dataset.servers) ?? undefined;
  if (server) spec.servers = [{ url: new URL(server, location.href).href.replace(/\/$/, "") }];
  const operations = new Operations(spec);
  return new Promise((resolve) => {
    const ui = SwaggerUIBundle({
      spec: operations.part(),
      domNode: root,
      presets: [SwaggerUIBundle.presets.apis],
      plugins: [operationFilter(operations), replacements],
      layout: "BaseLayout",
      deepLinking: true,
      docExpansion: "list",
      operationsSorter: compareOperations,
      filter: true,
      displayRequestDuration: true,
      persistAuthorization: true,
      ...(sends ? {} : { supportedSubmitMethods: [] }),
      // The default sends the document to a validator on another origin.
      validatorUrl: null,
      onComplete: () => {
        showMoreAtEnd(operations, ui.getSystem().specActions);
        resolve(ui);
      },
    });
  });
}

// Tokens are fetched at each page load: those that Swagger UI has stored may have
// expired or belong to a cloud that no longer runs.
async function offerUsers(ui) {
  const picker = document.getElementById("user");
  const users = await fetchJSON(usersURL);
  for (const { name } of users) picker.add(new Option(name, name));
  const { authActions, specSelectors } = ui.getSystem();
  const select = (name) => {
    const user = users.find((u) => u.name === name);
    for (const scheme of schemes) {
      // preauthorizeApiKey fails together with persistAuthorization.
      const schema = specSelectors.specJson().getIn(["components", "securitySchemes", scheme]);
      if (user && schema) authActions.authorize({ [scheme]: { name: scheme, value: user.accessToken, schema } });
    }
    picker.value = user ? user.name : "";
    return user;
  };
  picker.addEventListener("change", async () => {
    localStorage.setItem(storageKey, picker.value);
    if (select(picker.value)) {
      statusLine.textContent = `Requests are sent as ${picker.value}.`;
    } else {
      authActions.logoutWithPersistOption(schemes);
      statusLine.textContent = "Requests are sent without a token until you enter one with Authorize.";
    }
  });
  const stored = localStorage.getItem(storageKey);
  select(stored === null && users.length > 0 ? users[0].name : stored);
}

async function load() {
  new MutationObserver(nameControls).observe(root, { childList: true, subtree: true });
  const selection = selected();
  offerVersions(selection);
  const ui = await start(await fetchJSON(selection.version.file));
  if (usersURL) await offerUsers(ui);
}

load().catch((error) => {
  statusLine.textContent = `The reference cannot be displayed: ${error.message}.`;
});
