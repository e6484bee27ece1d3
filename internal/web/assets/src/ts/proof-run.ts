import { fetchPage } from "./fragment";

// <proof-run> stands on the page while a run of the proof is under way, and shows the page anew when it has ended.

const everyMs = 2000;
const mostLooks = 300; // ten minutes, far longer than a run lasts

class ProofRun extends HTMLElement {
  #timer = 0;
  #looks = 0;

  connectedCallback(): void {
    this.#timer = window.setInterval(() => void this.#look(), everyMs);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (document.hidden) return;
    if (++this.#looks > mostLooks) return clearInterval(this.#timer);
    const page = await fetchPage(location.href).catch(() => null);
    if (page && !page.querySelector("proof-run")) location.reload();
  }
}

customElements.define("proof-run", ProofRun);
