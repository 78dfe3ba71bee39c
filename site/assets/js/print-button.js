import { Component } from "govuk-frontend/dist/govuk/component.mjs";

/** A button that prints the page; it is hidden until it works. */
export class PrintButton extends Component {
  static moduleName = "print-button";

  constructor(root) {
    super(root);
    this.$root.hidden = false;
    this.$root.addEventListener("click", () => window.print());
  }
}
