// <favourite-heart> saves a provider without leaving the page. Where that fails the form goes the way of all forms.

class FavouriteHeart extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", this.#toggle);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.#toggle);
  }

  #toggle = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    const on = form.querySelector<HTMLInputElement>("[name=on]");
    const button = form.querySelector("button");
    if (!on || !button) return;
    const wanted = on.value;
    const body = new URLSearchParams({ on: wanted });
    const show = (saved: string): void => {
      button.setAttribute("aria-pressed", String(saved === "1"));
      on.value = saved === "1" ? "0" : "1";
    };
    show(wanted); // at once; the answer hardly ever differs
    fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" }, credentials: "same-origin", redirect: "manual" })
      .then((answer) => {
        if (answer.status !== 204) throw new Error("not saved");
      })
      .catch(() => {
        show(wanted === "1" ? "0" : "1");
        form.submit();
      });
  };
}

customElements.define("favourite-heart", FavouriteHeart);
