// The search of the overview: it hides the rows that do not contain every term.
"use strict";

const search = document.getElementById("search");
const found = document.getElementById("found");
const noMatch = document.getElementById("no-match");
const contexts = Array.from(document.querySelectorAll("section.context"), (section) => ({
  section,
  jump: document.querySelector(`nav.jump a[href="#${section.id}"]`),
  rows: Array.from(section.querySelectorAll("tbody tr")),
}));
const summary = found.textContent;

function filter() {
  const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let operations = 0;
  let groups = 0;
  for (const { section, jump, rows } of contexts) {
    let shown = 0;
    for (const row of rows) {
      row.hidden = !terms.every((term) => row.dataset.search.includes(term));
      shown += row.hidden ? 0 : 1;
    }
    section.hidden = jump.hidden = terms.length > 0 && shown === 0;
    jump.querySelector("span").textContent = shown;
    operations += shown;
    groups += shown > 0 ? 1 : 0;
  }
  noMatch.hidden = terms.length === 0 || operations > 0;
  const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  found.textContent = terms.length === 0 ? summary : `${plural(operations, "operation")} found in ${plural(groups, "context")}`;
}

// The search is part of the URL, so that it can be shared and survives navigation.
function remember() {
  const url = new URL(location.href);
  if (search.value) url.searchParams.set("q", search.value);
  else url.searchParams.delete("q");
  history.replaceState(null, "", url);
}

search.value = new URLSearchParams(location.search).get("q") || "";
filter();
search.addEventListener("input", () => {
  filter();
  remember();
});

document.addEventListener("keydown", (event) => {
  const inField = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});
