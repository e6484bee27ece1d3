import { fetchPage, replacePart } from "./fragment";

// <recon-live data-project="…"> shows who else works on a project, marks what they look at and settle, and hands what happens to the page as
// "recon" events of the document. The protocol stands in docs/asyncapi.yaml. Without a connection nothing is missing but that.

const firstDelayMs = 1000;
const longestDelayMs = 30_000;
const renewDelayMs = 400;
const lockEveryMs = 12_000; // a lock lasts some thirty seconds
const idleMs = 60_000; // whoever does nothing for so long does not settle anything
const sweepMs = 5000;
const mostFaces = 5;

export interface LiveMessage {
  type: string;
  data?: unknown;
}

interface Person {
  id: string;
  name: string;
}

interface Presence {
  seat: string;
  person: Person;
  here: boolean;
  item: string | null;
  until: string;
}

interface Lock {
  item: string;
  by: Person;
  until: string;
}

/** initials are one or two letters that stand for a name. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letter = (word: string | undefined): string => [...(word ?? "").replace(/^ال/, "")][0] ?? "";
  const last = words.length > 1 ? letter(words.at(-1)) : "";
  return (letter(words[0]) + (last ? `\u200c${last}` : "")).toUpperCase();
}

const tones = 6;

function face(person: Person, title: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "recon-face";
  let sum = 0;
  for (const c of person.id) sum = (sum * 31 + c.charCodeAt(0)) % 9973;
  made.dataset["tone"] = String(sum % tones);
  made.textContent = initials(person.name);
  made.title = title;
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", title);
  return made;
}

/** Room is what is known of those who are here. */
class Room {
  you: Person = { id: "", name: "" };
  seat = "";
  words: Record<string, string | undefined> = {};
  readonly #seats = new Map<string, Presence>();
  readonly #locks = new Map<string, Lock>();
  #skew = 0; // how far the server's clock is ahead, in milliseconds

  hello(data: { you: Person; seat: string; now: string; people: Presence[] }): void {
    this.you = data.you;
    this.seat = data.seat;
    this.#skew = Date.parse(data.now) - Date.now();
    this.#seats.clear();
    for (const presence of data.people) this.present(presence);
  }

  present(presence: Presence): void {
    if (presence.here) this.#seats.set(presence.seat, presence);
    else this.#seats.delete(presence.seat);
  }

  lock(lock: Lock): void {
    this.#locks.set(lock.item, lock);
  }

  unlock(item: string): void {
    this.#locks.delete(item);
  }

