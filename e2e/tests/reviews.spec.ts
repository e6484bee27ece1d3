import { expect, test } from "@playwright/test";
import { book, languages, serviceOfMainProvider, signedIn, signedUp } from "./people";

for (const language of languages) test(`after the job both write a review; each is blind until both are in, and the provider replies (${language})`, async ({ browser }) => {
  const customer = await signedUp(browser, "customer", language);
  const provider = await signedIn(browser, "provider", language);
  const id = await book(customer.page, await serviceOfMainProvider(customer.page, true), language);

  // The provider comes early and does the job.
  for (const verb of ["start", "complete"]) {
    await provider.page.goto(`/${language}/bookings/${id}`);
    await provider.page.locator(`main form[action*="${id}/${verb}"] button`).first().click();
  }

  await customer.page.goto(`/${language}/bookings/${id}`);
  await customer.page.locator(`main a[href*="${id}/review"]`).first().click();
  await customer.page.locator("main input[name=stars][value='4']").check();
  const opinion = `${language === "ar" ? "عمل متقن وفي الموعد." : "Travail soigné et à l’heure."} (${id.slice(-8)})`;
  await customer.page.locator("main textarea[name=words]").fill(opinion);
  await customer.page.locator("main form[action$='/review'] button[type=submit]").click();

  // Blind: the provider does not see it yet.
  await provider.page.goto(`/${language}/bookings/${id}`);
  await expect(provider.page.locator("main")).not.toContainText(opinion);
  await provider.page.goto(`/${language}/bookings/${id}/review`);
  await provider.page.locator("main input[name=stars][value='5']").check();
  await provider.page.locator("main form[action$='/review'] button[type=submit]").click();

  await provider.page.goto(`/${language}/provider/reviews`);
  const card = provider.page.locator("main li").filter({ hasText: opinion });
  await expect(card).toBeVisible();
  const thanks = language === "ar" ? "شكرا على ثقتكم" : "Merci de votre confiance";
  await card.locator("details:has(textarea[name=reply]) > summary").click();
  await card.locator("textarea[name=reply]").fill(thanks);
  await card.locator("form:has(textarea[name=reply]) button[type=submit]").click();

  await customer.page.goto(`/${language}/bookings/${id}`);
  await expect(customer.page.locator("main")).toContainText(thanks);
  await customer.context.close();
  await provider.context.close();
});

for (const language of languages) test(`a provider's page shows how many gave how many stars (${language})`, async ({ page }) => {
  const service = await serviceOfMainProvider(page, true);
  await page.goto(`/${language}/providers/${service.provider.id ?? service.provider_id}`);
  const section = page.locator("#reviews");
  await expect(section).toBeVisible();
  expect(await section.locator("a[href*='stars=']").count()).toBeGreaterThanOrEqual(1);
  await section.locator("a[href*='stars=5']").first().click();
  await expect(page.locator("#reviews")).toBeVisible();
});
