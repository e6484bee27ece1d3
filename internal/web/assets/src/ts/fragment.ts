// Pages are their own fragments: a part of a page is renewed by asking for the whole page and taking the part out of it. That
// costs a few kilobytes more than an address for every part, and there is only one truth of what a page looks like.

const parser = new DOMParser();

/** fetchPage returns the page at url, or null where it is no page of ours or the reader was led elsewhere. */
export async function fetchPage(url: string, signal?: AbortSignal): Promise<Document | null> {
  const init: RequestInit = { headers: { Accept: "text/html" }, credentials: "same-origin" };
  if (signal) init.signal = signal;
  const answer = await fetch(url, init);
  const elsewhere = answer.redirected && new URL(answer.url).pathname !== new URL(url, location.href).pathname;
  return elsewhere ? null : pageOf(answer);
}

/** pageOf reads the page that an answer carries, or null where it carries none. */
export async function pageOf(answer: Response): Promise<Document | null> {
  if (!answer.headers.get("Content-Type")?.startsWith("text/html")) return null;
  return parser.parseFromString(await answer.text(), "text/html");
}

/** replacePart puts the element of that id from page in the place of ours, keeps the focus, and says whether anything changed. */
export function replacePart(page: Document, id: string): boolean {
  const ours = document.getElementById(id);
  const theirs = page.getElementById(id);
  if (!ours || !theirs || ours.isEqualNode(theirs)) return false;
  const focused = ours.contains(document.activeElement) ? pathTo(document.activeElement) : "";
  ours.replaceWith(document.adoptNode(theirs));
  if (focused) document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  return true;
}

/** pathTo is a selector by which an element is found again after its surroundings were renewed. */
function pathTo(element: Element | null): string {
  if (!element) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  const name = element.getAttribute("name");
  if (name) return `${element.localName}[name="${CSS.escape(name)}"]`;
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : "";
}
