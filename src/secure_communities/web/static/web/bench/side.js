// SPDX-License-Identifier: Apache-2.0
// One print of a pair: the figure the server drew, made into a window on a scene that can be moved.
import { View } from "./view.js";

const SVG = "http://www.w3.org/2000/svg";

export const draw = (name, attributes = {}, parent = null) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
};

export class Side {
  constructor(figure) {
    this.figure = figure;
    this.name = figure.dataset.side;
    this.finger = Number(figure.dataset.finger);
    this.svg = figure.querySelector("svg");
    const { width, height } = this.svg.viewBox.baseVal;
    this.scene = draw("g", { class: "bench-scene" });
    this.scene.append(...this.svg.childNodes);
    this.svg.append(this.scene);
    this.image = this.scene.querySelector("image");
    this.view = new View(width, height);
    this.box = { width, height };
  }

  // Both windows of a pair get one size, so that both prints are shown at one scale.
  frame(box) {
    this.box = box;
    this.svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    this.show();
  }

  show() {
    this.scene.setAttribute("transform", this.view.transform(this.box));
  }

  // Window units in one CSS px, and the middle of the window on the screen.
  scale() {
    return 1 / (this.svg.getScreenCTM()?.a || 1);
  }

  fromMiddle(event) {
    const here = this.svg.getBoundingClientRect();
    const scale = this.scale();
    return [(event.clientX - here.left - here.width / 2) * scale, (event.clientY - here.top - here.height / 2) * scale];
  }

  onScreen(x, y) {
    const found = new DOMPoint(x, y).matrixTransform(this.scene.getScreenCTM());
    return [found.x, found.y];
  }
}
