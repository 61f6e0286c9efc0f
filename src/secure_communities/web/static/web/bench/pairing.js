// SPDX-License-Identifier: Apache-2.0
// The engine's pairs of one finger, drawn over both windows: numbers, lines, one of them chosen. Asked for, never at once.
import { draw } from "./side.js";

const RADIUS = 9;

export class Pairing {
  constructor(stage, address) {
    this.address = address;
    this.stage = stage;
    this.layer = draw("svg", { class: "bench-pairs", "aria-hidden": "true" }, stage);
    this.known = new Map();
    this.lines = true;
    this.clear();
  }

  clear() {
    Object.assign(this, { found: null, chosen: -1 });
    this.layer.replaceChildren();
  }

  async open(finger) {
    if (!this.known.has(finger)) {
      const answer = await fetch(this.address.replace("/0/pairs/", `/${finger}/pairs/`), { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      this.known.set(finger, await answer.json());
    }
    this.found = this.known.get(finger);
    this.chosen = -1;
    return this.found.pairs.length;
  }

  step(by) {
    const many = this.found?.pairs.length || 0;
    if (!many) return null;
    this.chosen = this.chosen < 0 ? (by > 0 ? 0 : many - 1) : (this.chosen + by + many) % many;
    return this.found.pairs[this.chosen];
  }

  show(probe, candidate) {
    this.layer.replaceChildren();
    if (!this.found || !probe || !candidate) return;
    const home = this.layer.getBoundingClientRect();
    const windows = [probe, candidate].map((side) => side.svg.getBoundingClientRect());
    const inside = ([x, y], frame) => x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
    this.found.pairs.forEach(([ax, ay, bx, by], index) => {
      const ends = [probe.onScreen(ax, ay), candidate.onScreen(bx, by)];
      const seen = ends.map((end, side) => inside(end, windows[side]));
      const [[x1, y1], [x2, y2]] = ends.map(([x, y]) => [x - home.left, y - home.top]);
      const group = draw("g", { class: index === this.chosen ? "bench-pair bench-pair--chosen" : "bench-pair" });
      if (seen[0] && seen[1] && (this.lines || index === this.chosen)) draw("line", { x1, y1, x2, y2 }, group);
      [[x1, y1], [x2, y2]].forEach(([x, y], side) => {
        if (!seen[side]) return;
        draw("circle", { cx: x, cy: y, r: RADIUS }, group);
        draw("text", { x, y: y - RADIUS - 2, "text-anchor": "middle" }, group).textContent = String(index + 1);
      });
      this.layer.append(group);
    });
    this.layer.querySelector(".bench-pair--chosen")?.parentNode.append(this.layer.querySelector(".bench-pair--chosen"));
  }
}
