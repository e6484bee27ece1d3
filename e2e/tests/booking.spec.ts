import { expect, test } from "@playwright/test";
import { book, booker, chooseTime, languages, serviceOfMainProvider, signedUp, words } from "./people";

for (const language of languages) test(`a customer books, and finds it in the history (${language})`, async ({ browser }) => {
  const { context, page } = await signedUp(browser, "customer", language);
  const id = await book(page, await serviceOfMainProvider(page, true), language);
  await page.goto(`/${language}/bookings`);
  const listed = page.locator(`main a[href*="${id}"]`).first();
  await expect(listed).toBeVisible();
  await listed.click();
  await expect(page.locator("h1")).toBeVisible();
  const calendar = await page.request.get(`/${language}/bookings/${id}/calendar.ics`);
  expect(calendar.headers()["content-type"]).toContain("text/calendar");
  expect(await calendar.text()).toContain(id);
  await context.close();
});

for (const language of languages) test(`six taps lead from home to a confirmed booking (${language})`, async ({ browser }) => {
  const { context, page } = await booker(browser, language);
  await page.goto(`/${language}`);
  let taps = 0;
  const tap = async (selector: string): Promise<void> => {
    taps++;
    await page.locator(selector).first().click();
  };
  await tap('main a[href*="/providers/"]');
  await tap('main a[href*="/book/"]');
  await expect(page).toHaveURL(/\/book\//);
  const address = page.locator("main textarea[name=address]");
  if (await address.isVisible()) await address.fill("12, rue des Orangers"); // typing is no tap, but the field is
  taps++;
  await tap('main form[action*="/book/"] button[type=submit]:not([name])');
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  expect(taps).toBeLessThanOrEqual(6);
  await context.close();
});

for (const language of languages) test(`a cancellation shows the refund before it is done (${language})`, async ({ browser }) => {
  const { context, page } = await booker(browser, language);
  const id = await book(page, await serviceOfMainProvider(page, true), language);
  await page.goto(`/${language}/bookings/${id}`);
  await page.locator(`main a[href*="${id}/cancel"]`).first().click();
  await expect(page.locator("main")).toContainText(words[language].money);
  await page.locator(`main form[action*="${id}/cancel"] button[type=submit]`).click();
  await expect(page.locator(`main a[href*="${id}/cancel"]`)).toHaveCount(0);
  await context.close();
});

for (const language of languages) test(`a booking is made with the keyboard alone (${language})`, async ({ browser }) => {
  const { context, page } = await booker(browser, language);
  const service = await serviceOfMainProvider(page, true);
  await page.goto(`/${language}/providers/${service.provider.id ?? service.provider_id}?service=${service.id}`);

  // Walks with Tab until what has the focus fits, as somebody without a mouse does.
  const tabTo = async (selector: string): Promise<void> => {
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    }
    throw new Error(`Tab never reaches ${selector}`);
  };
  await tabTo(`a[href*="/book/${service.id}"]`);
  expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle), "the focus can be seen").not.toBe("none");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/book\//);
  await tabTo("textarea[name=address]");
  await page.keyboard.type("12, rue des Orangers");
  await tabTo('form[action*="/book/"] button[type=submit]:not([name])');
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  await context.close();
});

for (const language of languages) test(`a booking is made without JavaScript (${language})`, async ({ browser }) => {
  const { context, page } = await booker(browser, language, { javaScriptEnabled: false });
  const service = await serviceOfMainProvider(page, true);
  await chooseTime(page, service, language);
  await page.getByRole("button", { name: words[language].confirm }).first().click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  await context.close();
});
