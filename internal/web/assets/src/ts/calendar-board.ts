// <calendar-board> lets a mouse or pen move bookings and draw over empty time. What was dropped or drawn is asked about in a dialog and
// sent as a form; without this script the same is done by links. Fingers scroll and tap: for them there is nothing to drag.

const minutesPerHour = 60;
const threshold = 5; // pixels that a hand may tremble
const tickMs = 30_000;

interface Spot {
  day: HTMLElement;
  minute: number;
}

interface Drag {
  block: HTMLElement | null; // null: empty time is drawn over
  pointer: number;
  x: number;
  y: number;
  grip: number; // minutes between the start of the block and where it was taken
  from: Spot;
  at: Spot | null;
  moved: boolean;
}

function clock(minute: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(Math.floor(minute / minutesPerHour) % 24)}:${two(minute % minutesPerHour)}`;
}

function minuteOf(text: string | undefined): number {
  const [hour, minute] = (text ?? "0:0").split(":").map(Number);
  return (hour ?? 0) * minutesPerHour + (minute ?? 0);
}

class CalendarBoard extends HTMLElement {
  #drag: Drag | null = null;
  #ghost = document.createElement("div");
  #timer = 0;
  #justDragged = false;

  connectedCallback(): void {
    this.#ghost.className = "calendar-ghost";
    this.addEventListener("pointerdown", this.#down);
    this.addEventListener("click", this.#click, true);
    this.addEventListener("dragstart", (event) => event.preventDefault());
    this.#timer = window.setInterval(() => this.#tick(), tickMs);
    for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog.calendar-dialog")) {
      dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
    }
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
    this.#forget();
  }

  get #first(): number {
    return Number(this.dataset["first"]) * minutesPerHour;
  }

  get #last(): number {
    return this.#first + Number(this.dataset["hours"]) * minutesPerHour;
  }

  get #step(): number {
    return Math.min(30, Number(this.dataset["step"]) || 30);
  }

  #spot(x: number, y: number): Spot | null {
    for (const day of this.querySelectorAll<HTMLElement>(".calendar-day")) {
      const box = day.getBoundingClientRect();
      if (box.width === 0 || x < box.left || x >= box.right) continue;
      const share = Math.max(0, Math.min(1, (y - box.top) / box.height));
      return { day, minute: this.#first + share * (this.#last - this.#first) };
    }
    return null;
  }

  #snap(minute: number): number {
    return Math.floor(minute / this.#step) * this.#step;
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    const target = event.target as Element;
    if (target.closest(".calendar-move, .calendar-days")) return;
    const block = target.closest<HTMLElement>("li.calendar-block");
    const from = this.#spot(event.clientX, event.clientY);
    if (!from || (block ? !block.hasAttribute("data-movable") : !target.closest(".calendar-slot"))) return;
    const grip = block ? from.minute - minuteOf(block.dataset["from"]) : 0;
    this.#drag = { block, pointer: event.pointerId, x: event.clientX, y: event.clientY, grip, from, at: null, moved: false };
    document.addEventListener("pointermove", this.#move);
    document.addEventListener("pointerup", this.#up);
    document.addEventListener("pointercancel", this.#forget);
    document.addEventListener("keydown", this.#escape);
  };

  #move = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < threshold) return;
    if (!drag.moved) {
      drag.moved = true;
      this.classList.add("dragging");
      drag.block?.classList.add("dragged");
    }
    event.preventDefault();
    const over = drag.block ? this.#spot(event.clientX, event.clientY) : this.#spot(drag.x, event.clientY);
    if (!over) return;
    drag.at = over;
    const { start, end } = this.#span(drag, over);
    this.#show(over.day, start, end);
  };

  /** span is what the drag means: the block at its new time, or the stretch that was drawn. */
  #span(drag: Drag, over: Spot): { start: number; end: number } {
    if (drag.block) {
      const length = Number(drag.block.dataset["minutes"]);
      const start = Math.max(this.#first, Math.min(this.#last - length, this.#snap(over.minute - drag.grip + this.#step / 2)));
      return { start, end: start + length };
    }
    const [a, b] = drag.from.minute < over.minute ? [drag.from.minute, over.minute] : [over.minute, drag.from.minute];
    return { start: this.#snap(a), end: Math.min(this.#last, this.#snap(b) + this.#step) };
  }

  #show(day: HTMLElement, start: number, end: number): void {
    const all = this.#last - this.#first;
    this.#ghost.textContent = `${clock(start)} – ${clock(end)}`;
    this.#ghost.style.top = `${((start - this.#first) / all) * 100}%`;
    this.#ghost.style.height = `${((end - start) / all) * 100}%`;
    if (this.#ghost.parentElement !== day) day.append(this.#ghost);
  }

  #up = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    const over = drag.at;
    this.#forget();
    if (!drag.moved || !over) return;
    this.#justDragged = true;
    window.setTimeout(() => (this.#justDragged = false), 0);
    const { start, end } = this.#span(drag, over);
    if (drag.block) this.#askToMove(drag.block, over.day, start);
    else this.#askToBlock(over.day, start, end);
  };

  // The click that ends a drag opens nothing.
  #click = (event: MouseEvent): void => {
    if (!this.#justDragged) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.#forget();
  };

  #forget = (): void => {
    this.#drag?.block?.classList.remove("dragged");
    this.#drag = null;
    this.classList.remove("dragging");
    this.#ghost.remove();
    document.removeEventListener("pointermove", this.#move);
    document.removeEventListener("pointerup", this.#up);
    document.removeEventListener("pointercancel", this.#forget);
    document.removeEventListener("keydown", this.#escape);
  };

  #askToMove(block: HTMLElement, day: HTMLElement, start: number): void {
    const same = day === block.closest(".calendar-day") && clock(start) === block.dataset["from"];
    const form = document.querySelector<HTMLFormElement>("#calendar-move form");
    if (same || !form) return;
    form.action = (form.dataset["action"] ?? "").replace("{id}", block.dataset["booking"] ?? "");
    this.#ask("calendar-move", { date: day.dataset["date"] ?? "", from: clock(start) }, {
      name: block.dataset["name"] ?? "", day: day.dataset["label"] ?? "", time: clock(start),
    });
  }

  #askToBlock(day: HTMLElement, start: number, end: number): void {
    this.#ask("calendar-block", { date: day.dataset["date"] ?? "", from: clock(start), to: clock(end) }, {
      day: day.dataset["label"] ?? "", from: clock(start), to: clock(end),
    });
  }

  #ask(id: string, fields: Record<string, string>, words: Record<string, string>): void {
    const dialog = document.getElementById(id) as HTMLDialogElement | null;
    if (!dialog) return;
    for (const [name, value] of Object.entries(fields)) {
      const input = dialog.querySelector<HTMLInputElement>(`input[name="${name}"]`);
      if (input) input.value = value;
    }
    const say = dialog.querySelector("[data-say]");
    if (say) say.textContent = (dialog.dataset["text"] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? "");
    dialog.showModal();
  }

  // The line of now moves on by itself; when a day is over the page is asked for anew by what happens next.
  #tick(): void {
    const line = this.querySelector<HTMLElement>("[data-now]");
    const day = line?.closest<HTMLElement>(".calendar-day");
    if (!line || !day) return;
    const began = Number(line.dataset["began"] ?? Date.now());
    const top = Number(line.dataset["top"] ?? line.offsetTop);
    line.dataset["began"] = String(began);
    line.dataset["top"] = String(top);
    const perMinute = day.offsetHeight / (this.#last - this.#first);
    line.style.top = `${top + ((Date.now() - began) / 60_000) * perMinute}px`;
  }
}

customElements.define("calendar-board", CalendarBoard);
