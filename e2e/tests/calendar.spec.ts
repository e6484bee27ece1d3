import { expect, test } from "@playwright/test";
import { book, booker, chooseTime, confirmed, languages, serviceOfMainProvider, signedIn } from "./people";

for (const language of languages) test(`what is booked appears in the provider's open calendar by itself, and goes when it is cancelled (${language})`, async ({ browser }) => {
  const customer = await booker(browser, language);
  const provider = await signedIn(browser, "provider", language);
  await chooseTime(customer.page, await serviceOfMainProvider(customer.page, true), language);
  const start = new URL(customer.page.url()).searchParams.get("start")!;
  await provider.page.goto(`/${language}/provider/calendar?view=day&date=${start.slice(0, 10)}`);
  const blocks = provider.page.locator("[data-booking]");
  const before = await blocks.evaluateAll((all) => all.map((one) => one.getAttribute("data-booking")));

  const id = await confirmed(customer.page, true, language);
  expect(before).not.toContain(id);
  await expect(provider.page.locator(`[data-booking="${id}"]`).first()).toBeVisible();
  await customer.page.goto(`/${language}/bookings/${id}/cancel`);
  await customer.page.locator(`main form[action*="${id}/cancel"] button[type=submit]`).click();
  await expect(provider.page.locator(`[data-booking="${id}"]`)).toHaveCount(0);
  await customer.context.close();
  await provider.context.close();
});

for (const language of languages) test(`a stretch of empty time is blocked and can be booked no more (${language})`, async ({ browser }) => {
  const { context, page } = await signedIn(browser, "provider", language);
  const day = new Date(Date.now() + 20 * 24 * 3_600_000).toISOString().slice(0, 10);
  await page.goto(`/${language}/provider/calendar/new?date=${day}&from=10:00`);
  await page.locator('main form[action$="/calendar/new"] button[type=submit]').first().click();
  await page.goto(`/${language}/provider/calendar?view=day&date=${day}`);
  await expect(page.locator(".calendar-closed").first()).toBeVisible();
  await context.close();
});

test("a booking is dragged to another time, and the customer is asked", { tag: "@desktop" }, async ({ browser }) => {
  const customer = await booker(browser, "fr");
  const provider = await signedIn(browser, "provider", "fr");
  const id = await book(customer.page, await serviceOfMainProvider(customer.page, true), "fr");
  const { start } = (await (await customer.page.request.get(`/api/v1/bookings/${id}`)).json()) as { start: string };
  await provider.page.setViewportSize({ width: 1280, height: 1400 });
  await provider.page.goto(`/fr/provider/calendar?view=week&date=${start.slice(0, 10)}`);
  const block = provider.page.locator(`[data-booking="${id}"]`).first();
  const box = (await block.boundingBox())!;
  await provider.page.mouse.move(box.x + box.width / 2, box.y + 8);
  await provider.page.mouse.down();
  for (let step = 1; step <= 8; step++) await provider.page.mouse.move(box.x + box.width / 2, box.y + 8 + (box.height * step) / 4);
  await provider.page.mouse.up();
  const dialog = provider.page.locator("dialog#calendar-move");
  await expect(dialog).toBeVisible();
  await dialog.locator("button[type=submit]").click();
  await customer.page.goto(`/fr/bookings/${id}`);
  await expect(customer.page.locator(`main form[action*="${id}/"]`).first()).toBeVisible();
  await customer.context.close();
  await provider.context.close();
});

for (const language of languages) test(`the secret address gives the bookings to other calendars (${language})`, async ({ browser }) => {
  const { context, page } = await signedIn(browser, "provider", language);
  await page.goto(`/${language}/provider/calendar/connections`);
  await page.locator('main form[action$="/connections/feed"] button[type=submit]').click();
  const address = await page.locator("main").innerText().then((text) => text.match(/\/calendar\/[\w-]+\.ics/)?.[0]);
  const shown = address ?? (await page.locator('main input[value*=".ics"]').first().inputValue()).replace(/^https?:\/\/[^/]+/, "");
  const stranger = await browser.newContext();
  const feed = await stranger.request.get(shown);
  expect(feed.status()).toBe(200);
  expect(feed.headers()["content-type"]).toContain("text/calendar");
  expect(await feed.text()).toContain("BEGIN:VEVENT");
  const wrong = await stranger.request.get("/calendar/not-the-secret.ics");
  expect(wrong.status()).toBe(404);
  await stranger.close();
  await context.close();
});
