import { expect, type Browser, type BrowserContext, type Page } from "@playwright/test";

export const password = "demo-khadamat-378";

export type Language = "fr" | "ar";

// What the tests look for on the pages, in the reader's language.
export const words = {
  fr: { signIn: "Se connecter", email: "Adresse e-mail", password: "Mot de passe", confirm: "Confirmer la réservation", send: "Envoyer la demande", accept: "Accepter" },
  ar: { signIn: "تسجيل الدخول", email: "البريد الإلكتروني", password: "كلمة السر", confirm: "تأكيد الحجز", send: "إرسال الطلب", accept: "قبول" },
};

// Signs in through the form, as a person does, in a browser of their own.
export async function signedIn(browser: Browser, who: string, language: Language): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`/${language}/sign-in`);
  await page.locator("input[name=email]").fill(`${who}@khadamat.test`);
  await page.locator("input[name=password]").fill(password);
  await page.locator("main").getByRole("button", { name: words[language].signIn }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  return { context, page };
}
