import { fetchPage, replacePart } from "./fragment";
import { QueueList } from "./recon-list";
import { live, type LiveMessage, tell } from "./recon-live";
import { Outbox, type Sent } from "./recon-outbox";
import { say } from "./toast";

// <review-queue> makes the plain list of the review into one that scrolls through a hundred thousand items: only the rows in sight are in
// the page (recon-list). The keyboard does everything. Without this script the list has pages.

const followDelayMs = 120;
const typeDelayMs = 240;
const refreshDelayMs = 250;
const mostFilterRunes = 250;
const wide = matchMedia("(min-width: 64rem)");

class ReviewQueue extends HTMLElement {
  #list = new QueueList(this, {
    address: (offset) => this.#address(this.dataset["rows"], { offset: String(offset) }),
    dress: (row, place) => this.#dress(row, place),
    keeps: () => this.#held(),
    came: (rows) => this.#came(rows),
    settled: () => this.#landed(),
  });
  #chosen = new Set<string>();
  #cursor = -1;
  #cursorID = "";
  #anchor = -1; // where a range of choices began
  #followTimer = 0;
  #refreshTimer = 0;
  #typeTimer = 0;
  #opening: AbortController | undefined;
  #navigating: AbortController | undefined;
  #awaitsDigit = false;
  #undo: string[][] = []; // what was decided here and can be taken back, the latest last
  #wantsFocus = false; // the cursor went to a row that is still on its way
  #outbox = new Outbox(() => this.dataset["act"] ?? "", (sent) => this.#settled(sent));

  connectedCallback(): void {
    this.classList.add("virtual");
    this.#list.connect();
    window.addEventListener("popstate", this.#popped);
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("recon", this.#heard);
    this.addEventListener("click", this.#clicked);
    this.addEventListener("change", this.#changed);
    this.addEventListener("input", this.#typed);
    this.addEventListener("submit", this.#submitted);
    this.addEventListener("focusin", this.#focused);
    const open = this.#openItem();
    if (open) tell("look", open);
  }

  disconnectedCallback(): void {
    this.#list.disconnect();
    window.removeEventListener("popstate", this.#popped);
    document.removeEventListener("keydown", this.#pressed);
    document.removeEventListener("recon", this.#heard);
  }

  get #panel(): HTMLElement {
    return this.querySelector<HTMLElement>("#panel")!;
  }

  #openItem(): string {
    return this.#panel.querySelector<HTMLElement>("#item")?.dataset["item"] ?? "";
  }

  /** #query is what the address chooses, without the place in the list and the item that is open. */
  #query(): URLSearchParams {
    const query = new URLSearchParams(location.search);
    query.delete("offset");
    query.delete("item");
    return query;
  }

  #address(base: string | undefined, more: Record<string, string> = {}): string {
    const query = this.#query();
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    return query.size > 0 ? `${base}?${query}` : (base ?? "");
  }

  // The list

  #dress(row: HTMLElement, place: number): void {
    const box = row.querySelector<HTMLInputElement>("input");
    const id = row.dataset["id"] ?? "";
    if (box) box.checked = this.#chosen.has(id);
    row.classList.toggle("cursor", place === this.#cursor);
    row.classList.toggle("shown", id === this.#openItem());
    live.mark(row, id);
  }

  /** #held is the row with the focus: whoever reads with the keyboard would lose their place with it. */
  #held(): number {
    return this.#cursor >= 0 && this.#cursor < this.#list.total && this.#list.at(this.#cursor)?.contains(document.activeElement) ? this.#cursor : -1;
  }

  #came(rows: ReadonlyMap<number, HTMLElement>): boolean {
    for (const [place, row] of rows) if (this.#cursorID && row.dataset["id"] === this.#cursorID) this.#cursor = place;
    return this.#wantsFocus;
  }

  #landed(): void {
    // The item at the cursor may be gone; the one that came into its place has the cursor now.
    if (this.#cursor >= this.#list.total) this.#cursor = this.#list.total - 1;
    this.#cursorID = this.#list.known(this.#cursor)?.dataset["id"] ?? this.#cursorID;
    const at = this.#list.at(this.#cursor);
    const focused = document.activeElement?.closest(".queue-row"); // an element keeps its place when its item goes elsewhere
    if (at && (this.#wantsFocus || (focused && focused !== at && this.contains(focused)))) {
      this.#wantsFocus = false;
      at.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
    }
    this.#marks();
  }

  #refreshSoon(): void {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = window.setTimeout(() => this.#list.refresh(), refreshDelayMs);
  }

  // The cursor

  #move(to: number, keepPanel = false): void {
    if (this.#list.total === 0) return;
    this.#cursor = Math.max(0, Math.min(this.#list.total - 1, to));
    this.#list.reveal(this.#cursor);
    this.#list.paint();
    const row = this.#list.at(this.#cursor);
    this.#cursorID = row?.dataset["id"] ?? "";
    this.#marks();
    row?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
    this.#wantsFocus = !row;
    const status = this.querySelector("[data-said]");
    if (status && !row) status.textContent = (this.dataset["place"] ?? "").replace("{place}", String(this.#cursor + 1)).replace("{total}", String(this.#list.total));
    if (this.#openItem() && !keepPanel) this.#follow();
  }

  #marks(): void {
    const open = this.#openItem();
    for (const [place, row] of this.#list.all()) {
      row.classList.toggle("cursor", place === this.#cursor);
      row.classList.toggle("shown", row.dataset["id"] === open);
    }
  }

  #focused = (event: FocusEvent): void => {
    const place = this.#list.placeOf(event.target as Element);
    if (place < 0 || place === this.#cursor) return;
    this.#cursor = place;
    this.#cursorID = this.#list.at(place)?.dataset["id"] ?? "";
    this.#marks();
  };

  // The item beside the list

  #follow(): void {
    clearTimeout(this.#followTimer);
    this.#followTimer = window.setTimeout(() => {
      if (this.#cursorID) void this.#open(this.#cursorID);
    }, followDelayMs);
  }

  async #open(id: string, then?: () => void): Promise<void> {
    const address = this.#address((this.dataset["items"] ?? "") + id);
    if (!wide.matches) {
      location.assign(address);
      return;
    }
    this.#opening?.abort();
    this.#opening = new AbortController();
    try {
      const page = await fetchPage(address, this.#opening.signal);
      const item = page?.getElementById("item");
      if (!item) {
        this.#close();
        return;
      }
      const focused = this.#panel.contains(document.activeElement);
      this.#panel.replaceChildren(document.adoptNode(item));
      this.#panel.scrollTop = 0;
      this.classList.add("open");
      history.replaceState(null, "", this.#address(this.dataset["list"], { item: id }));
      live.markPeople(this.#panel);
      this.#marks();
      tell("look", id);
      if (focused && !then) this.#panel.querySelector<HTMLElement>("a, button")?.focus({ preventScroll: true });
      then?.();
      this.#list.paintSoon();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(address);
    }
  }

  #close(): void {
    clearTimeout(this.#followTimer);
    this.#opening?.abort();
    this.#panel.replaceChildren();
    this.classList.remove("open");
    history.replaceState(null, "", this.#address(this.dataset["list"]));
    tell("look", null);
    this.#marks();
    this.#list.paintSoon();
    this.#list.at(this.#cursor)?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  }

  // Choosing and deciding

  #choose(place: number, chosen?: boolean): void {
    const id = (this.#list.known(place) ?? this.#list.at(place))?.dataset["id"];
    if (!id) return;
    const box = this.#list.at(place)?.querySelector<HTMLInputElement>("input");
    const now = chosen ?? !this.#chosen.has(id);
    if (now) this.#chosen.add(id);
    else this.#chosen.delete(id);
    if (box) box.checked = now;
    this.#showChosen();
  }

  #showChosen(): void {
    this.classList.toggle("choosing", this.#chosen.size > 0);
    const words = this.querySelector<HTMLElement>("[data-chosen]");
    if (words) words.textContent = (words.dataset["words"] ?? "").replace("{count}", String(this.#chosen.size));
    const status = this.querySelector("[data-said]");
    if (status && words) status.textContent = words.textContent;
  }

  #unchoose(): void {
    this.#chosen.clear();
    const all = this.querySelector<HTMLInputElement>("#bulk [name=all]");
    if (all) all.checked = false;
    for (const [place, row] of this.#list.all()) this.#dress(row, place);
    this.#showChosen();
  }

  /** #decide does something with the chosen items, or with the one at the cursor, and goes on to the next. */
  #decide(action: string): void {
    if (!this.querySelector("#bulk")) return; // whoever only looks decides nothing
    const ids = this.#chosen.size > 0 ? [...this.#chosen] : this.#cursorID ? [this.#cursorID] : [];
    if (ids.length === 0) return;
    const alone = this.#chosen.size === 0;
    const form = new URLSearchParams({ do: action, seq: this.#list.seq });
    for (const id of ids) form.append("item", id);
    this.#leave(ids);
    this.#outbox.put(form);
    if (alone) {
      const wasOpen = this.#openItem() !== "";
      if (this.#cursor < this.#list.total - 1) this.#move(this.#cursor + 1);
      else if (wasOpen) this.#close();
    } else this.#unchoose();
  }

  #leave(ids: string[]): void {
    const leaving = new Set(ids);
    for (const [, row] of this.#list.all()) if (leaving.has(row.dataset["id"] ?? "")) row.classList.add("leaving");
  }

  /** #settled hears how a decision went. */
  #settled(sent: Sent): void {
    if (sent.problem !== undefined) {
      say(sent.problem || (this.dataset["failed"] ?? ""));
      this.#list.refresh();
      return;
    }
    if (sent.undo.length > 0) this.#undo.push(sent.undo);
    if (sent.seq) this.#list.seq = String(sent.seq);
    if (sent.undo.length > 0) say(sent.say, { label: this.dataset["undo"] ?? "", run: () => this.#takeBack() });
    else if (sent.say) say(sent.say);
    this.#refreshSoon();
  }

  #takeBack(): void {
    const items = this.#undo.pop();
    if (!items) return;
    const form = new URLSearchParams({ do: "undo" });
    for (const id of items) form.append("item", id);
    this.#outbox.put(form);
  }

  #matchByHand(): void {
    const ids = this.#chosen.size > 0 ? [...this.#chosen] : [this.#cursorID];
    const query = new URLSearchParams();
    for (const id of ids) if (id) query.append("item", id);
    query.set("back", location.pathname + location.search);
    location.assign(`${this.dataset["match"]}?${query}`);
  }

  // The filter

  async #navigate(address: string, push = true): Promise<void> {
    this.#navigating?.abort();
    this.#navigating = new AbortController();
    this.setAttribute("aria-busy", "true");
    try {
      const page = await fetchPage(address, this.#navigating.signal);
      if (!page?.getElementById("queue-rows")) {
        location.assign(address);
        return;
      }
      if (push) history.pushState(null, "", address);
      for (const id of ["queue-tabs", "queue-choices", "queue-bulk", "queue-nothing", "queue-rows"]) replacePart(page, id);
      const filter = this.querySelector("#queue-filter");
      if (!filter?.contains(document.activeElement) || document.activeElement?.localName === "a") replacePart(page, "queue-filter");
      else (filter.querySelector("details") as HTMLDetailsElement | null)?.removeAttribute("open");
      this.#list.rewind();
      this.#cursor = -1;
      this.#cursorID = "";
      this.#chosen.clear();
      this.#showChosen();
      this.#list.adopt();
      this.removeAttribute("aria-busy");
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(address);
    }
  }

  #filtered(): void {
    const form = this.querySelector<HTMLFormElement>("#queue-filter");
    if (!form) return;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const usual = name === "sort" && value === "urgency";
      if (typeof value === "string" && value !== "" && !usual) query.append(name, value.slice(0, mostFilterRunes));
    }
    void this.#navigate(query.size > 0 ? `${form.action}?${query}` : form.action);
  }

  #popped = (): void => {
    void this.#navigate(location.href, false);
  };

  // Events

  #typed = (event: Event): void => {
    if ((event.target as Element).id !== "queue-q") return;
    clearTimeout(this.#typeTimer);
    this.#typeTimer = window.setTimeout(() => this.#filtered(), typeDelayMs);
  };

  #changed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (input.id === "queue-sort") {
      this.#filtered();
      return;
    }
    const place = input.name === "item" ? this.#list.placeOf(input) : -1;
    if (place < 0) return;
    this.#choose(place, input.checked);
    this.#anchor = place;
  };

  #clicked = (event: MouseEvent): void => {
    const target = event.target as Element;
    const box = target.closest<HTMLInputElement>(".queue-row input");
    if (box && event.shiftKey && this.#anchor >= 0) {
      this.#range(box);
      return;
    }
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = target.closest<HTMLAnchorElement>("a[data-queue]");
    if (link) {
      event.preventDefault();
      void this.#navigate(link.href);
      return;
    }
    if (target.closest("[data-clear]")) {
      this.#unchoose();
      return;
    }
    if (!wide.matches) return;
    if (target.closest("a[data-close]")) {
      event.preventDefault();
      this.#close();
      return;
    }
    const other = target.closest<HTMLElement>("a[data-open]")?.dataset["open"];
    const row = target.closest<HTMLElement>(".queue-row");
    const id = other ?? (row && !target.closest("input") ? row.dataset["id"] : undefined);
    if (!id) return;
    event.preventDefault();
    if (row) {
      this.#move(this.#list.placeOf(row), true);
    }
    void this.#open(id);
  };

  /** #range chooses from the last choice to this one, as far as the rows between are known. */
  #range(box: HTMLInputElement): void {
    const place = this.#list.placeOf(box);
    if (place < 0) return;
    const [from, to] = place < this.#anchor ? [place, this.#anchor] : [this.#anchor, place];
    for (let at = from; at <= to; at++) this.#choose(at, box.checked);
  }

  #submitted = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const submitter = event.submitter as HTMLButtonElement | null;
    if (form.id === "queue-filter") {
      event.preventDefault();
      (form.querySelector("details") as HTMLDetailsElement | null)?.removeAttribute("open");
      this.#filtered();
    } else if (form.id === "bulk") {
      event.preventDefault();
      if (submitter?.formMethod === "get") this.#matchByHand();
      else this.#sendBulk(form, submitter);
    } else if (form.hasAttribute("data-do")) {
      event.preventDefault();
      void this.#sendItem(form, submitter);
    }
  };

  #sendBulk(form: HTMLFormElement, submitter: HTMLButtonElement | null): void {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "item" && name !== "back") fields.append(name, value);
    fields.set("do", submitter?.value ?? "");
    if (fields.has("all")) {
      this.#leave([...this.#list.all()].map(([, row]) => row.dataset["id"] ?? ""));
      this.#outbox.put(fields);
    } else {
      fields.delete("filter");
      const ids = [...this.#chosen];
      this.#leave(ids);
      const most = 1000; // a form has room for as many
      for (let from = 0; from < ids.length; from += most) {
        const some = new URLSearchParams(fields);
        for (const id of ids.slice(from, from + most)) some.append("item", id);
        this.#outbox.put(some);
      }
    }
    for (const menu of form.querySelectorAll("details")) menu.open = false;
    this.#unchoose();
  }

  async #sendItem(form: HTMLFormElement, submitter: HTMLButtonElement | null): Promise<void> {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form, submitter)) if (typeof value === "string") fields.append(name, value);
    form.setAttribute("aria-busy", "true");
    const sent = await this.#outbox.send(fields, form.action);
    form.removeAttribute("aria-busy");
    this.#settled(sent);
    if (sent.problem !== undefined) return;
    const comment = fields.get("do") === "comment";
    await this.#open(sent.open || this.#openItem(), comment ? () => this.#panel.querySelector<HTMLElement>("#thread-text")?.focus({ preventScroll: true }) : undefined);
  }

  #heard = (event: Event): void => {
    const message = (event as CustomEvent<LiveMessage>).detail;
    switch (message.type) {
      case "decided":
      case "commented":
      case "changed":
      case "run.finished":
      case "resync": {
        const data = message.data as { seq?: number; item?: string; items?: string[] } | undefined;
        if (data?.seq !== undefined && String(data.seq) === this.#list.seq) return; // our own
        this.#refreshSoon();
        const open = this.#openItem();
        const typing = this.#panel.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select");
        if (open && !typing && (data?.item === open || data?.items?.includes(open))) void this.#open(open);
        break;
      }
      default:
        for (const [, row] of this.#list.all()) live.mark(row, row.dataset["id"] ?? "");
        live.markPeople(this.#panel);
    }
  };

  // The keyboard

  #pressed = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      this.#escape(target);
      return;
    }
    if (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (this.#awaitsDigit) {
      this.#awaitsDigit = false;
      const tab = this.querySelector<HTMLAnchorElement>(`#queue-tabs [data-key="${CSS.escape(event.key)}"]`);
      if (tab) {
        event.preventDefault();
        void this.#navigate(tab.href);
        return;
      }
    }
    const run = this.#keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // Enter and the space bar press what has the focus, if that is anything but a row.
    if (!run || (event.key === "Enter" && !target.closest(".queue-row") && target !== document.body)) return;
    event.preventDefault();
    run(event.shiftKey);
  };

  #keys: Record<string, (shift: boolean) => void> = {
    j: (shift) => this.#step(1, shift),
    k: (shift) => this.#step(-1, shift),
    ArrowDown: (shift) => this.#step(1, shift),
    ArrowUp: (shift) => this.#step(-1, shift),
    Home: () => this.#move(0),
    End: () => this.#move(this.#list.total - 1),
    Enter: () => this.#openCursor(),
    o: () => this.#openCursor(),
    a: () => this.#decide("accept"),
    r: () => this.#decide("reject"),
    u: () => this.#decide("unmatch"),
    m: () => this.#matchByHand(),
    z: () => this.#takeBack(),
    x: () => {
      this.#choose(this.#cursor);
      this.#anchor = this.#cursor;
    },
    c: () => {
      if (this.#cursorID) void this.#open(this.#cursorID, () => this.#panel.querySelector<HTMLElement>("#thread-text")?.focus());
    },
    g: () => {
      this.#awaitsDigit = true;
    },
    "/": () => this.querySelector<HTMLInputElement>("#queue-q")?.select(),
    "?": () => (document.getElementById("keys") as HTMLDialogElement | null)?.showModal(),
  };

  #step(by: number, extend: boolean): void {
    if (extend && this.#cursor >= 0) this.#choose(this.#cursor, true);
    this.#move(this.#cursor + by);
    if (extend) this.#choose(this.#cursor, true);
  }

  #openCursor(): void {
    if (this.#cursorID) void this.#open(this.#cursorID);
  }

  #escape(target: Element): void {
    if (target.matches("input, textarea, select")) (target as HTMLElement).blur();
    else if (this.#chosen.size > 0) this.#unchoose();
    else if (this.#openItem()) this.#close();
  }
}

customElements.define("review-queue", ReviewQueue);
