import { expect, test, type Page } from "@playwright/test";
import { book, booker, serviceOfMainProvider, signedIn, type Language } from "./people";

test.describe.configure({ timeout: 60_000 });

const words = {
  fr: { pay: /^Payer .*MAD par carte$/, reserved: "réservés sur votre carte", refused: "pas assez de provision", paid: "payés par carte", yours: "sont à vous" },
  ar: { pay: /^ادفع .*بالبطاقة$/, reserved: "محجوز على بطاقتك", refused: "رصيد البطاقة غير كافٍ", paid: "دُفع", yours: "لك" },
};

// Types a card into the processor's page.
async function typeCard(page: Page, number: string): Promise<void> {
  await page.locator("input[name=number]").fill(number);
  await page.locator("input[name=expiry]").fill("12 / 30");
  await page.locator("input[name=cvc]").fill("123");
  await page.locator("form:has(input[name=number]) button").first().click();
}

// Goes from the booking to the page where one pays.
async function toPay(page: Page, language: Language): Promise<void> {
  await page.getByRole("button", { name: words[language].pay }).click();
  await expect(page).toHaveURL(/\/sandbox\/pay\//);
}

async function pays(browser: Parameters<typeof booker>[0], language: Language): Promise<void> {
  const { context, page } = await booker(browser, language);
  const id = await book(page, await serviceOfMainProvider(page, true), language);
  await page.goto(`/${language}/bookings/${id}`);
  await toPay(page, language);

  // A refused card leaves room for another, which the customer's bank asks about.
  await typeCard(page, "4000 0000 0000 9995");
  await expect(page).toHaveURL(/\/sandbox\/pay\//);
  await typeCard(page, "4000 0027 6000 3184");
  await page.locator("input[name=code]").fill("378378");
  await page.locator("form:has(input[name=code]) button:not([name])").first().click();
  await expect(page).toHaveURL(new RegExp(`/${language}/bookings/${id}$`));
  await expect(page.locator("main")).toContainText(words[language].reserved);

  // The provider does the job; nobody reloads the customer's page, which tells that the card was charged.
  const provider = await signedIn(browser, "provider", language);
  await provider.page.goto(`/${language}/bookings/${id}`);
  await provider.page.locator(`form[action$="${id}/start"] button`).first().click();
  await provider.page.locator(`form[action$="${id}/complete"] button`).click();
  await expect(page.locator("#booking-boxes")).toContainText(words[language].paid, { timeout: 15_000 });
  await expect(provider.page.locator("#booking-boxes")).toContainText(words[language].yours, { timeout: 15_000 });

  // And the money is in their earnings.
  await provider.page.goto(`/${language}/provider/earnings`);
  await expect(provider.page.locator(`main a[href*="${id}"]`).first()).toBeVisible();
  await provider.context.close();
  await context.close();
}

test("a customer pays with a second card and a code, the job is done, and the money is earned (fr) @phone", async ({ browser }) => pays(browser, "fr"));

test("a customer pays with a second card and a code, the job is done, and the money is earned (ar) @desktop", async ({ browser }) => pays(browser, "ar"));
