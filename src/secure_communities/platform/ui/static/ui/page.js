// SPDX-License-Identifier: Apache-2.0
// Conveniences only: every page works without this file.
document.addEventListener("DOMContentLoaded", () => {
  // Copy buttons appear where the browser can copy.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  }
  document.querySelector("[data-focus]")?.focus();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    const word = button.querySelector("[data-copy-word]");
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    word.textContent = "Copied";
    setTimeout(() => { word.textContent = "Copy"; }, 2000);
    return;
  }
  // A menu closes when something else is clicked.
  for (const menu of document.querySelectorAll(".ui-user[open], .ui-nav__small[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".ui-user[open], .ui-nav__small[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A part that htmx has put in may hold copy buttons too.
document.addEventListener("htmx:load", (event) => {
  if (!navigator.clipboard) return;
  for (const button of event.target.querySelectorAll("[data-copy]")) button.hidden = false;
});
