// <local-time datetime="2026-03-03T09:00:00+01:00" data-text="… {time} …"> says something only to readers whose clock was not, at that
// time, as far ahead of UTC as the datetime is: what time it was or will be for them.

/** offsetMinutes is how far ahead of UTC a datetime says its clock is. */
function offsetMinutes(datetime: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(datetime) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

const pad = (n: number): string => String(n).padStart(2, "0");

class LocalTime extends HTMLElement {
  connectedCallback(): void {
    const datetime = this.getAttribute("datetime") ?? "";
    const at = new Date(datetime);
    if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === -offsetMinutes(datetime)) return;
    const time = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
    // Only where the day is another one is its name wanted: the browser takes its time to get the names of days out.
    const sameDay = datetime.startsWith(`${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T`);
    const day = sameDay ? "" : `${at.toLocaleDateString(document.documentElement.lang, { weekday: "long" })} `;
    this.textContent = (this.dataset["text"] ?? "{time}").replace("{time}", day + time);
  }
}

customElements.define("local-time", LocalTime);

export {};
