// SPDX-License-Identifier: Apache-2.0
// Mouse, pen and fingers on a print: drag to move, Shift and drag to turn, two fingers to zoom, turn and move.

const angle = ([a, b]) => (Math.atan2(b.clientY - a.clientY, b.clientX - a.clientX) * 180) / Math.PI;
const apart = ([a, b]) => Math.hypot(b.clientX - a.clientX, b.clientY - a.clientY) || 1;

export function listen(side, stage, change) {
  const down = new Map();
  const svg = side.svg;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    svg.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
    stage.focus({ preventScroll: true });
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => down.delete(event.pointerId));
  svg.addEventListener("pointermove", (event) => {
    const last = down.get(event.pointerId);
    if (!last) return;
    const before = [...down.values()];
    down.set(event.pointerId, event);
    const [dx, dy] = [(event.clientX - last.clientX) * side.scale(), (event.clientY - last.clientY) * side.scale()];
    if (before.length === 2) {
      const after = [...down.values()];
      const [x, y] = side.fromMiddle({
        clientX: (after[0].clientX + after[1].clientX) / 2, clientY: (after[0].clientY + after[1].clientY) / 2,
      });
      change("zoom", (view) => view.zoomBy(apart(after) / apart(before), x, y), side);
      change("rotate", (view) => view.turnBy(angle(after) - angle(before)), side);
      change("pan", (view) => view.move(dx / 2, dy / 2), side);
    } else if (event.shiftKey) {
      change("rotate", (view) => view.turnBy((event.clientX - last.clientX) / 3), side);
    } else {
      change("pan", (view) => view.move(dx, dy), side);
    }
  });
  svg.addEventListener("wheel", (event) => {
    if (document.activeElement !== stage && !event.ctrlKey) return;  // the page scrolls until the prints are chosen
    event.preventDefault();
    const [x, y] = side.fromMiddle(event);
    change("zoom", (view) => view.zoomBy(Math.exp(-event.deltaY / 400), x, y), side);
  }, { passive: false });
}
