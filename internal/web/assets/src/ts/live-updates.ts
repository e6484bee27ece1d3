import { fetchPage, replacePart } from "./fragment";

// <live-updates> listens for what happens to the reader's own (bookings, messages, notifications), hands it to the page as "live" events of
// the document, and renews the parts that are marked with data-live.

const firstDelayMs = 1000;
const longestDelayMs = 30_000;
const gatherMs = 60;

class LiveUpdates extends HTMLElement {
  #socket: WebSocket | undefined;
  #failures = 0;
  #timer = 0;
  #gathering = 0;
  #missed = false;

  connectedCallback(): void {
    this.#connect();
    document.addEventListener("visibilitychange", this.#seen);
    window.addEventListener("pagehide", this.#leave);
    window.addEventListener("pageshow", this.#return);
  }

  disconnectedCallback(): void {
    this.#leave();
    document.removeEventListener("visibilitychange", this.#seen);
    window.removeEventListener("pagehide", this.#leave);
    window.removeEventListener("pageshow", this.#return);
  }

  // An open connection would keep the page out of the browser's back-forward cache.
  #leave = (): void => {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  };

  #return = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.#renewSoon();
    this.#connect();
  };

  #seen = (): void => {
    if (document.visibilityState !== "visible") return;
    if (!this.#socket) {
      clearTimeout(this.#timer);
      this.#connect();
    }
    if (this.#missed) this.#renewSoon();
  };

  #connect(): void {
    if (this.#socket) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      // What happened while there was no connection was not told.
      if (this.#failures > 0) {
        document.dispatchEvent(new CustomEvent("live", { detail: { type: "resync" } }));
        this.#renewSoon();
      }
      this.#failures = 0;
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      const detail: unknown = JSON.parse(event.data);
      document.dispatchEvent(new CustomEvent("live", { detail }));
      this.#renewSoon();
    });
    socket.addEventListener("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#retry();
    });
  }

  #retry(): void {
    this.#failures++;
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#failures - 1));
    // Half of it by chance, so that a thousand pages do not come back in the same second.
    this.#timer = window.setTimeout(() => void this.#again(), delay / 2 + (Math.random() * delay) / 2);
  }

  async #again(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    // The access cookie may have run out; any page renews it.
    await fetch(location.href, { method: "HEAD" }).catch(() => undefined);
    this.#connect();
  }

  // Several events within a moment are one change on the page.
  #renewSoon(): void {
    clearTimeout(this.#gathering);
    this.#missed = document.visibilityState !== "visible";
    if (!this.#missed) this.#gathering = window.setTimeout(() => void this.#renew(), gatherMs);
  }

  async #renew(): Promise<void> {
    const parts = [...document.querySelectorAll<HTMLElement>("[data-live][id]")].map((part) => part.id);
    if (parts.length === 0) return;
    const page = await fetchPage(location.href).catch(() => null);
    if (!page) return;
    const changed = parts.filter((id) => replacePart(page, id));
    if (changed.length === 0) return;
    for (const id of changed) document.getElementById(id)?.classList.add("changed");
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = this.dataset["message"] ?? "";
  }
}

customElements.define("live-updates", LiveUpdates);
