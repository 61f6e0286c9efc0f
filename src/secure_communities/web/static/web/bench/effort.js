// SPDX-License-Identifier: Apache-2.0
// What was used while looking: seconds in which the page was visible, fingers, tools. Codes, sent with the conclusion.

export class Effort {
  constructor(examination, field) {
    this.key = `bench-${examination}`;
    this.field = field;
    const kept = JSON.parse(sessionStorage.getItem(this.key) || "{}");
    this.seconds = kept.seconds || 0;
    this.fingers = new Set(kept.fingers);
    this.tools = new Set(kept.tools);
    this.since = document.visibilityState === "visible" ? performance.now() : null;
    document.addEventListener("visibilitychange", () => this.keep());
    addEventListener("pagehide", () => this.keep());
    for (const moment of ["focusin", "submit"]) {
      document.addEventListener(moment, (event) => event.target.closest?.("form.ui-form") && this.keep(), true);
    }
  }

  used(tool) {
    this.tools.add(tool);
  }

  looked(finger) {
    this.fingers.add(finger);
    this.keep();
  }

  keep() {
    const now = performance.now();
    if (this.since !== null) this.seconds += (now - this.since) / 1000;
    this.since = document.visibilityState === "visible" ? now : null;
    const said = JSON.stringify({
      seconds: Math.round(this.seconds), fingers: [...this.fingers].sort((a, b) => a - b), tools: [...this.tools].sort(),
    });
    sessionStorage.setItem(this.key, said);
    if (this.field()) this.field().value = said;
  }
}
