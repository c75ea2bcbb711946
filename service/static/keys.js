/* Keys for those who read many results; without this script nothing is missing but them. */

// The search box of portals keeps its input in a shadow tree: what was really typed into is first on the path.
const typing = (event) => event.composedPath()[0].closest?.("input, textarea, select, [contenteditable]") != null;
const hits = () => Array.from(document.querySelectorAll(".hit-title a"));

function step(by) {
  const all = hits();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "center" });
}

const actions = {
  "/": () => { const box = document.getElementById("q"); box?.focus(); box?.select(); },
  j: () => step(1),
  k: () => step(-1),
  n: () => document.querySelector("a[rel~=next]")?.click(),
  p: () => document.querySelector("a[rel~=prev]")?.click(),
  "?": () => { const help = document.getElementById("phim-tat"); help?.open ? help.close() : help?.showModal(); },
};

document.querySelector("#phim-tat button")?.addEventListener("click", () => actions["?"]());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event)) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
