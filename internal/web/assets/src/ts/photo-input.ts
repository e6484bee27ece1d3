// <photo-input> shows the pictures that were chosen before they are sent, and says at once what the server would refuse. They are drawn
// on canvases: the page may load images from the server alone.
export {};

const side = 176;
const shown = 12;

class PhotoInput extends HTMLElement {
  #turn = 0;

  connectedCallback(): void {
    this.addEventListener("change", () => void this.#show());
  }

  async #show(): Promise<void> {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    if (!input) return;
    const files = [...(input.files ?? [])];
    input.setCustomValidity(this.#complaint(files));
    input.reportValidity();
    const turn = ++this.#turn;
    this.querySelector(".photos-chosen")?.remove();
    if (files.length === 0) return;
    const list = document.createElement("ul");
    list.className = "photos-chosen";
    this.append(list);
    for (const file of files.slice(0, shown)) {
      const canvas = await draw(file);
      if (turn !== this.#turn) return;
      const item = document.createElement("li");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", file.name);
      item.append(canvas);
      list.append(item);
    }
  }

  #complaint(files: File[]): string {
    if (files.length > Number(this.dataset["max"])) return this.dataset["tooMany"] ?? "";
    if (files.some((file) => file.size > Number(this.dataset["bytes"]))) return this.dataset["tooLarge"] ?? "";
    return "";
  }
}

// draw fills a square with the middle of a picture; what is none leaves it empty.
async function draw(file: File): Promise<HTMLCanvasElement> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture) {
    const edge = Math.min(picture.width, picture.height);
    canvas
      .getContext("2d")
      ?.drawImage(picture, (picture.width - edge) / 2, (picture.height - edge) / 2, edge, edge, 0, 0, side, side);
    picture.close();
  }
  return canvas;
}

customElements.define("photo-input", PhotoInput);
