import { pageOf, replacePart } from "./fragment";

// <message-thread> sends a message without leaving the page, and keeps the place of whoever reads further up when one arrives. The box
// is turned round by the style sheet: it is at its end by itself, and its scrollTop is negative further up.

class MessageThread extends HTMLElement {
  #watch: MutationObserver | undefined;
  #height = 0;

  connectedCallback(): void {
    this.addEventListener("submit", this.#send);
    this.addEventListener("keydown", this.#pressed);
    const box = this.#box();
    if (!box) return;
    this.#height = box.scrollHeight;
    this.#watch = new MutationObserver(() => this.#stay(box));
    this.#watch.observe(box, { childList: true });
  }

  disconnectedCallback(): void {
    this.#watch?.disconnect();
    this.removeEventListener("submit", this.#send);
    this.removeEventListener("keydown", this.#pressed);
  }

  #box(): HTMLElement | null {
    return this.querySelector(".booking-thread-box");
  }

  #stay(box: HTMLElement): void {
    const grown = box.scrollHeight - this.#height;
    this.#height = box.scrollHeight;
    if (box.scrollTop < -1) box.scrollTop -= grown;
  }

  // Enter with Ctrl or ⌘ sends; alone it begins a new line, since a message may have several.
  #pressed = (event: KeyboardEvent): void => {
    const field = event.target as HTMLElement;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || field.localName !== "textarea") return;
    event.preventDefault();
    (field as HTMLTextAreaElement).form?.requestSubmit();
  };

  #send = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    this.#post(form).catch(() => {
      // The browser knows another way.
      form.submit();
    });
  };

  async #post(form: HTMLFormElement): Promise<void> {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" }, credentials: "same-origin" });
    const page = await pageOf(answer);
    if (!page?.getElementById(form.id)) throw new Error("no page");
    replacePart(page, "booking-thread");
    replacePart(page, form.id);
    const box = this.#box();
    if (box && answer.ok) box.scrollTop = 0;
    this.querySelector<HTMLTextAreaElement>("textarea")?.focus({ preventScroll: true });
  }
}

customElements.define("message-thread", MessageThread);
