// The reference: Swagger UI, and the choice of whom requests are sent as.
"use strict";

const root = document.getElementById("reference");
const { document: documentURL, server, users: usersURL } = root.dataset;
const schemes = root.dataset.schemes.split(" ").filter(Boolean);
const sends = root.dataset.sends === "true";
const statusLine = document.getElementById("status");
const remembered = "portal.user";

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
  return answer.json();
}

// Swagger UI filters by tag only; this plugin looks at operations, too, and
// gives the field a label.
function operationFilter({ React, Im }) {
  const textOf = (operation, tag) => {
    const o = operation.get("operation");
    const scopes = o.get("x-scopes", Im.List()).join(" ");
    return [tag, operation.get("method"), operation.get("path"), o.get("summary"), o.get("operationId"), scopes].join(" ").toLowerCase();
  };
  const opsFilter = (groups, phrase) => {
    const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
    const keep = (operation, tag) => words.every((word) => textOf(operation, tag).includes(word));
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

// Controls of Swagger UI that have no name of their own, and what they are.
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

// Swagger UI fills examples in and sends them, also where nothing needs to be
// sent: with If-None-Match the first answer would be 304 without a body. So the
// examples of optional parameters become words.
function keepOptionalEmpty(spec) {
  const shared = Object.values(spec.components?.parameters ?? {});
  const own = Object.values(spec.paths).flatMap((path) => Object.values(path).flatMap((operation) => operation?.parameters ?? []));
  for (const parameter of [...shared, ...own]) {
    if (parameter.required || parameter.example === undefined) continue;
    parameter.description = `${parameter.description ?? ""}\n\nExample: \`${parameter.example}\``;
    delete parameter.example;
  }
}

function start(spec) {
  keepOptionalEmpty(spec);
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
      filter: true,
      displayRequestDuration: true,
      persistAuthorization: true,
      ...(sends ? {} : { supportedSubmitMethods: [] }),
      // Else it would ask a service on another origin about the document.
      validatorUrl: null,
      onComplete: () => resolve(ui),
    });
  });
}

// Tokens are asked for anew at each load: those that Swagger UI has kept may have
// expired, or be of a cloud that is gone.
async function offerUsers(ui) {
  const picker = document.getElementById("user");
  const users = await json(usersURL);
  for (const { name } of users) picker.add(new Option(name, name));
  const { authActions, specSelectors } = ui.getSystem();
  const become = (name) => {
    const user = users.find((u) => u.name === name);
    for (const scheme of schemes) {
      // Not preauthorizeApiKey: with persistAuthorization it trips over its own schema.
      const schema = specSelectors.specJson().getIn(["components", "securitySchemes", scheme]);
      if (user) authActions.authorize({ [scheme]: { name: scheme, value: user.accessToken, schema } });
    }
    picker.value = user ? user.name : "";
    return user;
  };
  picker.addEventListener("change", async () => {
    localStorage.setItem(remembered, picker.value);
    if (become(picker.value)) {
      statusLine.textContent = `Requests are sent as ${picker.value}.`;
    } else {
      authActions.logoutWithPersistOption(schemes);
      statusLine.textContent = "Requests are sent without a token, until you give one with Authorize.";
    }
  });
  const chosen = localStorage.getItem(remembered);
  become(chosen === null && users.length > 0 ? users[0].name : chosen);
}

async function load() {
  new MutationObserver(nameControls).observe(root, { childList: true, subtree: true });
  const ui = await start(await json(documentURL));
  if (usersURL) await offerUsers(ui);
}

load().catch((error) => {
  statusLine.textContent = `The reference could not be shown: ${error.message}.`;
});
