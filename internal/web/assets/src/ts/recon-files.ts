// Files on their way into 378. <recon-drop> is a place to drop files on, <recon-files> sends all that were dropped, in chunks, so that a large
// file gets through a bad line. Without this script the same form sends its files as they are.
export {};

const firstChunkBytes = 1 << 20;
const mostChunkBytes = 24 << 20;
const chunkSeconds = 4;
const mostAttempts = 6;
const firstPauseMs = 1000;

/** Refusal is a sentence of the server's about what was sent. */
class Refusal extends Error {}

/** Chosen is a file that waits to be sent, with its line on the page. */
interface Chosen {
  file: File;
  line: HTMLLIElement;
  sent: boolean;
}

class ReconDrop extends HTMLElement {
  readonly chosen: Chosen[] = [];

  connectedCallback(): void {
    this.input.addEventListener("change", () => this.#take([...(this.input.files ?? [])]));
    // The input covers the zone, so that what is dropped falls into it by itself.
    for (const type of ["dragenter", "dragover"]) this.addEventListener(type, () => this.classList.add("over"));
    for (const type of ["dragleave", "drop"]) this.addEventListener(type, () => this.classList.remove("over"));
    // But for what falls on the names of files that lie on it.
    this.addEventListener("drop", (event) => {
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      this.#take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  get input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>("input[type=file]") as HTMLInputElement;
  }

  #take(files: File[]): void {
    const all = [...(this.closest("recon-files")?.querySelectorAll<ReconDrop>("recon-drop") ?? [this])];
    const zones = all.filter((zone) => !zone.closest("details:not([open])"));
    // Two files dropped together while all is empty are the two sides.
    if (files.length === zones.length && zones.length > 1 && zones.every((zone) => zone.chosen.length === 0)) {
      const others = zones.filter((zone) => zone !== this);
      const first = zones[0] === this ? files[0] : files[files.length - 1];
      const rest = files.filter((file) => file !== first);
      if (first) this.add(first);
      others.forEach((zone, i) => {
        const file = rest[i];
        if (file) zone.add(file);
      });
      return;
    }
    for (const file of files) this.add(file);
  }

  add(file: File): void {
    if (this.chosen.some((known) => known.file.name === file.name && known.file.size === file.size)) return;
    const line = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const size = document.createElement("span");
    size.className = "muted nowrap";
    size.textContent = sizeOf(file.size);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${this.dataset["remove"] ?? ""} ${file.name}`);
    line.append(name, size, remove);
    const chosen = { file, line, sent: false };
    remove.addEventListener("click", () => {
      this.chosen.splice(this.chosen.indexOf(chosen), 1);
      line.remove();
      this.#settle();
      this.input.focus();
    });
    this.chosen.push(chosen);
    this.querySelector("ul")?.append(line);
    this.#settle();
  }

  /** settle gives the input what is chosen, so that the form sends it also where this script could not. */
  #settle(): void {
    const all = new DataTransfer();
    for (const { file } of this.chosen) all.items.add(file);
    this.input.files = all.files;
    this.classList.toggle("filled", this.chosen.length > 0);
    this.dispatchEvent(new CustomEvent("recon-chosen", { bubbles: true }));
  }
}

class ReconFiles extends HTMLElement {
  #source: string[] = [];
  #project = "";
  #next = "";

  connectedCallback(): void {
    this.#project = this.dataset["project"] ?? "";
    this.#next = this.dataset["next"] ?? "";
    const form = this.querySelector("form");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send(form);
    });
    this.addEventListener("recon-chosen", () => this.#ready());
    document.addEventListener("dragover", this.#keep);
    document.addEventListener("drop", this.#keep);
    this.#ready();
  }

  disconnectedCallback(): void {
    document.removeEventListener("dragover", this.#keep);
    document.removeEventListener("drop", this.#keep);
  }

  // A file that misses the zone must not take the place of the page.
  #keep = (event: DragEvent): void => {
    if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
  };

  get #zones(): ReconDrop[] {
    return [...this.querySelectorAll<ReconDrop>("recon-drop")];
  }

  #ready(): void {
    const least = Number(this.dataset["least"] ?? "1");
    const filled = this.#zones.filter((zone) => zone.chosen.length > 0).length;
    const button = this.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!button) return;
    button.disabled = filled < least;
    const busy = document.activeElement;
    if (!button.disabled && (!busy || busy === document.body || busy instanceof HTMLInputElement)) button.focus();
  }

  async #send(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    if (button) button.disabled = true;
    form.setAttribute("aria-busy", "true");
    this.#say("");
    try {
      if (!this.#project) await this.#begin(form);
      const zones = this.#zones.filter((zone) => zone.chosen.length > 0);
      for (const [i, zone] of zones.entries()) {
        const source = zone.dataset["source"] || (this.#source[i] ?? "");
        for (const chosen of zone.chosen) if (!chosen.sent) await this.#sendFile(source, chosen);
      }
      location.assign(this.#next);
    } catch (error) {
      this.#say(error instanceof Refusal ? error.message : (this.dataset["lost"] ?? ""));
      form.removeAttribute("aria-busy");
      if (button) button.disabled = false;
    }
  }

  /** begin makes the project and its sources, which carry the names of their files. */
  async #begin(form: HTMLFormElement): Promise<void> {
    const fields = new URLSearchParams();
    for (const zone of this.#zones) {
      const first = zone.chosen[0];
      if (first) fields.append("name", first.file.name);
    }
    const made = await ask<{ project: string; sources: string[]; next: string }>(`${form.action}/begin`, fields);
    this.#project = made.project;
    this.#source = made.sources;
    this.#next = made.next;
  }

  async #sendFile(source: string, chosen: Chosen): Promise<void> {
    const { file, line } = chosen;
    const bar = document.createElement("progress");
    bar.max = Math.max(1, file.size);
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.querySelector("progress")?.remove();
    line.append(bar);
    line.classList.remove("bad");
    const base = `${this.dataset["base"] ?? ""}/${this.#project}`;
    try {
      const begun = await ask<{ upload: string; received: number }>(
        `${base}/sources/${source}/uploads`,
        new URLSearchParams({ name: file.name, size: String(file.size), begins: this.dataset["project"] ? "" : "1" }),
      );
      let chunk = firstChunkBytes;
      for (let at = begun.received; at < file.size; ) {
        const started = performance.now();
        const part = file.slice(at, at + chunk);
        const sum = await fingerprint(part);
        const got = await ask<{ received: number }>(`${base}/uploads/${begun.upload}?offset=${at}&sha256=${sum}`, part);
        const seconds = Math.max(0.05, (performance.now() - started) / 1000);
        chunk = Math.round(Math.min(mostChunkBytes, Math.max(firstChunkBytes, (part.size / seconds) * chunkSeconds)));
        if (got.received <= at) throw new Error("the upload does not move");
        at = got.received;
        bar.value = at;
      }
      line.classList.add("reading");
      this.#say(this.dataset["reading"] ?? "");
      await ask(`${base}/uploads/${begun.upload}/finish`, new URLSearchParams());
      line.classList.replace("reading", "done");
      chosen.sent = true;
      this.#say("");
    } catch (error) {
      bar.remove();
      line.classList.remove("reading");
      line.classList.add("bad");
      throw error;
    }
  }

  #say(text: string): void {
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
  }
}

/** ask sends something and returns the answer. What went wrong on the line is tried again; what the server refuses is a Refusal. */
async function ask<T>(url: string, body: URLSearchParams | Blob): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) return (await answer.json()) as T;
    const again = !answer || answer.status === 429 || answer.status >= 502;
    if (!again || attempt === mostAttempts) {
      const said = answer ? ((await answer.json().catch(() => ({}))) as { problem?: string }) : {};
      throw said.problem ? new Refusal(said.problem) : new Error(`${answer?.status ?? "no"} answer`);
    }
    const wanted = Number(answer?.headers.get("Retry-After")) * 1000;
    await new Promise((done) => setTimeout(done, wanted || firstPauseMs * 2 ** (attempt - 1)));
  }
}

/** fingerprint is the SHA-256 of a piece, so that what a bad line did to it is noticed; empty where the browser keeps that from pages. */
async function fingerprint(part: Blob): Promise<string> {
  if (!isSecureContext) return "";
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sizeOf(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let unit = 0;
  let size = bytes;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const style = { style: "unit", unit: units[unit] ?? "byte", unitDisplay: "short", maximumSignificantDigits: 3 } as const;
  return new Intl.NumberFormat(document.documentElement.lang, style).format(size);
}

customElements.define("recon-drop", ReconDrop);
customElements.define("recon-files", ReconFiles);
