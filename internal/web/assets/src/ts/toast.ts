// Toasts: sentences that lie over the end of the page for some seconds, and are read out.

const shownMilliseconds = 6000;

/** region is where toasts lie; it must stand in the page before its content changes, or nobody is told. */
function region(): HTMLElement {
  const known = document.getElementById("toasts");
  if (known) return known;
  const made = document.createElement("div");
  made.id = "toasts";
  made.className = "toasts";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

/** say shows a sentence, with a button where there is something to do about it; such a one stays until it is pressed. */
export function say(text: string, action?: { label: string; run: () => void }): void {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(text);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      toast.remove();
      action.run();
    });
    toast.append(button);
  } else {
    setTimeout(() => toast.remove(), shownMilliseconds);
  }
  const place = region();
  requestAnimationFrame(() => place.replaceChildren(toast));
}

/** hush takes away what is being said. */
export function hush(): void {
  document.getElementById("toasts")?.replaceChildren();
}
