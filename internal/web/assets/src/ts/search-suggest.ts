// <search-suggest> offers what somebody may be typing, as the combobox pattern of ARIA describes it.

interface Suggestion {
  kind: string;
  text: string;
  hint: string;
  href: string;
}

const pauseMs = 120;
const minLetters = 2;

class SearchSuggest extends HTMLElement {
  #input: HTMLInputElement | null = null;
  #list: HTMLUListElement | undefined;
  #status: HTMLElement | undefined;
  #found: Suggestion[] = [];
  #active = -1;
  #timer = 0;
  #underWay: AbortController | undefined;

  connectedCallback(): void {
    this.#input = this.querySelector("input");
    if (!this.#input || this.#list) return;
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = `${this.#input.id}-suggestions`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.querySelector("label")?.textContent ?? "");
    list.hidden = true;
    const status = document.createElement("p");
    status.className = "hidden-visually";
    status.setAttribute("role", "status");
    this.append(list, status);
    this.#list = list;
    this.#status = status;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
      this.#input.setAttribute(name, value);
    }
    this.#input.addEventListener("input", this.#typed);
    this.#input.addEventListener("keydown", this.#pressed);
    this.#input.addEventListener("blur", () => this.#close());
    // On pressing, not on clicking: the input must not lose the focus first.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf((event.target as Element).closest("li") as Element);
      this.#choose(at);
    });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#underWay?.abort();
  }

  #typed = (): void => {
    clearTimeout(this.#timer);
    this.#underWay?.abort();
    const typed = this.#input?.value.trim() ?? "";
    if ([...typed].length < minLetters) {
      this.#close();
      return;
    }
    this.#timer = window.setTimeout(() => void this.#ask(typed), pauseMs);
  };

  async #ask(typed: string): Promise<void> {
    this.#underWay = new AbortController();
    try {
      const answer = await fetch(`${this.dataset["source"]}?q=${encodeURIComponent(typed)}`, { signal: this.#underWay.signal });
      if (answer.ok) this.#show((await answer.json()) as Suggestion[]);
      else this.#close();
    } catch {
      // Without suggestions the search works all the same.
    }
  }

  #show(found: Suggestion[]): void {
    if (!this.#list || !this.#input || document.activeElement !== this.#input) return;
    this.#found = found;
    this.#active = -1;
    this.#input.removeAttribute("aria-activedescendant");
    this.#list.replaceChildren(...found.map((suggestion, at) => this.#option(suggestion, at)));
    this.#list.hidden = found.length === 0;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    if (this.#status) this.#status.textContent = (this.dataset["count"] ?? "").replace("{count}", String(found.length));
  }

  #option(suggestion: Suggestion, at: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.#list?.id}-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = suggestion.text;
    const hint = document.createElement("small");
    hint.textContent = suggestion.hint;
    option.append(text, hint);
    return option;
  }

  #pressed = (event: KeyboardEvent): void => {
    if (!this.#list || this.#list.hidden) return;
    const last = this.#found.length - 1;
    switch (event.key) {
      case "ArrowDown":
        this.#mark(this.#active >= last ? -1 : this.#active + 1);
        break;
      case "ArrowUp":
        this.#mark(this.#active < 0 ? last : this.#active - 1);
        break;
      case "Enter":
        if (this.#active < 0) return;
        this.#choose(this.#active);
        break;
      case "Escape":
        this.#close();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  #mark(at: number): void {
    this.#active = at;
    [...(this.#list?.children ?? [])].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === at));
      if (i === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) this.#input?.removeAttribute("aria-activedescendant");
    else this.#input?.setAttribute("aria-activedescendant", `${this.#list?.id}-${at}`);
  }

  #choose(at: number): void {
    const chosen = this.#found[at];
    if (chosen) location.assign(chosen.href);
  }

  #close(): void {
    if (this.#list) this.#list.hidden = true;
    this.#input?.setAttribute("aria-expanded", "false");
    this.#mark(-1);
  }
}

customElements.define("search-suggest", SearchSuggest);
