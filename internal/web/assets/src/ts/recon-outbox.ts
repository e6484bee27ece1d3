// Decisions on their way to the server. Whoever presses a key ten times in a second sends one form and not ten: what comes while one was
// sent a moment ago is gathered with its like.

const pauseMs = 1100; // the house takes a form a second from one address

/** Sent is how a decision went: problem says why nothing was done, empty where nobody knows. */
export interface Sent {
  say: string;
  undo: string[];
  open: string;
  seq: number;
  problem?: string;
}

interface Answer {
  say?: string;
  undo?: string[];
  open?: string;
  seq?: number;
  problem?: string;
}

export class Outbox {
  #waiting: URLSearchParams[] = [];
  #timer = 0;
  #last = -Infinity;
  #sending = false;

  constructor(
    private readonly address: () => string,
    private readonly settled: (sent: Sent) => void,
  ) {
    // What was decided is decided, even if the page is left within the second.
    window.addEventListener("pagehide", () => this.#flush());
  }

  /** put sends a form soon, together with others that do the same. */
  put(form: URLSearchParams): void {
    const last = this.#waiting.at(-1);
    if (last && likes(last, form)) for (const id of form.getAll("item")) last.append("item", id);
    else this.#waiting.push(form);
    this.#pump();
  }

  /** send sends a form at once. */
  async send(form: URLSearchParams, address = this.address()): Promise<Sent> {
    this.#last = performance.now();
    try {
      const answer = await fetch(address, { method: "POST", body: form, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return failed("");
      const said = (await answer.json()) as Answer;
      if (!answer.ok) return failed(said.problem ?? "");
      return { say: said.say ?? "", undo: said.undo ?? [], open: said.open ?? "", seq: said.seq ?? 0 };
    } catch {
      return failed("");
    }
  }

  #pump(): void {
    if (this.#sending || this.#timer || this.#waiting.length === 0) return;
    const wait = Math.max(0, this.#last + pauseMs - performance.now());
    this.#timer = window.setTimeout(() => void this.#next(), wait);
  }

  async #next(): Promise<void> {
    this.#timer = 0;
    const form = this.#waiting.shift();
    if (!form) return;
    this.#sending = true;
    const sent = await this.send(form);
    this.#sending = false;
    this.settled(sent);
    this.#pump();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const form of this.#waiting.splice(0)) {
      void fetch(this.address(), { method: "POST", body: form, headers: { Accept: "application/json" }, credentials: "same-origin", keepalive: true }).catch(() => undefined);
    }
  }
}

function failed(problem: string): Sent {
  return { say: "", undo: [], open: "", seq: 0, problem };
}

/** likes says whether two forms do the same with different items. */
function likes(a: URLSearchParams, b: URLSearchParams): boolean {
  const bare = (form: URLSearchParams): string => [...form].filter(([name]) => name !== "item" && name !== "seq").map(([name, value]) => `${name}=${value}`).join("&");
  return !a.has("all") && a.getAll("item").length + b.getAll("item").length <= 1000 && bare(a) === bare(b);
}
