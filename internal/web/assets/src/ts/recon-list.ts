import { fetchPage, replacePart } from "./fragment";
import { RowWindow } from "./recon-rows";
import { say } from "./toast";

// The list of the review: it knows some of up to a hundred thousand rows, fetches stretches of them as they come near, and has the page hold
// those in sight.

const chunkRows = 200; // what the server sends at a time
const overscanRows = 6; // beyond the window, so that a small scroll finds its rows there
const aheadRows = 150; // from how near a stretch is fetched
const keptRows = 8000; // that are remembered
const farDelayMs = 120; // while one drags the scrollbar, most places are passed by

/** Holder is the queue that the list belongs to. */
export interface Holder {
  /** address is where the rows from a place on are fetched. */
  address(offset: number): string;
  /** dress gives a row what it needs beside its content. */
  dress(row: HTMLElement, place: number): void;
  /** keeps is the row that stays in the page wherever one scrolls, -1 for none. */
  keeps(): number;
  /** came hears of rows that have come, and says whether somebody waits for one of them. */
  came(rows: ReadonlyMap<number, HTMLElement>): boolean;
  /** settled hears that they are in the page, or will be with its next frame. */
  settled(): void;
}

export class QueueList {
  seq = ""; // of the last decision that the rows know of
  total = 0;
  readonly #rows = new Map<number, HTMLElement>(); // what is known, by place in the list
  #shown!: RowWindow; // those of them that are in the page
  #rowHeight = 40;
  #frame = 0;
  #fetchTimer = 0;
  #underWay = new Map<number, AbortController>();
  #generation = 0;

  constructor(
    private readonly queue: HTMLElement,
    private readonly holder: Holder,
  ) {}

