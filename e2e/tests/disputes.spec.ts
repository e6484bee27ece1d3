import { expect, test } from "@playwright/test";
import { book, languages, serviceOfMainProvider, signedIn, signedUp } from "./people";

for (const language of languages) test(`a customer reports a problem, the provider answers, the operator decides, and both read it (${language})`, async ({ browser }) => {
  const customer = await signedUp(browser, "customer", language);
  const provider = await signedIn(browser, "provider", language);
  const admin = await signedIn(browser, "admin", language);
  const id = await book(customer.page, await serviceOfMainProvider(customer.page, true), language);
  for (const verb of ["start", "complete"]) {
    await provider.page.goto(`/${language}/bookings/${id}`);
    await provider.page.locator(`main form[action*="${id}/${verb}"] button`).first().click();
  }

  await customer.page.goto(`/${language}/bookings/${id}`);
  await customer.page.locator(`main a[href*="${id}/dispute"]`).first().click();
  await customer.page.locator("main input[name=reason][value=poor_quality]").check();
  await customer.page.locator("main textarea[name=words]").fill(language === "ar" ? "عاد التسرب في اليوم الموالي مباشرة." : "La fuite est revenue dès le lendemain matin.");
  await customer.page.locator('main form[action$="/dispute"] button[type=submit]').click();
  await expect(customer.page).toHaveURL(/\/disputes\/[0-9a-f-]{36}/);
  const dispute = customer.page.url().match(/disputes\/([0-9a-f-]{36})/)![1];

  await provider.page.goto(`/${language}/disputes/${dispute}`);
  const answer = language === "ar" ? "سأعود لإصلاح ذلك." : "Je reviens réparer cela.";
  await provider.page.locator("main textarea[name=text]").fill(answer);
  await provider.page.locator('main form[action$="/messages"] button[type=submit]').click();
  await expect(customer.page.locator("main")).toContainText(answer);

  await admin.page.goto(`/${language}/admin/disputes/${dispute}`);
  await expect(admin.page.locator("main")).toContainText(answer);
  await admin.page.locator("main input[name=refund]").fill("50");
  const verdict = language === "ar" ? "تم الاستماع إلى الطرفين واتخاذ القرار." : "Les deux parties ont été entendues.";
  await admin.page.locator('main form[action$="/decide"] textarea[name=reason]').fill(verdict);
  await admin.page.locator('main form[action$="/decide"] button[type=submit]').click();

  for (const { page } of [customer, provider]) {
    await page.goto(`/${language}/disputes/${dispute}`);
    await expect(page.locator("main")).toContainText(verdict);
    await expect(page.locator("main")).toContainText("50");
  }
  for (const { context } of [customer, provider, admin]) await context.close();
});
