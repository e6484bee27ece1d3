// <local-time data-zone="Africa/Casablanca" data-text="… {time} …" datetime="2026-03-03T09:00:00Z"> says something only to readers in
// another time zone: with a datetime that time as their own clock shows it, without one just the text.

const minuteMs = 60_000;

/** offsetMinutes is how far a zone's clock is ahead of UTC at an instant. */
function offsetMinutes(zone: string, at: Date): number {
  const parts: Record<string, number> = {};
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  });
  for (const part of format.formatToParts(at)) parts[part.type] = Number(part.value);
  const wall = Date.UTC(parts["year"] ?? 0, (parts["month"] ?? 1) - 1, parts["day"], parts["hour"], parts["minute"]);
  return Math.round((wall - Math.floor(at.getTime() / minuteMs) * minuteMs) / minuteMs);
}

class LocalTime extends HTMLElement {
  connectedCallback(): void {
    const at = new Date(this.getAttribute("datetime") ?? Date.now());
    const zone = this.dataset["zone"];
    if (!zone || Number.isNaN(at.getTime())) return;
    try {
      if (offsetMinutes(zone, at) === -at.getTimezoneOffset()) return;
    } catch {
      return; // a zone that this browser does not know
    }
    const format = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, { weekday: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.textContent = (this.dataset["text"] ?? "{time}").replace("{time}", format.format(at));
  }
}

customElements.define("local-time", LocalTime);

export {};
