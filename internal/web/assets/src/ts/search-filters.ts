import { fetchPage, replacePart } from "./fragment";
import { hush, say } from "./toast";

// <search-filters> stands around the form of the search page and renews the results as soon as a choice changes.

class SearchFilters extends HTMLElement {
  #underWay: AbortController | undefined;

  connectedCallback(): void {
    this.addEventListener("change", this.#changed);
    this.addEventListener("submit", this.#submitted);
  }

  disconnectedCallback(): void {
    this.#underWay?.abort();
  }

  #changed = (event: Event): void => {
    // Words are sent with Enter or the button: a half-typed word is no choice.
    if ((event.target as HTMLInputElement).name !== "q") void this.#renew();
  };

  #submitted = (event: Event): void => {
    event.preventDefault();
    const panel = this.querySelector<HTMLElement>("#filters");
    if (panel?.matches(":popover-open")) panel.hidePopover();
    void this.#renew();
  };

  /** #say reads out how many results there are; what stands within the results was replaced and would be left unsaid. */
  #say(): void {
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = this.querySelector("[data-found]")?.textContent ?? "";
  }

  #address(form: HTMLFormElement): string {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value !== "") query.append(name, value);
    }
    return query.size > 0 ? `${form.action}?${query}` : form.action;
  }

  /** #wait shows what results will look like in the place of those that are out of date. */
  #wait(results: HTMLElement | null): void {
    results?.setAttribute("aria-busy", "true");
    const bones = this.querySelector<HTMLTemplateElement>("template[data-bones]");
    if (results && bones && !results.querySelector(".skeletons")) results.append(bones.content.cloneNode(true));
  }

  #stopWaiting(): void {
    const results = this.querySelector("#results");
    results?.removeAttribute("aria-busy");
    results?.querySelector(".skeletons")?.remove();
  }

  async #renew(): Promise<void> {
    const form = this.querySelector("form");
    if (!form) return;
    this.#underWay?.abort();
    this.#underWay = new AbortController();
    const address = this.#address(form);
    const results = this.querySelector<HTMLElement>("#results");
    const busy = setTimeout(() => this.#wait(results), 200);
    try {
      const page = await fetchPage(address, this.#underWay.signal);
      if (!page?.getElementById("results")) {
        location.assign(address);
        return;
      }
      replacePart(page, "results");
      replacePart(page, "city");
      // The panel's counts change too. While it lies over the page it is left alone: renewing would close it.
      if (!this.querySelector("#filters:popover-open")) replacePart(page, "filters");
      hush();
      this.#say();
      document.title = page.title;
      history.replaceState(null, "", address);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      // No answer came: what is shown stays, and asking again is a press away.
      this.#stopWaiting();
      say(this.dataset["offline"] ?? "", { label: this.dataset["again"] ?? "", run: () => void this.#renew() });
    } finally {
      clearTimeout(busy);
    }
  }
}

customElements.define("search-filters", SearchFilters);
