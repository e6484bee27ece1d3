import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { serviceOfMainProvider, signedIn, type Language } from "./people";

// The pictures of the README. They are written only when KHADAMAT_PICTURES=1 says so; what they must show is looked for every time.
const folder = fileURLToPath(new URL("../../docs/pictures", import.meta.url));

interface Picture {
  name: string; // of the file
  of: "phone" | "desktop";
  language: Language;
  who?: "customer" | "provider" | "admin" | "finance";
  dark?: boolean;
  height?: number; // of a desktop's window, where 800 px would cut off what matters
  open: (page: Page, language: Language) => Promise<void>;
  shows: string[]; // what has to be seen on it
}

const to = (path: string) => async (page: Page, language: Language): Promise<void> => void (await page.goto(`/${language}${path}`));

// Follows the first link of a page that fits.
const through = (path: string, link: string) => async (page: Page, language: Language): Promise<void> => {
  await page.goto(`/${language}${path}`);
  const href = await page.locator(`main ${link}`).first().getAttribute("href");
  await page.goto(href!.replace(/#.*/, ""));
};

// The first coming booking whose sides wrote to each other.
async function bookingWithMessages(page: Page, language: Language): Promise<void> {
  await page.goto(`/${language}/bookings`);
  const all = await page.locator('main a[href*="/bookings/"]').evaluateAll((links) => links.map((a) => a.getAttribute("href")!.replace(/#.*/, "")));
  for (const href of new Set(all.filter((path) => /[0-9a-f-]{36}$/.test(path)))) {
    await page.goto(href);
    if (await page.locator("#messages time").count()) return;
  }
}

// A page of the demo's reconciliation.
const inProject = (path: string) => async (page: Page, language: Language): Promise<void> => {
  await page.goto(`/${language}/recon`);
  const href = await page.locator('main a[href*="/recon/0"]', { hasText: "Grand livre et banque" }).first().getAttribute("href");
  await page.goto(href!.replace(/#.*/, "") + path);
};

async function reconItem(page: Page, language: Language): Promise<void> {
  await inProject("/review")(page, language);
  await page.locator("review-queue .queue-row").nth(2).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
}

const caseOf = (kind: string) => async (page: Page, language: Language): Promise<void> => {
  await page.goto(`/${language}/finance/cases?state=all&kind=${kind}`);
  await page.goto((await page.locator("main a.cover").first().getAttribute("href"))!);
};

async function profile(page: Page, language: Language): Promise<void> {
  const service = await serviceOfMainProvider(page, true);
  await page.goto(`/${language}/providers/${service.provider_id}`);
}

async function bookingForm(page: Page, language: Language): Promise<void> {
  const service = await serviceOfMainProvider(page, true);
  await page.goto(`/${language}/providers/${service.provider_id}?service=${service.id}`);
  await page.locator(`main a[href*="/book/${service.id}"]`).last().click();
  await page.waitForURL(/\/book\//);
}

// Some days ahead, so that the week is neither over nor empty, whatever day today is.
function nextWednesday(): string {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() + ((10 - day.getUTCDay()) % 7 || 7));
  return day.toISOString().slice(0, 10);
}

const pictures: Picture[] = [
  { name: "home-phone-fr", of: "phone", language: "fr", open: to(""), shows: ["h1", "main input[name=q]", 'main a[href*="category="], main a[href*="/casablanca"]'] },
  { name: "home-phone-ar", of: "phone", language: "ar", open: to(""), shows: ["h1", "main input[name=q]"] },
  { name: "home-phone-dark", of: "phone", language: "fr", dark: true, open: to(""), shows: ["h1", "main input[name=q]"] },
  { name: "home-desktop-fr", of: "desktop", language: "fr", open: to(""), shows: ["h1", "main input[name=q]"] },
  { name: "search-desktop-fr", of: "desktop", language: "fr", open: to("/search?category=plomberie&city=casablanca"), shows: [".hit >> nth=2", "#filters"] },
  { name: "provider-phone-ar", of: "phone", language: "ar", open: profile, shows: ["h1", ".profile-head"] },
  { name: "book-phone-fr", of: "phone", language: "fr", who: "customer", open: bookingForm, shows: ["h1", "main form[action*='/book/']"] },
  { name: "booking-desktop-fr", of: "desktop", language: "fr", who: "customer", height: 1080, open: bookingWithMessages, shows: ["h1", "#messages time"] },
  { name: "day-phone-fr", of: "phone", language: "fr", who: "provider", open: to("/provider/day"), shows: ["h1", ".provider-day"] },
  { name: "calendar-desktop-fr", of: "desktop", language: "fr", who: "provider", open: (page, language) => to(`/provider/calendar?view=week&date=${nextWednesday()}`)(page, language), shows: ["[data-booking] >> nth=4"] },
  { name: "quotes-desktop-fr", of: "desktop", language: "fr", who: "customer", height: 1000, open: through("/quotes", "li:last-child > a.quotes-item"), shows: ["h1", ".quotes-offer >> nth=1"] },
  { name: "recon-new-desktop-fr", of: "desktop", language: "fr", who: "finance", open: to("/recon/new"), shows: ["h1", "recon-drop >> nth=1"] },
  { name: "recon-results-desktop-fr", of: "desktop", language: "fr", who: "finance", height: 1150, open: inProject(""), shows: ["h1", "main svg >> nth=3"] },
  { name: "recon-review-desktop-fr", of: "desktop", language: "fr", who: "finance", height: 900, open: reconItem, shows: ["#item h2"] },
  { name: "recon-rules-desktop-fr", of: "desktop", language: "fr", who: "finance", height: 900, open: inProject("/rules"), shows: ["#yaml"] },
  { name: "recon-periods-desktop-fr", of: "desktop", language: "fr", who: "finance", open: inProject("/periods"), shows: [".period"] },
  { name: "recon-results-phone-ar", of: "phone", language: "ar", who: "finance", open: inProject(""), shows: ["h1"] },
  { name: "finance-desktop-fr", of: "desktop", language: "fr", who: "finance", height: 1150, open: to("/finance"), shows: ["#verdict", "main svg >> nth=3"] },
  { name: "finance-phone-ar", of: "phone", language: "ar", who: "finance", open: to("/finance"), shows: ["#verdict"] },
  { name: "finance-case-desktop-fr", of: "desktop", language: "fr", who: "finance", height: 1000, open: caseOf("doubled_capture"), shows: [".finance-why", ".finance-side"] },
  { name: "finance-ledger-desktop-fr", of: "desktop", language: "fr", who: "finance", open: to("/finance/ledger"), shows: [".finance-trial tfoot"] },
  { name: "operator-desktop-fr", of: "desktop", language: "fr", who: "admin", open: to("/admin"), shows: ["h1", "main svg[role=img], main figure svg >> nth=0"] },
];

for (const picture of pictures) {
  test(`the picture ${picture.name} shows what it should`, { tag: `@${picture.of}` }, async ({ browser }) => {
    const looks = { colorScheme: picture.dark ? "dark" : "light", reducedMotion: "reduce", timezoneId: "Africa/Casablanca", ...(picture.of === "desktop" ? { viewport: { width: 1280, height: picture.height ?? 800 } } : {}) } as const;
    const { context, page } = picture.who
      ? await signedIn(browser, picture.who, picture.language, looks)
      : await browser.newContext(looks).then(async (context) => ({ context, page: await context.newPage() }));
    await picture.open(page, picture.language);
    for (const part of picture.shows) await expect(page.locator(part).first(), part).toBeVisible();
    await expect(page.locator(".toast, .page-notice")).toHaveCount(0);
    await page.evaluate(async () => {
      await document.fonts.ready;
      const seen = [...document.images].filter((image) => image.checkVisibility() && image.getBoundingClientRect().top < innerHeight);
      await Promise.all(seen.map((image) => image.decode()));
    });
    const broken = await page.evaluate(() => [...document.images].filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.src));
    expect(broken, "every image is there").toEqual([]);
    if (process.env.KHADAMAT_PICTURES) {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${picture.name}.jpg`);
      await page.screenshot({ path, type: "jpeg", quality: 80, animations: "disabled", caret: "hide" });
      expect(statSync(path).size, "small enough for a README").toBeLessThan(200 * 1024);
    }
    await context.close();
  });
}
