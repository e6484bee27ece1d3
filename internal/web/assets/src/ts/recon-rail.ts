// On a phone the sections of a project are a strip that scrolls: the one that the reader is in is brought into sight.
export {};

const strip = document.querySelector(".recon-sections");
const here = strip?.querySelector("[aria-current]");
if (strip && here) {
  const outer = strip.getBoundingClientRect();
  const inner = here.getBoundingClientRect();
  strip.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
