// SPDX-License-Identifier: Apache-2.0
// The viewer of the comparison: one pair of fingers at a time, both prints moved alike, pairs on demand, keys for all.
// Without this file the page shows all fingers one below the other, and the conclusion is sent all the same.
import { Effort } from "./effort.js";
import { Keys } from "./keys.js";
import { Pairing } from "./pairing.js";
import { listen } from "./pointer.js";
import { draw, Side } from "./side.js";

const LOOKED_AFTER = 1500;  // ms a finger must have been on screen to count as looked at
const STEP = 40;  // px of the print that an arrow key moves at zoom 1
const form = () => document.querySelector("form.ui-form");

class Bench {
  constructor(root, effort) {
    Object.assign(this, { root, effort, together: true, active: "probe", pairsOn: false, laid: false });
    this.stage = root.querySelector("[data-stage]");
    this.said = root.querySelector("[data-said]");
    this.sides = [...root.querySelectorAll("[data-side]")].map((figure) => new Side(figure));
    this.links = [...root.querySelectorAll(".bench-strip [data-finger]")];
    this.fingers = this.links.map((link) => Number(link.dataset.finger));
    this.pairing = new Pairing(this.stage, root.dataset.pairs);
    this.keys = new Keys(root, (does, value, byKey) => this.act(does, value, byKey));
    this.prepare();
    this.turnTo(this.fingers[0]);
  }

