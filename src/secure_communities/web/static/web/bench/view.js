// SPDX-License-Identifier: Apache-2.0
// How one print lies in its window: a centre (image px), a zoom, a turn (degrees clockwise). No page, only numbers.
// Moves are given in window units (px of the print at zoom 1), measured from the middle of the window, so that two
// windows that are moved alike stay alike.

const CLOSEST = 12;
const FURTHEST = 0.5;

const turned = (x, y, degrees) => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [x * cos - y * sin, x * sin + y * cos];
};

export class View {
  constructor(width, height) {
    Object.assign(this, { width, height });
    this.fit();
  }

  // The whole print, upright, in the middle.
  fit() {
    Object.assign(this, { zoom: 1, turn: 0, x: this.width / 2, y: this.height / 2 });
  }

  move(across, down) {
    const [x, y] = turned(across / this.zoom, down / this.zoom, -this.turn);
    this.x = Math.min(Math.max(this.x - x, 0), this.width);
    this.y = Math.min(Math.max(this.y - y, 0), this.height);
  }

  // Closer or further, so that what lies under (across, down) stays there.
  zoomBy(factor, across = 0, down = 0) {
    const zoom = Math.min(Math.max(this.zoom * factor, FURTHEST), CLOSEST);
    const rest = 1 - zoom / this.zoom;
    const [x, y] = turned(across * rest, down * rest, -this.turn);
    this.x -= x / zoom;
    this.y -= y / zoom;
    this.zoom = zoom;
  }

  turnBy(degrees) {
    this.turn = ((this.turn + degrees + 540) % 360) - 180;
  }

  centre(x, y) {
    Object.assign(this, { x, y });
  }

  // The candidate laid on the probe: probe = R(turn) · candidate + (across, down), turn counter-clockwise as seen.
  layOn(probe, lie) {
    const [x, y] = turned(probe.x - lie.across, probe.y - lie.down, lie.turn);
    Object.assign(this, { zoom: probe.zoom, turn: probe.turn - lie.turn, x, y });
  }

  // As an SVG transform for a window of box.width × box.height units.
  transform(box) {
    return `translate(${box.width / 2} ${box.height / 2}) scale(${this.zoom}) rotate(${this.turn}) translate(${-this.x} ${-this.y})`;
  }
}
