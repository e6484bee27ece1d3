// A button with data-dialog="id" opens the dialog of that id. Pressing beside the dialog closes it, also where the browser does not
// know closedby yet.

const knowsClosedBy = "closedBy" in HTMLDialogElement.prototype;

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  } else if (target instanceof HTMLDialogElement && target.open && !knowsClosedBy) {
    const box = target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) target.close();
  }
});
