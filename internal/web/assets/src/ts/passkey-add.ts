// Making a passkey: the device is asked when the form is sent, and what it answers goes with it.
import { perform, possible } from "./passkeys";

customElements.define(
  "passkey-add",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form")!;
      this.addEventListener("submit", (event) => {
        event.preventDefault();
        this.tell("");
        if (!possible()) {
          this.tell(this.dataset.failed!);
          return;
        }
        form.setAttribute("aria-busy", "true");
        perform(form, this.dataset.source!, true)
          .then((problem) => problem !== undefined && this.tell(problem || this.dataset.failed!))
          .catch(() => this.tell(this.dataset.failed!))
          .finally(() => form.removeAttribute("aria-busy"));
      });
    }

    private tell(problem: string) {
      const place = this.querySelector<HTMLElement>("[data-problem]")!;
      place.textContent = problem;
      place.hidden = problem === "";
    }
  },
);
