// <refund-slider data-most="450" data-label="…"> puts a slider below the amount that an operator gives back. The amount is what counts:
// without this script it is typed.

class RefundSlider extends HTMLElement {
  #slider: HTMLInputElement | undefined;

  connectedCallback(): void {
    const amount = this.querySelector("input");
    const most = Number(this.dataset["most"]);
    if (!amount || !(most > 0) || this.#slider) return;
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.max = "100";
    slider.step = "5";
    slider.setAttribute("aria-label", this.dataset["label"] ?? "");
    const value = (text: string): number => Number(text.replace(",", ".").replace(/\s/g, ""));
    const follow = (): void => {
      const share = amount.value.trim() === "" ? 0 : (value(amount.value) / most) * 100;
      slider.value = String(Number.isFinite(share) ? share : 0);
    };
    slider.addEventListener("input", () => {
      amount.value = String(Math.round(Number(slider.value) * most) / 100);
    });
    amount.addEventListener("input", follow);
    follow();
    this.append(slider);
    this.#slider = slider;
  }
}

customElements.define("refund-slider", RefundSlider);
