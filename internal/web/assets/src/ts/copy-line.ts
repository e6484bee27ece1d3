// <copy-line> is a field to copy from, with a button that does it. Without this script the field can be copied by hand.

class CopyLine extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    if (!input || !button) return;
    button.hidden = false;
    input.addEventListener("focus", () => input.select());
    button.addEventListener("click", () => {
      input.select();
      void navigator.clipboard?.writeText(input.value).then(() => {
        const done = this.dataset["done"] ?? "";
        button.textContent = done;
        const status = this.querySelector("[role=status]");
        if (status) status.textContent = done;
      });
    });
  }
}

customElements.define("copy-line", CopyLine);
