// SPDX-License-Identifier: Apache-2.0
// The outlines as one drawing: painted by the keys of the legend, with one county marked, and steps to its neighbours.
// The atlas is projected already, so that its points are points of the drawing (975 wide, 610 high).

const SPACE = "http://www.w3.org/2000/svg";
const AHEAD = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Drawing {
  constructor(frame, atlas, known) {
    const { topojson, d3 } = globalThis;
    this.path = d3.geoPath(null);
    this.svg = draw("svg", { viewBox: "0 0 975 610", tabindex: "0", role: "group", "aria-labelledby": "map-title" });
    this.shapes = new Map();
    for (const county of topojson.feature(atlas, atlas.objects.counties).features) {
      const outline = this.path(county);
      if (!outline) continue;
      const element = draw("path", { d: outline, class: "map-unlisted" });
      this.svg.append(element);
      if (!known.has(county.id)) continue;
      element.dataset.fips = county.id;
      this.shapes.set(county.id, { element, county, centre: this.path.centroid(county), key: "" });
    }
    const borders = topojson.mesh(atlas, atlas.objects.states, (one, other) => one !== other);
    this.svg.append(draw("path", { d: this.path(borders), class: "map-states", "pointer-events": "none" }));
    this.here = draw("path", { class: "map-here" });
    this.svg.append(this.here);
    frame.replaceChildren(this.svg);
  }

  // `keyOf(fips)` names the entry of the legend; `stands(fips)`: whether the county is among those looked for.
  paint(keyOf, stands) {
    for (const [fips, shape] of this.shapes) {
      const key = `map-county map-${keyOf(fips)}${stands(fips) ? "" : " map-dim"}`;
      if (key === shape.key) continue;
      shape.key = key;
      shape.element.setAttribute("class", key);
    }
  }

  mark(fips) {
    this.here.setAttribute("d", fips ? this.shapes.get(fips).element.getAttribute("d") : "");
  }

  // Show the counties of one state only as large as they fit.
  zoom(state) {
    const features = [...this.shapes].filter(([fips]) => fips.startsWith(state)).map(([, shape]) => shape.county);
    const [[left, top], [right, bottom]] = this.path.bounds({ type: "FeatureCollection", features });
    const room = Math.max(right - left, bottom - top) * 0.06;
    const box = [left - room, top - room, right - left + 2 * room, bottom - top + 2 * room];
    if (box.every(Number.isFinite)) this.svg.setAttribute("viewBox", box.map((one) => one.toFixed(1)).join(" "));
  }

  // The county an arrow key leads to: near, and rather ahead than aside. Without one to start from, the one in the middle.
  next(fips, arrow) {
    const [x, y] = fips ? this.shapes.get(fips).centre : middle(this.svg);
    const [right, down] = fips ? AHEAD[arrow] : [0, 0];
    let found = fips, least = Infinity;
    for (const [code, { centre }] of this.shapes) {
      const ahead = (centre[0] - x) * right + (centre[1] - y) * down;
      const aside = Math.abs((centre[0] - x) * down) + Math.abs((centre[1] - y) * right);
      const cost = fips ? Math.hypot(ahead, 2 * aside) : Math.hypot(centre[0] - x, centre[1] - y);
      if (code !== fips && cost < least && (!fips || ahead > aside)) [found, least] = [code, cost];
    }
    return found;
  }
}

export const isArrow = (key) => key in AHEAD;

function middle(svg) {
  const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  return [x + width / 2, y + height / 2];
}

function draw(name, attributes) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
