import { fold } from "./fold";
import { fetchPage } from "./fragment";

// <recon-palette> leads anywhere in the workspace by a few letters: the sections of the rail, and all projects, which are asked for when it is
// opened for the first time.

interface Place {
  href: string;
  label: string;
  about: string;
}

class ReconPalette extends HTMLElement {
  #places: Place[] = [];
  #chosen = 0;
  #knowsProjects = false;

  connectedCallback(): void {
    const button = this.querySelector("button");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => void this.#open());
    }
    document.addEventListener("keydown", this.#hotkey);
    this.#input.addEventListener("input", () => {
      this.#chosen = 0;
      this.#show();
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", (event) => {
      const line = (event.target as Element).closest<HTMLElement>("[data-href]");
      if (line) location.assign(line.dataset["href"] ?? "");
    });
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#hotkey);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input") as HTMLInputElement;
  }

  get #list(): HTMLUListElement {
    return this.querySelector("ul") as HTMLUListElement;
  }

  #hotkey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    void this.#open();
  };

  async #open(): Promise<void> {
    if (this.#dialog.open) return;
    if (this.#places.length === 0) this.#places = placesOf(document, ".recon-up, .recon-sections a", "");
    this.#input.value = "";
    this.#chosen = 0;
    this.#show();
    this.#dialog.showModal();
    this.#input.focus();
    if (this.#knowsProjects) return;
    this.#knowsProjects = true;
    const page = await fetchPage(this.dataset["projects"] ?? "").catch(() => null);
    if (!page) return;
    const known = new Set(this.#places.map((place) => place.href));
    const more = [...placesOf(page, ".recon-sections a", ""), ...placesOf(page, ".table .cover", this.dataset["project"] ?? "")];
    this.#places.push(...more.filter((place) => !known.has(place.href)));
    this.#show();
  }

  #show(): void {
    const words = fold(this.#input.value).split(/\s+/).filter(Boolean);
    const found = this.#places.filter((place) => {
      const text = fold(`${place.label} ${place.about}`);
      return words.every((word) => text.includes(word));
    });
    this.#chosen = Math.max(0, Math.min(this.#chosen, found.length - 1));
    this.#list.replaceChildren(...found.map((place, i) => this.#line(place, i)));
    const chosen = this.#list.children[this.#chosen];
    chosen?.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", chosen?.id ?? "");
  }

  #line(place: Place, i: number): HTMLLIElement {
    const line = document.createElement("li");
    line.id = `palette-${i}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(i === this.#chosen));
    line.dataset["href"] = place.href;
    const label = document.createElement("bdi");
    label.textContent = place.label;
    const about = document.createElement("span");
    about.className = "muted";
    about.textContent = place.about;
    line.append(label, about);
    return line;
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = this.#list.children.length;
      this.#chosen = count > 0 ? (this.#chosen + step + count) % count : 0;
      this.#show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const line = this.#list.children[this.#chosen] as HTMLElement | undefined;
      if (line) location.assign(line.dataset["href"] ?? "");
    }
  }
}

function placesOf(page: Document, selector: string, about: string): Place[] {
  return [...page.querySelectorAll<HTMLAnchorElement>(selector)].map((link) => ({
    href: link.getAttribute("href") ?? "",
    label: (link.querySelector("span:not(.recon-count)") ?? link).textContent?.trim() ?? "",
    about,
  }));
}

customElements.define("recon-palette", ReconPalette);