  connect(): void {
    this.adopt();
    document.addEventListener("scroll", this.paintSoon, { capture: true, passive: true });
    window.addEventListener("resize", this.#resized);
  }

  disconnect(): void {
    document.removeEventListener("scroll", this.paintSoon, { capture: true });
    window.removeEventListener("resize", this.#resized);
    for (const fetching of this.#underWay.values()) fetching.abort();
  }

  // The parts of the page. They are replaced now and then, so they are looked up when they are needed.

  get #list(): HTMLElement {
    return this.queue.querySelector<HTMLElement>("#queue-rows")!;
  }

  get #pane(): HTMLElement {
    return this.queue.querySelector<HTMLElement>(".queue-pane")!;
  }

  /** known is a row by its place, where it has come. */
  known(place: number): HTMLElement | undefined {
    return this.#rows.get(place);
  }

  /** at is a row that is in the page. */
  at(place: number): HTMLElement | undefined {
    return this.#shown.at(place);
  }

  placeOf(element: Element | null): number {
    return this.#shown.placeOf(element);
  }

  all(): Iterable<[number, HTMLElement]> {
    return this.#shown.all();
  }

  /** adopt takes the rows that the server sent as the beginning of the list. */
  adopt(): void {
    const list = this.#list;
    this.#generation++;
    this.#rows.clear();
    this.#shown = new RowWindow(list, (row, place) => this.holder.dress(row, place));
    const offset = Number(list.dataset["offset"]);
    const rows = [...list.children] as HTMLElement[];
    this.#rowHeight = rows[0]?.offsetHeight || this.#rowHeight;
    rows.forEach((row, i) => this.#rows.set(offset + i, row));
    list.replaceChildren();
    this.#count(list);
    this.paint();
    if (offset > 0) this.reveal(offset, true);
  }

  #count(list: HTMLElement): void {
    this.total = Number(list.dataset["total"]);
    this.seq = list.dataset["seq"] ?? "";
    this.#list.style.blockSize = `${this.total * this.#rowHeight}px`;
    const nothing = this.queue.querySelector<HTMLElement>("[data-nothing]");
    if (nothing) nothing.hidden = this.total > 0;
  }

  /** #window says from where to where the list can be seen, in pixels of the window. */
  #window(): { top: number; bottom: number; listTop: number } {
    const pane = this.#pane.getBoundingClientRect();
    const columns = this.queue.querySelector<HTMLElement>(".queue-columns")?.offsetHeight ?? 0;
    return { top: Math.max(pane.top, 0) + columns, bottom: Math.min(pane.bottom, window.innerHeight), listTop: this.#list.getBoundingClientRect().top };
  }

  paintSoon = (): void => {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.paint();
    });
  };

  /** paint has the page hold those rows that can be seen, in their order, and asks for those that are not known yet. */
  paint(): void {
    const sight = this.#window();
    const first = Math.max(0, Math.floor((sight.top - sight.listTop) / this.#rowHeight) - overscanRows);
    const last = Math.min(this.total - 1, Math.ceil((sight.bottom - sight.listTop) / this.#rowHeight) + overscanRows);
    const unfinished = this.#shown.show(first, last, this.#rows, this.#rowHeight, this.holder.keeps());
    if (unfinished) this.paintSoon();
    this.#want(Math.max(0, first - aheadRows), Math.min(this.total - 1, last + aheadRows), first, last);
  }

  /** #want fetches the stretches between two places that are not known: at once beside known ones, else when the scrolling has come to rest. */
  #want(from: number, to: number, first: number, last: number): void {
    const wanted: number[] = [];
    let far = false;
    for (let chunk = Math.floor(from / chunkRows); chunk * chunkRows <= to; chunk++) {
      if (this.#has(chunk)) continue;
      wanted.push(chunk);
      const inSight = (chunk + 1) * chunkRows > first && chunk * chunkRows <= last;
      if (inSight && !this.#has(chunk - 1) && !this.#has(chunk + 1)) far = true;
    }
    for (const [chunk, fetching] of this.#underWay) if (!wanted.includes(chunk)) fetching.abort();
    if (wanted.length === 0) return;
    clearTimeout(this.#fetchTimer);
    const fetchAll = (): void => {
      for (const chunk of wanted) if (!this.#underWay.has(chunk)) void this.#fetch(chunk);
    };
    if (far) this.#fetchTimer = window.setTimeout(fetchAll, farDelayMs);
    else fetchAll();
  }

  #has(chunk: number): boolean {
    const end = Math.min((chunk + 1) * chunkRows, this.total) - 1;
    return end >= 0 && this.#rows.has(chunk * chunkRows) && this.#rows.has(end);
  }

  async #fetch(chunk: number): Promise<void> {
    const abort = new AbortController();
    const generation = this.#generation;
    this.#underWay.set(chunk, abort);
    try {
      const page = await fetchPage(this.holder.address(chunk * chunkRows), abort.signal);
      const list = page?.getElementById("queue-rows");
      if (!page || !list) throw new Error("no rows");
      if (generation !== this.#generation) return;
      this.#take(page, list, chunk);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      say(this.queue.dataset["failed"] ?? "", { label: this.queue.dataset["again"] ?? "", run: () => this.paint() });
    } finally {
      if (this.#underWay.get(chunk) === abort) this.#underWay.delete(chunk);
    }
  }

  #take(page: Document, list: HTMLElement, chunk: number): void {
    this.#count(list);
    const rows = new Map(([...list.children] as HTMLElement[]).map((row, i) => [chunk * chunkRows + i, row]));
    for (const [place, row] of rows) this.#rows.set(place, row);
    const awaited = this.holder.came(rows);
    this.#forgetFar(chunk);
    replacePart(page, "queue-tabs");
    // Reading what has come took its part of the frame; showing it is for the next one, unless somebody waits for a row.
    if (awaited) this.paint();
    else this.paintSoon();
    this.holder.settled();
  }

  #forgetFar(chunk: number): void {
    if (this.#rows.size <= keptRows) return;
    const reach = keptRows / 2;
    for (const place of this.#rows.keys()) {
      if (Math.abs(place - chunk * chunkRows) > reach) this.#rows.delete(place);
    }
  }

  /** refresh asks for what is in sight anew; what is shown stays until the answer is there. */
  refresh(): void {
    this.#generation++;
    for (const fetching of this.#underWay.values()) fetching.abort();
    this.#underWay.clear();
    this.#rows.clear();
    const sight = this.#window();
    const middle = ((sight.top + sight.bottom) / 2 - sight.listTop) / this.#rowHeight;
    const chunk = Math.max(0, Math.floor(Math.min(middle, this.total - 1) / chunkRows));
    void this.#fetch(chunk);
  }

  #resized = (): void => {
    const [first] = this.#shown.all();
    const height = first?.[1].offsetHeight ?? this.#rowHeight;
    if (height !== this.#rowHeight) {
      this.#rowHeight = height;
      this.#list.style.blockSize = `${this.total * height}px`;
      this.#shown.place(height);
    }
    this.paintSoon();
  };

  /** reveal scrolls as little as is needed to show a row, or has it come first. */
  reveal(place: number, first = false): void {
    const sight = this.#window();
    const top = sight.listTop + place * this.#rowHeight;
    let by = 0;
    if (top < sight.top || first) by = top - sight.top;
    else if (top + this.#rowHeight > sight.bottom) by = top + this.#rowHeight - sight.bottom;
    if (by === 0) return;
    const pane = this.#pane;
    (pane.scrollHeight > pane.clientHeight + 1 && getComputedStyle(pane).overflowY !== "visible" ? pane : window).scrollBy(0, by);
  }

  /** rewind goes back to the first row. */
  rewind(): void {
    this.#pane.scrollTop = 0;
  }
}
