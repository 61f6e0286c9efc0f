// SPDX-License-Identifier: Apache-2.0
// The map: slides through the months without asking the server, says what is under pointer or keys, opens a county.
// Without this file the page is a form and its table. The table follows the slider once it rests.
import { Drawing, isArrow } from "./drawing.js";
import { Figures } from "./figures.js";

const STEP = 250;  // ms of a month while it plays

class CountyMap {
  constructor(root, figures, atlas) {
    Object.assign(this, { root, figures, fips: "", playing: 0, asked: 0 });
    this.show = root.dataset.show;
    this.kind = root.dataset.kind;
    this.state = root.dataset.state;
    this.slider = root.querySelector("#map-slider");
    this.said = root.querySelector("[data-said]");
    this.select = document.querySelector(".ui-filter [name=month]");
    this.drawing = new Drawing(root.querySelector("[data-frame]"), atlas, figures.of);
    if (this.state) this.drawing.zoom(this.state);
    this.slider.max = figures.months - 1;
    root.querySelector("[data-first]").textContent = figures.nameOf(0);
    root.querySelector("[data-last]").textContent = figures.nameOf(figures.months - 1);
    this.turnTo(figures.numberOf(root.dataset.month));
    root.querySelector("[data-slide]").hidden = false;
    this.tell();
    this.listen();
  }

  listen() {
    const { svg } = this.drawing;
    this.slider.addEventListener("input", () => { this.stop(); this.turnTo(Number(this.slider.value)); });
    this.slider.addEventListener("change", () => this.fetchTable());
    this.root.querySelector("[data-play]").addEventListener("click", () => (this.playing ? this.rest() : this.play()));
    this.select.addEventListener("change", () => {
      this.stop();
      this.turnTo(this.figures.numberOf(this.select.value));
      this.fetchTable();
    });
    document.querySelector(".ui-filter [name=show]").addEventListener("change", (event) => {
      this.show = event.target.value;
      this.paint();
      this.fetchTable();
    });
    svg.addEventListener("pointermove", (event) => this.look(event.target.dataset.fips || ""));
    svg.addEventListener("click", (event) => this.open(event.target.dataset.fips));
    svg.addEventListener("focus", () => { if (!this.fips && svg.matches(":focus-visible")) this.look(this.drawing.next("")); });
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter") this.open(this.fips);
      else if (event.key === "Escape") this.look("");
      else if (isArrow(event.key)) this.look(this.drawing.next(this.fips, event.key));
      else return;
      event.preventDefault();
    });
  }

  turnTo(month) {
    const name = this.figures.nameOf(month);
    this.month = month;
    this.slider.value = month;
    this.slider.setAttribute("aria-valuetext", name);
    this.select.value = name;
    this.root.querySelector("[data-month-word]").textContent = name;
    const { now } = this.figures;
    this.root.querySelector("[data-when]").textContent =
      month > now ? ", a month to come" : month === now ? ", so far" : "";
    this.paint();
    if (this.fips) this.tell();
  }

  paint() {
    const { figures, month } = this;
    const key = (fips, show = this.show) => figures.keyOf(figures.of.get(fips), month, show);
    const listed = (fips) => !this.kind || this.kind === key(fips, "line") || this.kind === key(fips, "ready");
    this.drawing.paint(key, (fips) => fips.startsWith(this.state) && listed(fips));
    for (const legend of document.querySelectorAll("[data-legend]")) {
      const show = legend.dataset.legend;
      legend.hidden = show !== this.show;
      const counts = new Map();
      for (const [fips, index] of figures.of) {
        if (!fips.startsWith(this.state)) continue;
        const of = figures.keyOf(index, month, show);
        counts.set(of, (counts.get(of) || 0) + 1);
      }
      for (const count of legend.querySelectorAll("[data-count]")) count.textContent = counts.get(count.dataset.count) || 0;
      for (const link of legend.querySelectorAll("[data-entry]")) {
        const address = new URL(link.href);
        address.searchParams.set("month", figures.nameOf(month));
        link.href = address.href;
      }
    }
  }

  look(fips) {
    if (fips === this.fips) return;
    this.fips = fips;
    this.drawing.mark(fips);
    this.tell();
  }

  tell() {
    if (!this.fips) {
      this.said.replaceChildren("Point at a county, or move to the map with Tab and between counties with the arrow keys. "
        + "A click or Enter opens the county.");
      return;
    }
    const { name, kind, ...more } = this.figures.sentences(this.figures.of.get(this.fips), this.month);
    const link = document.createElement("a");
    Object.assign(link, { className: "usa-link", href: this.placeOf(this.fips), textContent: name });
    const strong = document.createElement("strong");
    strong.append(link, `: ${kind}`);
    this.said.replaceChildren(strong, Object.values(more).join(" · "));
  }

  placeOf(fips) {
    return this.root.dataset.place.replace("00000", fips);
  }

  open(fips) {
    if (fips) window.location.assign(this.placeOf(fips));
  }

  play() {
    if (this.month === this.figures.months - 1) this.turnTo(0);
    this.playing = setInterval(() => {
      if (this.month < this.figures.months - 1) this.turnTo(this.month + 1);
      else this.rest();
    }, STEP);
    this.root.querySelector("[data-play-word]").textContent = "Stop";
  }

  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    this.root.querySelector("[data-play-word]").textContent = "Play";
  }

  rest() {
    this.stop();
    this.fetchTable();
  }

  // The server's own rows for the month that is shown; the address follows.
  async fetchTable() {
    const address = new URL(window.location.href);
    address.searchParams.set("month", this.figures.nameOf(this.month));
    address.searchParams.set("show", this.show);
    address.searchParams.delete("page");
    const number = ++this.asked;
    const answer = await fetch(address);
    if (!answer.ok || number !== this.asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["counties", "filter-result"]) {
      document.getElementById(id).replaceWith(document.importNode(page.getElementById(id), true));
    }
    window.history.replaceState(null, "", address);
  }
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

const root = document.getElementById("county-map");
try {
  const [content, atlas] = await Promise.all([read(root.dataset.figures), read(root.dataset.atlas)]);
  new CountyMap(root, new Figures(content), atlas);
} catch (error) {
  root.querySelector("[data-said]").textContent = "The map could not be drawn. The table below says the same.";
  throw error;
}
