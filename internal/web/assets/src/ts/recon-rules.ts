import { fold } from "./fold";
import { pageOf, replacePart } from "./fragment";

// <rule-editor> helps to write a ruleset: it numbers the lines, marks those with problems, keeps the indentation, and has what is written
// checked while it is written. <search-list> shows of a list what has the words looked for. Both are ornament: the form works without.

const checkAfterMs = 500;

class RuleEditor extends HTMLElement {
  #timer = 0;
  #turn: AbortController | undefined;
  #numbers = document.createElement("div");

  connectedCallback(): void {
    const area = this.#area;
    if (!area) return;
    this.#numbers.className = "rule-numbers";
    this.#numbers.setAttribute("aria-hidden", "true");
    area.before(this.#numbers);
    area.addEventListener("input", () => this.#changed());
    area.addEventListener("scroll", () => (this.#numbers.scrollTop = area.scrollTop));
    area.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLElement>("[data-line]");
      if (!link) return;
      event.preventDefault();
      this.#goTo(Number(link.dataset["line"]), Number(link.dataset["column"] ?? "1"));
    });
    // Others may write into it: a template that is chosen, an example of the reference.
    document.addEventListener("rule-insert", (event) => this.#insert((event as CustomEvent<string>).detail));
    this.#number();
  }

  get #area(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  #changed(): void {
    this.#number();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#check(), checkAfterMs);
  }

  #number(): void {
    const area = this.#area;
    if (!area) return;
    const bad = new Set([...this.querySelectorAll<HTMLElement>("[data-line]")].map((link) => Number(link.dataset["line"])));
    const count = area.value.split("\n").length;
    const lines: HTMLElement[] = [];
    for (let n = 1; n <= count; n++) {
      const line = document.createElement("span");
      line.textContent = String(n);
      if (bad.has(n)) line.className = "bad";
      lines.push(line);
    }
    this.#numbers.replaceChildren(...lines);
    this.#numbers.scrollTop = area.scrollTop;
  }

  async #check(): Promise<void> {
    const area = this.#area;
    const url = this.dataset["check"];
    if (!area || !url) return;
    this.#turn?.abort();
    this.#turn = new AbortController();
    const body = new URLSearchParams({ yaml: area.value });
    const answer = await fetch(url, { method: "POST", body, signal: this.#turn.signal }).catch(() => null);
    const page = answer?.ok ? await pageOf(answer) : null;
    if (page) replacePart(page, "rule-problems");
    this.#number();
  }

  /** key gives a new line the indentation of the one before, and two more after a colon. */
  #key(event: KeyboardEvent): void {
    const area = event.currentTarget as HTMLTextAreaElement;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      const trial = area.form?.querySelector<HTMLButtonElement>("button[data-trial]");
      if (trial) area.form?.requestSubmit(trial);
      return;
    }
    const before = area.value.slice(0, area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = /^ */.exec(line)?.[0] ?? "";
    area.setRangeText(`\n${indent}${line.trimEnd().endsWith(":") ? "  " : ""}`, area.selectionStart, area.selectionEnd, "end");
    this.#changed();
  }

  #goTo(line: number, column: number): void {
    const area = this.#area;
    if (!area) return;
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    area.focus();
    area.setSelectionRange(start + Math.max(0, column - 1), start + (lines[line - 1]?.length ?? 0));
    area.scrollTop = (area.scrollHeight / Math.max(1, lines.length)) * Math.max(0, line - 5);
  }

  #insert(text: string): void {
    const area = this.#area;
    if (!area) return;
    area.focus();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    this.#changed();
  }
}

class SearchList extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=search]");
    input?.addEventListener("input", () => {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of this.querySelectorAll<HTMLElement>("[data-entry]")) {
        const text = fold(entry.textContent ?? "");
        entry.hidden = !words.every((word) => text.includes(word));
        if (!entry.hidden) shown++;
      }
      const none = this.querySelector<HTMLElement>("[data-none]");
      if (none) none.hidden = shown > 0;
    });
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-insert]");
      if (button) document.dispatchEvent(new CustomEvent("rule-insert", { detail: button.dataset["insert"] ?? "" }));
    });
  }
}

customElements.define("rule-editor", RuleEditor);
customElements.define("search-list", SearchList);
