// Signing in with a passkey: a button that is there only where it can do something.
import { perform, possible } from "./passkeys";

customElements.define(
  "passkey-sign-in",
  class extends HTMLElement {
    connectedCallback() {
      if (!possible()) return;
      this.hidden = false;
      const form = this.querySelector("form")!;
      this.addEventListener("submit", (event) => {
        event.preventDefault();
        // Whoever changes their mind, or has no passkey here, stays where they are: the form above is for them.
        perform(form, this.dataset.source!, false).catch(() => undefined);
      });
    }
  },
);
