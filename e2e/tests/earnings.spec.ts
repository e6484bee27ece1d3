import { expect, test } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { password, signedIn, type Language } from "./people";

const words = {
  fr: { saved: "Votre compte bancaire est enregistré.", wrong: "Cet IBAN n’est pas juste", holder: "Youssef El Amrani" },
  ar: { saved: "تم حفظ حسابك البنكي.", wrong: "رقم IBAN هذا غير صحيح", holder: "Youssef El Amrani" },
};

// The demo's provider, who has been paid for a year and a half.
for (const language of ["fr", "ar"] as Language[]) test(`a provider sees what is paid next, keeps papers, and says where the money goes (${language}) @phone`, async ({ browser }) => {
  const { context, page } = await signedIn(browser, "provider", language, { viewport: { width: 390, height: 844 } });
  await page.goto(`/${language}/provider/more`);
  await page.locator("main").getByRole("link", { name: language === "ar" ? "المداخيل" : "Revenus" }).click();
  await expect(page.locator(".earnings-amount")).toContainText(language === "ar" ? "د.م." : "MAD");
  expect(await page.locator("#chart-earned rect.series-1").count()).toBeGreaterThan(3);

  // A statement and an invoice are files that a reader opens.
  for (const link of ["a[href*='/earnings/statement?month=']", "a[href*='/earnings/invoices/']"]) {
    const waiting = page.waitForEvent("download");
    await page.locator(link).first().click();
    const file = await (await waiting).path();
    expect((await readFile(file)).subarray(0, 5).toString()).toBe("%PDF-");
  }

  // All movements, page by page.
  await page.locator(`main a[href='/${language}/provider/earnings/movements']`).click();
  const first = await page.locator(".earnings-list li").first().innerText();
  await page.locator("a[rel=next]").click();
  await expect(page).toHaveURL(/cursor=/);
  expect(await page.locator(".earnings-list li").first().innerText()).not.toBe(first);

  await page.goto(`/${language}/provider/earnings`);
  await page.locator(`main a[href='/${language}/provider/earnings/account']`).click();
  const fill = async (iban: string) => {
    await page.locator("input[name=holder]").fill(words[language].holder);
    await page.locator("input[name=iban]").fill(iban);
    await page.locator("input[name=password]").fill(password);
    await page.locator("main form button[type=submit]").click();
  };
  await fill("MA85 2307 8037 8000 0378 0000 0154");
  await expect(page.locator("#field-iban-problem")).toContainText(words[language].wrong);
  await fill("MA46 0117 8000 0012 3000 0607 8946");
  await expect(page).toHaveURL(new RegExp(`/${language}/provider/earnings$`));
  await expect(page.locator("body")).toContainText(words[language].saved);
  await expect(page.locator(".earnings-next")).toContainText("8946");
  await context.close();
});