  /** sweep forgets whose time is over, and says whether there were such. */
  sweep(): boolean {
    const now = Date.now() + this.#skew;
    const before = this.#seats.size + this.#locks.size;
    for (const [seat, presence] of this.#seats) if (Date.parse(presence.until) < now) this.#seats.delete(seat);
    for (const [item, lock] of this.#locks) if (Date.parse(lock.until) < now) this.#locks.delete(item);
    return this.#seats.size + this.#locks.size !== before;
  }

  clear(): void {
    this.#seats.clear();
    this.#locks.clear();
  }

  #say(name: string, key: string): string {
    return (this.words[key] ?? "{name}").replace("{name}", name);
  }

  /** faces are the others who are here, each once. */
  faces(): HTMLElement[] {
    const people = new Map<string, Person>();
    for (const { person } of this.#seats.values()) if (person.id !== this.you.id) people.set(person.id, person);
    return [...people.values()].slice(0, mostFaces).map((person) => face(person, this.#say(person.name, "here")));
  }

  #at(item: string): HTMLElement[] {
    const lock = this.#locks.get(item);
    const people = new Map<string, HTMLElement>();
    for (const { person, item: at } of this.#seats.values()) {
      if (at === item && person.id !== this.you.id) people.set(person.id, face(person, this.#say(person.name, "looks")));
    }
    if (lock && lock.by.id !== this.you.id) {
      const made = face(lock.by, this.#say(lock.by.name, "settles"));
      made.classList.add("locks");
      people.set(lock.by.id, made);
    }
    return [...people.values()];
  }

  /** mark shows on a row who looks at its item and who settles it. */
  mark(row: HTMLElement, item: string): void {
    const faces = this.#at(item);
    let place = row.querySelector<HTMLElement>(".queue-live");
    if (faces.length === 0) {
      place?.remove();
    } else {
      if (!place) {
        place = document.createElement("span");
        place.className = "queue-live";
        (row.querySelector(".queue-marks") ?? row).prepend(place);
      }
      place.replaceChildren(...faces);
    }
    row.classList.toggle("locked", faces.some((made) => made.classList.contains("locks")));
  }

  /** markPeople shows the same at the head of an open item. */
  markPeople(panel: ParentNode): void {
    for (const place of panel.querySelectorAll<HTMLElement>("[data-people]")) place.replaceChildren(...this.#at(place.dataset["people"] ?? ""));
  }
}

export const live = new Room();

let say: (message: LiveMessage) => void = () => undefined;
let looking: string | null = null;
let held = "";

/** tell says what the reader looks at: an item, or nothing in particular. What they settled before is free again. */
export function tell(type: "look", item: string | null): void {
  if (held && held !== item) {
    say({ type: "unlock", data: { item: held } });
    held = "";
  }
  looking = item;
  say({ type, data: { item } });
}

class ReconLive extends HTMLElement {
  #socket: WebSocket | undefined;
  #failures = 0;
  #retryTimer = 0;
  #renewTimer = 0;
  #sweepTimer = 0;
  #lockTimer = 0;
  #active = -Infinity;

  connectedCallback(): void {
    live.words = { here: this.dataset["here"], looks: this.dataset["looks"], settles: this.dataset["settles"] };
    looking = document.getElementById("item")?.dataset["item"] ?? null;
    say = (message) => {
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
    };
    this.#connect();
    this.#sweepTimer = window.setInterval(() => {
      if (live.sweep()) this.#show();
    }, sweepMs);
    this.#lockTimer = window.setInterval(this.#hold, lockEveryMs);
    document.addEventListener("visibilitychange", this.#seen);
    document.addEventListener("focusin", this.#acted);
    document.addEventListener("input", this.#acted);
    window.addEventListener("pagehide", this.#leave);
    window.addEventListener("pageshow", this.#return);
  }

  disconnectedCallback(): void {
    clearInterval(this.#sweepTimer);
    clearInterval(this.#lockTimer);
    this.#leave();
    document.removeEventListener("visibilitychange", this.#seen);
    document.removeEventListener("focusin", this.#acted);
    document.removeEventListener("input", this.#acted);
    window.removeEventListener("pagehide", this.#leave);
    window.removeEventListener("pageshow", this.#return);
  }

  #connect(): void {
    if (this.#socket) return;
    const project = encodeURIComponent(this.dataset["project"] ?? "");
    const language = document.documentElement.lang;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/recon/projects/${project}/live?lang=${language}`);
    this.#socket = socket;
    socket.addEventListener("message", (event: MessageEvent<string>) => this.#hear(JSON.parse(event.data) as LiveMessage));
    socket.addEventListener("close", (event) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      live.clear();
      this.#show();
      this.#retry(event.code);
    });
  }

  #hear(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        live.hello(message.data as Parameters<Room["hello"]>[0]);
        if (looking) tell("look", looking);
        // What happened while there was no connection was not told.
        if (this.#failures > 0) this.#hand({ type: "resync" });
        this.#failures = 0;
        break;
      case "presence":
        live.present(message.data as Presence);
        break;
      case "locked":
        live.lock(message.data as Lock);
        break;
      case "unlocked":
        live.unlock((message.data as { item: string }).item);
        break;
      case "ping":
        say({ type: "pong" });
        return;
    }
    this.#hand(message);
  }

  #hand(message: LiveMessage): void {
    document.dispatchEvent(new CustomEvent("recon", { detail: message }));
    this.#show();
    if (["decided", "changed", "run.finished", "resync"].includes(message.type)) this.#renewSoon();
  }

  #show(): void {
    this.replaceChildren(...live.faces());
    live.markPeople(document);
  }

  // Parts of pages that are marked with data-recon are asked for anew when something was decided.
  #renewSoon(): void {
    if (!document.querySelector("[data-recon][id]")) return;
    clearTimeout(this.#renewTimer);
    this.#renewTimer = window.setTimeout(() => void this.#renew(), renewDelayMs);
  }

  async #renew(): Promise<void> {
    if (document.activeElement?.closest("[data-recon]")?.querySelector("form:focus-within, details[open] form")) return; // somebody writes there
    const page = await fetchPage(location.href).catch(() => null);
    if (!page) return;
    for (const part of document.querySelectorAll<HTMLElement>("[data-recon][id]")) {
      if (replacePart(page, part.id)) document.getElementById(part.id)?.classList.add("changed");
    }
  }

  // Whoever writes in a form of an item settles it: the others see that, and are kept from deciding on it.

  #acted = (event: Event): void => {
    const item = (event.target as Element).closest?.("#item form")?.closest<HTMLElement>("#item")?.dataset["item"];
    if (!item) return;
    this.#active = performance.now();
    if (held !== item) {
      if (held) say({ type: "unlock", data: { item: held } });
      held = item;
      this.#hold();
    }
  };

  #hold = (): void => {
    if (!held) return;
    if (document.getElementById("item")?.dataset["item"] !== held || performance.now() - this.#active > idleMs || document.visibilityState !== "visible") {
      say({ type: "unlock", data: { item: held } });
      held = "";
      return;
    }
    say({ type: "lock", data: { item: held } });
  };

  #seen = (): void => {
    if (document.visibilityState === "visible" && !this.#socket) {
      clearTimeout(this.#retryTimer);
      this.#connect();
    }
  };

  // An open connection would keep the page out of the browser's back-forward cache.
  #leave = (): void => {
    clearTimeout(this.#retryTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  };

  #return = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.#failures++;
    this.#connect();
  };

  #retry(code: number): void {
    const forGood = 1008; // no longer a member, or unruly
    this.#failures++;
    if (code === forGood) return;
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#failures - 1));
    // Half of it by chance, so that a whole team does not come back in the same second.
    this.#retryTimer = window.setTimeout(() => void this.#again(), delay / 2 + (Math.random() * delay) / 2);
  }

  async #again(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    // The access cookie may have run out; any page renews it.
    await fetch(location.href, { method: "HEAD" }).catch(() => undefined);
    this.#connect();
  }
}

customElements.define("recon-live", ReconLive);
