// The rows of a long list that are in sight. Some sixty elements are filled anew as one scrolls: making rows costs the browser ten times as
// much as changing the words in them.

const restMs = 200;
const movesAFrame = 6;
const fillsAFrame = 24; // more would take longer than a frame may
const fillMs = 6; // of a frame, on a machine on which fewer do

/** become makes an element the same as another one by changing only what differs. */
function become(to: Element, from: Element): void {
  for (const { name } of [...to.attributes]) if (name !== "style" && !from.hasAttribute(name)) to.removeAttribute(name);
  for (const { name, value } of from.attributes) if (to.getAttribute(name) !== value) to.setAttribute(name, value);
  const theirs = from.childNodes;
  for (let i = 0; i < theirs.length; i++) {
    const their = theirs[i]!;
    const our = to.childNodes[i];
    if (!our) to.append(document.importNode(their, true));
    else if (our.nodeName !== their.nodeName) our.replaceWith(document.importNode(their, true));
    else if (their instanceof Element) become(our as Element, their);
    else if (our.nodeValue !== their.nodeValue) our.nodeValue = their.nodeValue;
  }
  while (to.childNodes.length > theirs.length) to.lastChild!.remove();
}

interface Slot {
  element: HTMLElement;
  source: HTMLElement;
}

/** RowWindow shows some of many rows within a list, each at its place. Dress does what a row needs beside its content. */
export class RowWindow {
  readonly #slots = new Map<number, Slot>();
  #spare: HTMLElement[] = []; // in the list, unseen
  #bones = document.createElement("li");
  #timer = 0;

  constructor(
    private readonly list: HTMLElement,
    private readonly dress: (row: HTMLElement, place: number) => void,
  ) {
    this.#bones.className = "queue-bones";
    this.#bones.setAttribute("aria-hidden", "true");
  }

  at(place: number): HTMLElement | undefined {
    return this.#slots.get(place)?.element;
  }

  /** placeOf is where an element of the list stands, -1 for one that is none of its rows. */
  placeOf(element: Element | null): number {
    const row = element?.closest(".queue-row");
    for (const [place, slot] of this.#slots) if (slot.element === row) return place;
    return -1;
  }

  all(): Iterable<[number, HTMLElement]> {
    return [...this.#slots].map(([place, slot]) => [place, slot.element]);
  }

  /**
   * show fills the list with the known rows from first to last; keep stays in it, even where it is out of sight. It says whether there are more
   * of them than a frame has time for: then it has to be called again.
   */
  show(first: number, last: number, rows: ReadonlyMap<number, HTMLElement>, rowHeight: number, keep: number): boolean {
    for (const [place, slot] of this.#slots) {
      if ((place >= first && place <= last) || place === keep) continue;
      this.#slots.delete(place);
      this.#spare.push(slot.element);
    }
    // In the order that they have in the list, so that rows that are all changed are still in order.
    this.#spare.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)).reverse();
    let lacking = false;
    let fills = 0;
    const until = performance.now() + fillMs;
    for (let place = first; place <= last; place++) {
      const slot = this.#slots.get(place);
      const source = rows.get(place);
      if (!slot && source && (++fills > fillsAFrame || performance.now() > until)) fills = fillsAFrame + 1;
      if (!source || (!slot && fills > fillsAFrame)) lacking ||= !slot;
      else if (!slot) this.#slots.set(place, { element: this.#fill(source, place, rowHeight), source });
      else if (slot.source !== source) {
        become(slot.element, source);
        slot.source = source;
        this.dress(slot.element, place);
      }
    }
    for (const element of this.#spare) if (element.style.visibility !== "hidden") element.style.visibility = "hidden";
    this.#stand(lacking, first, last, rowHeight);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#tidy(), restMs);
    return fills > fillsAFrame;
  }

  #fill(source: HTMLElement, place: number, rowHeight: number): HTMLElement {
    let element = this.#spare.pop();
    if (element) {
      become(element, source);
      element.style.visibility = "";
    } else {
      element = document.importNode(source, true);
      this.list.append(element);
    }
    element.style.top = `${place * rowHeight}px`;
    this.dress(element, place);
    return element;
  }

  /** place puts all rows where they belong after their height has changed. */
  place(rowHeight: number): void {
    for (const [place, slot] of this.#slots) slot.element.style.top = `${place * rowHeight}px`;
  }

  /** #stand has lines stand in for rows that are on their way. */
  #stand(lacking: boolean, first: number, last: number, rowHeight: number): void {
    if (!lacking) {
      this.#bones.remove();
      return;
    }
    this.#bones.style.top = `${first * rowHeight}px`;
    this.#bones.style.height = `${(last - first + 1) * rowHeight}px`;
    if (!this.#bones.isConnected) this.list.prepend(this.#bones);
  }

  /** #tidy puts the elements into the order in which they are read, some at a time, once the scrolling has come to rest. Spare ones go. */
  #tidy(): void {
    for (const element of this.#spare.splice(0)) element.remove();
    const wanted = [...this.#slots].sort(([a], [b]) => a - b).map(([, slot]) => slot.element);
    const found = ([...this.list.children] as HTMLElement[]).filter((child) => child !== this.#bones);
    // After scrolling on, the first rows became the last: moving the shorter part is enough.
    const turn = found.indexOf(wanted[0]!);
    let moves = 0;
    if (turn > wanted.length / 2) {
      for (let i = wanted.length - 1; i >= 0 && moves < movesAFrame; i--) {
        if (this.#put(wanted[i]!, wanted[i + 1] ?? null)) moves++;
      }
    } else {
      for (let i = 0; i < wanted.length && moves < movesAFrame; i++) {
        const before = i > 0 ? wanted[i - 1]!.nextElementSibling : this.list.firstElementChild;
        if (before !== wanted[i] && this.#put(wanted[i]!, before)) moves++;
      }
    }
    if (moves > 0) this.#timer = window.setTimeout(() => this.#tidy(), 0);
  }

  #put(element: HTMLElement, before: Element | null): boolean {
    if (element.nextElementSibling === before || element === before) return false;
    // Moving what has the focus would take it away.
    if (element.contains(document.activeElement)) return false;
    this.list.insertBefore(element, before);
    return true;
  }
}
