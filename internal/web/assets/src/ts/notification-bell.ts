import { fetchPage } from "./fragment";
import { say } from "./toast";

// <notification-bell> keeps the number on the bell right while the page is open, says what is new, and fills the panel with the latest
// when it opens. What is new comes by the socket of <live-updates>, as "live" events of the document.

interface News {
  path: string;
  count: number;
  text: Record<string, string>;
}

const latest = 10;
const mostOnBadge = 9;

class NotificationBell extends HTMLElement {
  #details: HTMLDetailsElement | null = null;
  #fetched = false;

  connectedCallback(): void {
    this.#details = this.querySelector("details");
    this.#details?.addEventListener("toggle", () => {
      if (this.#details?.open) void this.#fill();
    });
    document.addEventListener("live", this.#live);
  }

  disconnectedCallback(): void {
    document.removeEventListener("live", this.#live);
  }

  #live = (event: Event): void => {
    const { type, data } = (event as CustomEvent<{ type: string; data?: unknown }>).detail;
    if (type === "notification.new") this.#tell(data as News);
    else if (type === "notification.read") this.#count((data as News).count);
    else if (type === "resync") void this.#fill();
    else return;
    this.#fetched = false;
    if (this.#details?.open && type !== "resync") void this.#fill();
  };

  #tell(news: News): void {
    this.#count(news.count);
    const language = document.documentElement.lang;
    // Whoever looks at what has changed sees it change.
    const seen = document.visibilityState === "visible" && location.pathname === `/${language}${news.path}`;
    const text = news.text[language];
    if (text && !seen) say(text);
  }

  #count(count: number): void {
    const badge = this.querySelector<HTMLElement>(".bell-count");
    if (!badge) return;
    badge.hidden = count === 0;
    badge.textContent = count > mostOnBadge ? `${mostOnBadge}+` : String(count);
    const name = count === 0 ? this.dataset["name"] : this.dataset["count"]?.replace("{count}", String(count));
    this.#name(name);
  }

  #name(name: string | null | undefined): void {
    const ours = this.querySelector(".bell-name");
    if (ours) ours.textContent = name ?? "";
  }

  /** fill takes the latest, and the number, from the page that shows them all. */
  async #fill(): Promise<void> {
    const list = this.querySelector<HTMLElement>("ul");
    if (!list || this.#fetched) return;
    list.setAttribute("aria-busy", "true");
    const page = await fetchPage(this.dataset["source"] ?? "").catch(() => null);
    list.removeAttribute("aria-busy");
    if (!page) return;
    this.#fetched = true;
    const items = [...page.querySelectorAll("#notifications .notification")].slice(0, latest);
    const empty = page.querySelector("#notifications .empty p");
    list.replaceChildren(...(items.length > 0 || !empty ? items : [empty]).map((item) => document.adoptNode(item)));
    list.hidden = false;
    const badge = page.querySelector<HTMLElement>(".bell-count");
    const ours = this.querySelector<HTMLElement>(".bell-count");
    if (badge && ours) {
      ours.hidden = badge.hidden;
      ours.textContent = badge.textContent;
    }
    this.#name(page.querySelector(".bell-name")?.textContent);
  }
}

customElements.define("notification-bell", NotificationBell);
