// SPDX-License-Identifier: Apache-2.0
// Keys of the viewer, as the table of the help lists them. They can be switched off (WCAG 2.1.4) and never act while
// somebody writes, chooses in a form, or holds Ctrl, Alt or Meta.

const STORED = "bench-keys-off";
const WRITING = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Keys {
  constructor(root, act) {
    this.table = new Map([...root.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row.dataset.does]));
    this.act = act;
    this.on = localStorage.getItem(STORED) === null;
    const box = root.querySelector("[data-keys-on]");
    box.checked = this.on;
    box.addEventListener("change", () => {
      this.on = box.checked;
      if (this.on) localStorage.removeItem(STORED);
      else localStorage.setItem(STORED, "1");
    });
  }

  pressed(event, stage) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || event.target.closest?.(WRITING)) return;
    if (event.key in ARROWS) {  // arrows belong to the prints only while these have the focus
      if (event.target !== stage) return;
      event.preventDefault();
      this.act("pan", ARROWS[event.key]);
      return;
    }
    if (!this.on) return;
    const digit = /^[0-9]$/.test(event.key);
    const does = digit ? "finger" : this.table.get(event.key) || this.table.get({ "=": "+", _: "-" }[event.key] || "");
    if (!does) return;
    event.preventDefault();
    this.act(does, digit ? Number(event.key) || 10 : undefined, true);
  }
}
