import { fetchPage, replacePart } from "./fragment";

// <booking-price> renews the time and the price of the booking form when an add-on is ticked. Without scripts a button does it.

const parts = ["booking-time", "booking-price", "booking-total"];

class BookingPrice extends HTMLElement {
  #underWay: AbortController | undefined;

  connectedCallback(): void {
    const button = this.querySelector<HTMLButtonElement>("button[name=preview]");
    if (button) button.hidden = true;
    this.addEventListener("change", this.#changed);
  }

  disconnectedCallback(): void {
    this.#underWay?.abort();
    this.removeEventListener("change", this.#changed);
  }

  #changed = (event: Event): void => {
    const form = (event.target as HTMLInputElement).form;
    if (!form || (event.target as HTMLInputElement).name !== "addon_ids") return;
    const fields = new FormData(form);
    const query = new URLSearchParams({ start: String(fields.get("start") ?? "") });
    for (const id of fields.getAll("addon_ids")) query.append("addon", String(id));
    this.#renew(`${form.action}?${query.toString()}`).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") return;
      // The button knows another way.
      const button = this.querySelector<HTMLButtonElement>("button[name=preview]");
      if (button) button.hidden = false;
    });
  };

  async #renew(url: string): Promise<void> {
    this.#underWay?.abort();
    this.#underWay = new AbortController();
    const page = await fetchPage(url, this.#underWay.signal);
    if (!page) throw new Error("no page");
    if (!parts.every((id) => page.getElementById(id))) {
      // With so much more to do the time no longer fits: that page says which ones do.
      location.assign(url);
      return;
    }
    for (const id of parts) replacePart(page, id);
  }
}

customElements.define("booking-price", BookingPrice);
