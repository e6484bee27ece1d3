import { fetchPage, replacePart } from "./fragment";

// A link with data-swap="id" renews only the part of the page with that id. Where anything goes wrong it is a link like any other.

let underWay: AbortController | undefined;

async function follow(href: string, id: string): Promise<boolean> {
  underWay?.abort();
  underWay = new AbortController();
  const page = await fetchPage(href, underWay.signal);
  if (!page?.getElementById(id)) return false;
  // "main" is all the content of the page, whatever its id.
  replacePart(page, id);
  return true;
}

document.addEventListener("click", (event) => {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-swap]");
  const part = link?.dataset["swap"];
  if (!link || !part) return;
  const id = part === "main" ? "content" : part;
  event.preventDefault();
  follow(link.href, id)
    .then((done) => {
      if (!done) location.assign(link.href);
      else history.replaceState(null, "", link.href.split("#")[0] ?? link.href);
      if (done && part === "main") document.getElementById("times")?.scrollIntoView({ block: "nearest" });
    })
    .catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(link.href);
    });
});
