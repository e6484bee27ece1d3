// <time-left datetime="…"> counts down to a moment: what it says without this script is when that is.

const minuteMs = 60_000;

class TimeLeft extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#say();
    this.#timer = window.setInterval(() => this.#say(), minuteMs / 2);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  #say(): void {
    const left = Math.ceil((Date.parse(this.getAttribute("datetime") ?? "") - Date.now()) / minuteMs);
    if (Number.isNaN(left)) return;
    if (left <= 0) {
      this.textContent = this.dataset["over"] ?? "";
      return;
    }
    const [hours, minutes] = [Math.floor(left / 60), left % 60];
    const words = hours > 0 ? this.dataset["hours"] : this.dataset["minutes"];
    const told = (words ?? "").replace("{h}", String(hours)).replace("{m}", String(minutes));
    this.textContent = (this.dataset["text"] ?? "{left}").replace("{left}", told);
  }
}

customElements.define("time-left", TimeLeft);
