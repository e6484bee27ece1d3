import { expect, test } from "@playwright/test";
import { languages, signIn, signUp, verifyEmail, words } from "./people";

const accessCookie = /access/;

for (const language of languages) test(`a person signs in, is known, and signs out (${language})`, async ({ page }) => {
  await page.goto(`/${language}/sign-in`);
  await signIn(page, "customer@khadamat.test", language);
  await expect(page).toHaveURL(new RegExp(`/${language}/bookings`));
  const cookie = (await page.context().cookies()).find((c) => accessCookie.test(c.name));
  expect(cookie?.httpOnly, "no script may read the token").toBe(true);
  await page.locator("header details.menu summary").last().click();
  await page.locator('header form[action$="/sign-out"] button').click();
  await page.goto(`/${language}/bookings`);
  await expect(page).toHaveURL(/sign-in\?next=/);
});

for (const language of languages) test(`a wrong password is told in the reader's language and signs nobody in (${language})`, async ({ page }) => {
  await page.goto(`/${language}/sign-in`);
  await signIn(page, `nobody-${language}@khadamat.test`, language, "not the password");
  await expect(page).toHaveURL(new RegExp(`/${language}/sign-in`));
  await expect(page.locator("main [role=alert]").first()).toBeVisible();
  expect((await page.context().cookies()).filter((c) => accessCookie.test(c.name))).toHaveLength(0);
});

for (const language of languages) test(`somebody signs up as a customer and confirms the address (${language})`, async ({ page }) => {
  const email = await signUp(page, "customer", language);
  await verifyEmail(page, email);
  await page.goto(`/${language}/bookings`);
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator('main form[action$="/check-mail"]')).toHaveCount(0);
});

for (const language of languages) test(`somebody signs up as a provider and is led to what is missing (${language})`, async ({ page }) => {
  await signUp(page, "provider", language);
  await page.goto(`/${language}/provider`);
  await expect(page).toHaveURL(/provider\/start/);
  await expect(page.locator('main a[href*="/provider/profile"], main a[href*="/provider/start/"]').first()).toBeVisible();
});

for (const language of languages) test(`without the box about the terms nobody is signed up (${language})`, async ({ page }) => {
  await page.goto(`/${language}/sign-up`);
  await page.locator("input[name=name]").fill("Salma Bennani");
  await page.locator("input[name=email]").fill(`no-terms-${language}-${Date.now()}@example.test`);
  await page.locator("input[name=password]").fill("une phrase bien à moi");
  await page.locator("main form button[type=submit]").click();
  await expect(page).toHaveURL(/sign-up/);
  await expect(page.locator("main .problem").first()).toBeVisible();
  await expect(page.locator("input[name=name]")).toHaveValue("Salma Bennani");
});

for (const language of languages) test(`whoever is not signed in is asked to, and comes back to the time they chose (${language})`, async ({ page }) => {
  await page.goto(`/${language}/search?category=plomberie&city=casablanca&instant=1`);
  await page.locator("main ol a[href*='/providers/']").first().click();
  await page.locator('main a[href*="/book/"]').first().click();
  await expect(page).toHaveURL(/sign-in\?next=/);
  await signIn(page, "customer@khadamat.test", language);
  await expect(page).toHaveURL(new RegExp(`/${language}/book/`));
  await expect(page.getByRole("button", { name: words[language].confirm }).first()).toBeVisible();
});
