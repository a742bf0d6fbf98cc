// The search of the overview: it hides the rows that lack a word.
"use strict";

const search = document.getElementById("search");
const found = document.getElementById("found");
const none = document.getElementById("none");
const contexts = Array.from(document.querySelectorAll("section.context"), (section) => ({
  section,
  jump: document.querySelector(`nav.jump a[href="#${section.id}"]`),
  rows: Array.from(section.querySelectorAll("tbody tr")),
}));
const everything = found.textContent;

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let operations = 0;
  let groups = 0;
  for (const { section, jump, rows } of contexts) {
    let here = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.search.includes(word));
      here += row.hidden ? 0 : 1;
    }
    section.hidden = jump.hidden = words.length > 0 && here === 0;
    jump.querySelector("span").textContent = here;
    operations += here;
    groups += here > 0 ? 1 : 0;
  }
  none.hidden = words.length === 0 || operations > 0;
  const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  found.textContent = words.length === 0 ? everything : `${plural(operations, "operation")} found in ${plural(groups, "context")}`;
}

// The words stand in the address, so that a search can be shared and survives going back.
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
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});
