import { fetchPage, replacePart } from "./fragment";

// <match-desk> keeps sums and searches in step with what is chosen, by asking for the page that its form would lead to. Without this script
// a button does.

const searchDelayMs = 220;

class MatchDesk extends HTMLElement {
  #underWay: AbortController | undefined;
  #timer = 0;

  connectedCallback(): void {
    this.classList.add("quick");
    this.addEventListener("change", this.#changed);
    this.addEventListener("input", this.#typed);
    this.addEventListener("submit", this.#submitted);
    document.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#pressed);
    this.#underWay?.abort();
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  #address(): string {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) if (typeof value === "string" && value !== "") query.append(name, value);
    return `${this.#form.action}?${query}`;
  }

  /** #renew asks for the page as it is now chosen; side is the side that was searched, null where only the sums change. */
  async #renew(side: string | null): Promise<void> {
    this.#underWay?.abort();
    this.#underWay = new AbortController();
    const address = this.#address();
    try {
      const page = await fetchPage(address, this.#underWay.signal);
      if (!page?.getElementById("desk-sums")) return;
      replacePart(page, "desk-sums");
      if (side !== null) replacePart(page, `desk-side-${side}`);
      history.replaceState(null, "", address);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(address);
    }
  }

  #changed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (input.name === "key") void this.#renew(null);
    else if (input.dataset["search"]) void this.#renew(input.dataset["search"]);
  };

  #typed = (event: Event): void => {
    const side = (event.target as HTMLElement).dataset["search"];
    if (!side || (event.target as HTMLInputElement).type === "checkbox") return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#renew(side), searchDelayMs);
  };

  #submitted = (event: SubmitEvent): void => {
    if ((event.submitter as HTMLButtonElement | null)?.formMethod === "post") return;
    // Enter in a field searches.
    event.preventDefault();
    const side = (document.activeElement as HTMLElement | null)?.dataset["search"];
    void this.#renew(side ?? null);
  };

  #pressed = (event: KeyboardEvent): void => {
    const writing = (event.target as Element).matches("input:not([type=checkbox]), textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.querySelector<HTMLButtonElement>("[data-match]")?.click();
    } else if (event.key === "/" && !writing) {
      event.preventDefault();
      this.querySelector<HTMLInputElement>("[data-search][type=search]")?.select();
    } else if (event.key === "Escape" && !writing) {
      this.closest(".recon")?.querySelector<HTMLAnchorElement>(".recon-above")?.click();
    } else if (event.key === "Escape") (event.target as HTMLElement).blur();
  };
}

customElements.define("match-desk", MatchDesk);
