import { say } from "./toast";

// <near-me> holds a button that asks the browser where the reader is and leads to what is nearest. Only who presses it is asked. Where
// the browser cannot tell or the reader does not want to, cities are there to choose from.

const waitMilliseconds = 10_000;

class NearMe extends HTMLElement {
  connectedCallback(): void {
    if (!("geolocation" in navigator)) this.hidden = true;
    this.addEventListener("click", this.#ask);
  }

  #ask = (): void => {
    const button = this.querySelector("button");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const to = new URL(this.dataset["to"] ?? "", location.href);
        // A hundred metres are near enough, and nobody's door.
        to.searchParams.set("near", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
        location.assign(to);
      },
      () => {
        button.removeAttribute("aria-busy");
        say(this.dataset["unknown"] ?? "");
        document.getElementById("city")?.focus();
      },
      { maximumAge: 300_000, timeout: waitMilliseconds },
    );
  };
}

customElements.define("near-me", NearMe);
