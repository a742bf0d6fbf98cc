// The reference: Swagger UI, and the selection of the user for requests.
"use strict";

const root = document.getElementById("reference");
const { document: documentURL, server, users: usersURL } = root.dataset;
const schemes = root.dataset.schemes.split(" ").filter(Boolean);
const sends = root.dataset.sends === "true";
const statusLine = document.getElementById("status");
const storageKey = "portal.user";

async function fetchJSON(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${url} returned ${response.status}`);
  return response.json();
}

// Swagger UI filters only by tag. This plugin also filters operations and adds a
// label to the field.
function operationFilter({ React, Im }) {
  const textOf = (operation, tag) => {
    const o = operation.get("operation");
    const scopes = o.get("x-scopes", Im.List()).join(" ");
    return [tag, operation.get("method"), operation.get("path"), o.get("summary"), o.get("operationId"), scopes].join(" ").toLowerCase();
  };
  const opsFilter = (groups, phrase) => {
    const terms = phrase.toLowerCase().split(/\s+/).filter(Boolean);
    const keep = (operation, tag) => terms.every((term) => textOf(operation, tag).includes(term));
    return groups
      .map((group, tag) => group.set("operations", group.get("operations").filter((operation) => keep(operation, tag))))
      .filter((group) => group.get("operations").size > 0);
  };
  const FilterContainer = ({ layoutSelectors, layoutActions }) => {
    const phrase = layoutSelectors.currentFilter();
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
        onChange: (event) => layoutActions.updateFilter(event.target.value || true),
      }),
    );
  };
  return { fn: { opsFilter }, components: { FilterContainer } };
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

// The order of the overview: by path, then by method.
const methods = ["get", "head", "post", "put", "patch", "delete"];
function compareOperations(a, b) {
  const [pathA, pathB] = [a.get("path"), b.get("path")];
  if (pathA !== pathB) return pathA < pathB ? -1 : 1;
  const rank = (operation) => (methods.includes(operation.get("method")) ? methods.indexOf(operation.get("method")) : methods.length);
  return rank(a) - rank(b);
}

function start(spec) {
  keepOptionalEmpty(spec);
  plainSummaries(spec);
  if (server) spec.servers = [{ url: new URL(server, location.href).href.replace(/\/$/, "") }];
  return new Promise((resolve) => {
    const ui = SwaggerUIBundle({
      spec,
      domNode: root,
      presets: [SwaggerUIBundle.presets.apis],
      plugins: [operationFilter],
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
      onComplete: () => resolve(ui),
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
      if (user) authActions.authorize({ [scheme]: { name: scheme, value: user.accessToken, schema } });
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
  const ui = await start(await fetchJSON(documentURL));
  if (usersURL) await offerUsers(ui);
}

load().catch((error) => {
  statusLine.textContent = `The reference cannot be displayed: ${error.message}.`;
});