  prepare() {
    this.root.classList.add("bench--live");
    this.root.querySelector(".bench-tools").hidden = false;
    this.root.querySelector("[data-act=help]").hidden = false;
    this.root.querySelector("[data-plain]").hidden = true;
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "group");
    this.stage.setAttribute("aria-label", "Prints: arrow keys move them, press question mark for all keys");
    const change = (tool, how, side) => this.change(tool, how, side);
    for (const side of this.sides) {
      listen(side, this.stage, change);
      const small = side.image && this.links.find((link) => Number(link.dataset.finger) === side.finger);
      if (small) {
        const picture = draw("svg", { viewBox: `0 0 ${side.view.width} ${side.view.height}` });
        picture.append(side.image.cloneNode());
        small.querySelector(".bench-strip__pictures").append(picture);
      }
    }
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      const link = event.target.closest(".bench-strip [data-finger]");
      if (button) this.act(button.dataset.act);
      if (link) {
        event.preventDefault();
        this.turnTo(Number(link.dataset.finger));
        this.stage.scrollIntoView({ block: "nearest" });
      }
    });
    for (const range of this.root.querySelectorAll("[data-range]")) {
      range.addEventListener("input", () => this.light(range, Number(range.value)));
    }
    this.marks().addEventListener("change", () => this.press("marks", this.marks().checked));
    new ResizeObserver(() => this.draw()).observe(this.stage);
    addEventListener("scroll", () => this.draw(), { passive: true });
  }

  pair() {
    return this.sides.filter((side) => side.finger === this.finger);
  }

  side(name) {
    return this.pair().find((side) => side.name === name);
  }

  turnTo(finger) {
    if (!this.fingers.includes(finger)) return;
    this.finger = finger;
    for (const side of this.sides) side.figure.classList.toggle("bench-current", side.finger === finger);
    for (const link of this.links) {
      const here = Number(link.dataset.finger) === finger;
      if (here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      if (here) link.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    }
    const box = { width: 0, height: 0 };
    for (const { view } of this.pair()) {
      box.width = Math.max(box.width, view.width);
      box.height = Math.max(box.height, view.height);
    }
    for (const side of this.pair()) side.frame(box);
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.looked(finger), LOOKED_AFTER);
    this.pairing.clear();
    this.setLaid(false);
    if (this.pairsOn) this.openPairs();
    this.draw();
    this.tell();
  }

  looked(finger) {
    this.effort.looked(finger);
    const note = this.links.find((link) => Number(link.dataset.finger) === finger).querySelector("[data-looked]");
    if (!note.dataset.done) note.textContent = [note.textContent, "looked at"].filter(Boolean).join(", ");
    note.dataset.done = "1";
  }

  name() {
    return this.links.find((link) => Number(link.dataset.finger) === this.finger)
      .querySelector(".bench-strip__name").textContent.replace(/^\d+\s*/, "");
  }

  tell(more = "") {
    const { view } = this.side(this.active) || this.pair()[0];
    const parts = [this.name(), `${Math.round(view.zoom * 100)} %`];
    if (Math.round(view.turn)) parts.push(`turned ${Math.round(view.turn)}°`);
    if (!this.together) parts.push(`only the ${this.active} moves`);
    if (more) parts.push(more);
    this.said.textContent = parts.join(" · ");
  }

  draw() {
    for (const side of this.pair()) side.show();
    this.pairing.show(this.side("probe"), this.side("candidate"));
  }

  // One change of the view: of both sides, or of the one touched or chosen.
  change(tool, how, touched) {
    if (touched && !this.together) this.choose(touched.name);
    for (const side of this.pair()) if (this.together || side.name === this.active) how(side.view);
    this.effort.used(tool);
    this.draw();
    this.tell();
  }

  choose(name) {
    this.active = name;
    this.root.querySelector("[data-act=side]").textContent = `Moves: ${name}`;
    for (const side of this.sides) side.figure.classList.toggle("bench-alone", !this.together && side.name === name);
  }

  press(act, on) {
    this.root.querySelector(`[data-act=${act}]`).setAttribute("aria-pressed", String(on));
  }

  marks() {
    return this.root.querySelector(".ui-fingers__switch");
  }

  light(range, value) {
    range.value = value;
    const name = range.dataset.range;
    this.root.style.setProperty(`--${name}`, String(Number(range.value) / 100));
    this.effort.used(name);
    this.tell(`${name} ${range.value} %`);
  }

  setLaid(on) {
    this.laid = on;
    this.press("align", on);
  }

  async openPairs() {
    const finger = this.finger;
    try {
      const many = this.side("probe") && this.side("candidate") && this.hasBoth() ? await this.pairing.open(finger) : 0;
      if (finger !== this.finger || !this.pairsOn) return;
      this.draw();
      this.tell(many ? `${many} pairs by the engine` : "no pairs by the engine");
    } catch {
      this.tell("the pairs could not be fetched: open the page again");
    }
  }

  hasBoth() {
    return !this.links.find((link) => Number(link.dataset.finger) === this.finger).classList.contains("bench-strip__lone");
  }

  act(does, value, byKey = false) {
    if (byKey) this.effort.used("keys");
    if (byKey && !["decide", "help"].includes(does)) this.stage.scrollIntoView({ block: "nearest" });
    const range = (name) => this.root.querySelector(`[data-range=${name}]`);
    const shade = (name, by) => this.light(range(name), Number(range(name).value) + by);
    const place = this.fingers.indexOf(this.finger);
    const many = this.fingers.length;
    const acts = {
      finger: () => this.turnTo(value),
      next: () => this.turnTo(this.fingers[(place + 1) % many]),
      previous: () => this.turnTo(this.fingers[(place + many - 1) % many]),
      "zoom-in": () => this.change("zoom", (view) => view.zoomBy(1.25)),
      "zoom-out": () => this.change("zoom", (view) => view.zoomBy(0.8)),
      pan: () => this.change("pan", (view) => view.move(value[0] * STEP, value[1] * STEP)),
      turn: () => this.change("rotate", (view) => view.turnBy(2)),
      "turn-back": () => this.change("rotate", (view) => view.turnBy(-2)),
      fit: () => { this.setLaid(false); this.change("zoom", (view) => view.fit()); },
      lock: () => this.lock(),
      side: () => { if (!this.together) { this.choose(this.active === "probe" ? "candidate" : "probe"); this.tell(); } },
      "contrast-up": () => shade("contrast", 20), "contrast-down": () => shade("contrast", -20),
      "brightness-up": () => shade("brightness", 10), "brightness-down": () => shade("brightness", -10),
      invert: () => this.invert(),
      marks: () => this.toggleMarks(),
      pairs: () => this.togglePairs(),
      "pair-next": () => this.stepPair(1), "pair-back": () => this.stepPair(-1),
      lines: () => { this.pairing.lines = !this.pairing.lines; this.press("lines", this.pairing.lines); this.draw(); },
      align: () => this.align(),
      decide: () => form()?.querySelector("input:not([type=hidden])")?.focus(),
      help: () => this.root.querySelector("dialog").showModal(),
    };
    acts[does]?.();
  }

  lock() {
    this.together = !this.together;
    this.press("lock", this.together);
    this.root.querySelector("[data-act=lock] span").textContent = this.together ? "Sides together" : "One side alone";
    this.root.querySelector("[data-act=side]").hidden = this.together;
    this.choose(this.active);
    this.effort.used("unlock");
    this.tell(this.together ? "both sides move together" : "");
  }

  invert() {
    const on = this.root.classList.toggle("bench--inverted");
    this.press("invert", on);
    this.effort.used("invert");
    this.tell(on ? "inverted" : "not inverted");
  }

  toggleMarks() {
    this.marks().checked = !this.marks().checked;
    this.press("marks", this.marks().checked);
    this.effort.used("marks");
    this.tell(this.marks().checked ? "minutiae shown" : "minutiae hidden");
  }

  togglePairs() {
    this.pairsOn = !this.pairsOn;
    this.press("pairs", this.pairsOn);
    this.root.querySelector("[data-pair-tools]").hidden = !this.pairsOn;
    this.effort.used("pairs");
    if (this.pairsOn) return this.openPairs();
    this.pairing.clear();
    this.tell("pairs hidden");
    return null;
  }

  stepPair(by) {
    const found = this.pairsOn && this.pairing.step(by);
    if (!found) return;
    const closer = Math.max(this.side("probe").view.zoom, 2.5);
    this.side("probe").view.centre(found[0], found[1]);
    this.side("candidate").view.centre(found[2], found[3]);
    for (const { view } of this.pair()) view.zoom = closer;
    this.draw();
    this.tell(`pair ${this.pairing.chosen + 1} of ${this.pairing.found.pairs.length}`);
  }

  align() {
    const lie = this.pairsOn && this.pairing.found?.lie;
    if (!lie) return;
    this.setLaid(!this.laid);
    const [probe, candidate] = [this.side("probe").view, this.side("candidate").view];
    if (this.laid) candidate.layOn(probe, lie);
    else candidate.turn = probe.turn;
    this.effort.used("align");
    this.draw();
    this.tell(this.laid ? "the candidate lies as the engine lays it" : "the candidate is upright again");
  }
}

let bench = null;
let effort = null;

const start = () => {
  const root = document.querySelector("#prints.bench:not(.bench--live)");
  if (!root) return;
  effort ??= new Effort(root.dataset.examination, () => document.querySelector("#id_effort"));
  bench = new Bench(root, effort);
};

start();
document.addEventListener("htmx:load", start);  // another candidate was put in
document.addEventListener("keydown", (event) => bench?.keys.pressed(event, bench.stage));
