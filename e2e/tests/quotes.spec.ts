import { expect, test } from "@playwright/test";
import { languages, signedIn } from "./people";

for (const language of languages) test(`a customer posts a job, a provider makes an offer, they haggle, and it becomes a booking (${language})`, async ({ browser }) => {
  const customer = await signedIn(browser, "customer", language);
  const provider = await signedIn(browser, "provider", language);

  await customer.page.goto(`/${language}/quotes/new?category=plomberie&city=casablanca`);
  const title = `${language === "ar" ? "تغيير أنابيب المطبخ" : "Changer les tuyaux de la cuisine"} ${Date.now() % 100000}`;
  await customer.page.locator("input[name=title]").fill(title);
  await customer.page.locator("textarea[name=description]").fill(language === "ar" ? "الأنابيب قديمة ويتسرب منها الماء، ونريد تغييرها كلها." : "Les tuyaux sont anciens et fuient, il faudrait tous les remplacer.");
  await customer.page.locator("input[name=urgency][value=month]").check();
  await customer.page.locator("input[name=budget_max]").fill("1500");
  await customer.page.locator("main input[type=file]").setInputFiles({ name: "tuyaux.jpg", mimeType: "image/jpeg", buffer: await customer.page.screenshot({ type: "jpeg" }) });
  await customer.page.locator('main form[action$="/quotes/new"] button[type=submit]').last().click();
  await expect(customer.page).toHaveURL(/\/quotes\/[0-9a-f-]{36}/);
  const id = customer.page.url().match(/[0-9a-f-]{36}/)![0];
  await expect(customer.page.locator('main img[src*="/media/"]').first()).toBeVisible();

  // The provider sees it near them, and answers.
  await provider.page.goto(`/${language}/provider/quotes`);
  await provider.page.locator(`main a[href*="${id}"]`).first().click();
  await provider.page.locator("main input[name=price]").fill("1200");
  await provider.page.locator("main input[name=start]").nth(2).check();
  await provider.page.locator("main textarea[name=words]").fill(language === "ar" ? "يمكنني القيام بذلك في يوم واحد." : "Je peux le faire en une journée.");
  await provider.page.locator('main form[action*="/provider/quotes/"] button[type=submit]:not([name])').click();

  // Nobody reloads the customer's page.
  const counter = customer.page.locator(`main a[href*="${id}/offers/"][href$="/counter"]`);
  await expect(counter).toBeVisible();
  await counter.click();
  await customer.page.locator("main input[name=price]").fill("1100");
  await customer.page.locator('main form[action$="/counter"] button[type=submit]:not([name])').click();
  await expect(customer.page).toHaveURL(new RegExp(`/quotes/${id}$`));

  const accept = provider.page.locator(`main a[href*="${id}/offers/"][href$="/accept"]`);
  await expect(accept).toBeVisible();
  await accept.click();
  await provider.page.locator('main form[action$="/accept"] button[type=submit]').click();

  const booking = customer.page.locator('main a[href*="/bookings/"]').first();
  await expect(booking).toBeVisible();
  await booking.click();
  await expect(customer.page.locator("main")).toContainText(/1[\s., ]?100/);
  await customer.context.close();
  await provider.context.close();
});

for (const language of languages) test(`a file that is no picture is refused with a word about it (${language})`, async ({ browser }) => {
  const { context, page } = await signedIn(browser, "customer", language);
  await page.goto(`/${language}/quotes/new?category=plomberie&city=casablanca`);
  await page.locator("input[name=title]").fill("Changer les tuyaux");
  await page.locator("textarea[name=description]").fill("Les tuyaux sont anciens et fuient, il faudrait tous les remplacer.");
  await page.locator("main input[type=file]").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a picture") });
  await page.locator('main form[action$="/quotes/new"] button[type=submit]').last().click();
  await expect(page.locator("main .problem, main [role=alert]").first()).toBeVisible();
  await expect(page.locator("input[name=title]")).toHaveValue("Changer les tuyaux");
  await context.close();
});
