// SPDX-License-Identifier: Apache-2.0
// The figures of all counties in all months, as /map/counties.json gives them: flat arrays of steps, each its month
// (counted from the first) and the values that hold from then on. Every rule is the server's; this looks up alone.

export class Figures {
  constructor(content) {
    Object.assign(this, content);
    this.of = new Map(this.fips.map((code, index) => [code, index]));
    const [year, month] = this.first.split("-").map(Number);
    this.start = year * 12 + month - 1;
  }

  nameOf(month) {
    const count = this.start + month;
    return `${Math.floor(count / 12)}-${String(count % 12 + 1).padStart(2, "0")}`;
  }

  numberOf(name) {
    const [year, month] = name.split("-").map(Number);
    return year * 12 + month - 1 - this.start;
  }

  // What the legend calls a county in a month.
  keyOf(index, month, show) {
    if (show === "line") {
      const found = at(this.kind[index], 2, month);
      return this.kinds[found ? found[0] : this.kinds.length - 1];
    }
    const found = at(this.ready[index], 4, month);
    return found ? `level-${found[0]}` : "unknown";
  }

  // The county's row of the table, as sentences.
  sentences(index, month) {
    const kind = this.kinds.indexOf(this.keyOf(index, month, "line"));
    const said = at(this.said[index], 2, month) || [0];
    const oris = at(this.oris[index], 3, month) || [0, 0];
    const ready = at(this.ready[index], 4, month);
    const planned = this.planned[index];
    const state = this.fips[index].slice(0, 2);
    const reduced = oris[0] && this.reduced.includes(state) ? `, ${this.reduced_words}` : "";
    return {
      name: `${this.names[index]}, ${this.states[state]}`,
      kind: this.kind_words[kind],
      register: `Register: ${this.said_words[said[0]]}`,
      oris: `ORIs that submitted: ${month > this.now ? "not known yet" : `${oris[0]} of ${oris[1]}${reduced}`}`,
      ready: `Ready: ${ready ? `${ready[1]} %, ${ready[2]} of ${this.inputs} known` : "not known"}`,
      planned: `Planned: ${planned === null ? "no" : this.nameOf(planned)}`,
    };
  }
}

function at(steps, width, month) {
  let found = null;
  for (let place = 0; place < steps.length && steps[place] <= month; place += width) {
    found = steps.slice(place + 1, place + width);
  }
  return found;
}
