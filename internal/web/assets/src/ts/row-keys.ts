// <row-keys> lets the rows of a list be walked by the keyboard: j and k (or the arrows once a row has the focus) go from row to row, whose
// link Enter opens; / goes to the search above it. Where somebody writes, keys are letters.

const writing = "input, textarea, select, dialog, [contenteditable]";

class RowKeys extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.#key);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#key);
  }

  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    if (target.closest(writing)) {
      if (event.key === "Escape") (target as HTMLElement).blur();
      return;
    }
    if (event.key === "/") {
      const search = document.querySelector<HTMLInputElement>("input[aria-keyshortcuts='/']");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const within = this.contains(target) && target !== this;
    const step = { j: 1, k: -1, ArrowDown: within ? 1 : 0, ArrowUp: within ? -1 : 0 }[event.key];
    if (!step) return;
    const links = [...this.querySelectorAll<HTMLAnchorElement>("a.cover")];
    const at = links.indexOf(target as HTMLAnchorElement);
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
}

customElements.define("row-keys", RowKeys);
