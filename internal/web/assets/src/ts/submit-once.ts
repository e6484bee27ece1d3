// A form that is under way is not sent a second time by an impatient finger. (The server would see through it as well.)

const sent = new WeakSet<HTMLFormElement>();

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
});

// Coming back by the browser's back button, the form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[aria-busy]")) {
    sent.delete(form);
    form.removeAttribute("aria-busy");
  }
});
