import { fetchPage, replacePart } from "./fragment";

// <recon-run> follows a run: the part of the page inside it is renewed while the run goes on, told by the project's live events or, where
// there are none, by asking. When the run has ended well it leads to the results.

const askEveryMs = 1500;
const gatherMs = 400;

class ReconRun extends HTMLElement {
  #timer = 0;
  #asking = false;

  connectedCallback(): void {
    document.addEventListener("recon", this.#told);
    document.addEventListener("visibilitychange", this.#soon);
    this.#wait(askEveryMs);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    document.removeEventListener("recon", this.#told);
    document.removeEventListener("visibilitychange", this.#soon);
  }

  #told = (event: Event): void => {
    const message = (event as CustomEvent<{ type?: string; data?: { run?: string } }>).detail;
    if (message.data?.run !== this.dataset["run"]) return;
    this.#soon();
  };

  #soon = (): void => this.#wait(gatherMs);

  #wait(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), delay);
  }

  async #ask(): Promise<void> {
    if (this.#asking || document.visibilityState !== "visible") return;
    this.#asking = true;
    const page = await fetchPage(location.href).catch(() => null);
    this.#asking = false;
    const state = page?.querySelector<HTMLElement>("#run-state")?.dataset["state"];
    if (page) replacePart(page, "run-state");
    if (state === "finished") location.replace(this.dataset["next"] ?? location.href);
    else if (!state || state === "queued" || state === "running") this.#wait(askEveryMs);
    else location.reload();
  }
}

customElements.define("recon-run", ReconRun);

// Parts with data-recon are renewed when a run of the project has ended or something else about it has changed.

let gathering = 0;

document.addEventListener("recon", (event) => {
  const { type } = (event as CustomEvent<{ type?: string }>).detail;
  if (type !== "run.finished" && type !== "changed") return;
  clearTimeout(gathering);
  gathering = window.setTimeout(() => void renew(), gatherMs);
});

async function renew(): Promise<void> {
  const parts = [...document.querySelectorAll<HTMLElement>("[data-recon][id]")].map((part) => part.id);
  const page = parts.length > 0 ? await fetchPage(location.href).catch(() => null) : null;
  if (page) for (const id of parts) replacePart(page, id);
}
