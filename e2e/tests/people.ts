import { expect, test, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "@playwright/test";

export const password = "demo-khadamat-378";

export type Language = "fr" | "ar";
export const languages: Language[] = ["fr", "ar"];

// What the tests look for on the pages, in the reader's language.
export const words = {
  fr: { signIn: "Se connecter", email: "Adresse e-mail", password: "Mot de passe", confirm: "Confirmer la réservation", send: "Envoyer la demande", accept: "Accepter", money: "MAD" },
  ar: { signIn: "تسجيل الدخول", email: "البريد الإلكتروني", password: "كلمة السر", confirm: "تأكيد الحجز", send: "إرسال الطلب", accept: "قبول", money: "د.م." },
};

// Fills in the form of the page that one is on, as a person does.
export async function signIn(page: Page, email: string, language: Language, secret = password): Promise<void> {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(secret);
  await page.locator("main").getByRole("button", { name: words[language].signIn, exact: true }).click();
}

export interface Person { context: BrowserContext; page: Page }

type Cookies = Awaited<ReturnType<BrowserContext["storageState"]>>;
const cookies = new Map<string, Cookies>();

// Somebody of the demo, signed in in a browser of their own. The form is sent once and the cookies are kept: a password is dear to check,
// and authentication.spec.ts is where signing in itself is tested.
export async function signedIn(browser: Browser, who: string, language: Language, options: BrowserContextOptions = {}): Promise<Person> {
  return known(browser, who, options, async (page) => {
    await page.goto(`/${language}/sign-in`);
    await signIn(page, `${who}@khadamat.test`, language);
    await expect(page).not.toHaveURL(/sign-in/);
  });
}

// A customer who signed up once for all tests that book, so that the bookings of the demo's own customer stay the demo's.
export async function booker(browser: Browser, language: Language, options: BrowserContextOptions = {}): Promise<Person> {
  return known(browser, "booker", options, async (page) => void (await signUp(page, "customer", language)));
}

async function known(browser: Browser, who: string, options: BrowserContextOptions, enter: (page: Page) => Promise<void>): Promise<Person> {
  if (!cookies.has(who)) {
    const context = await browser.newContext();
    await enter(await context.newPage());
    cookies.set(who, await context.storageState());
    await context.close();
  }
  const context = await browser.newContext({ ...options, storageState: cookies.get(who)! });
  return { context, page: await context.newPage() };
}

// Somebody new, signed up through the form.
export async function signedUp(browser: Browser, role: "customer" | "provider", language: Language): Promise<Person & { email: string }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const email = await signUp(page, role, language);
  return { context, page, email };
}

let people = 0;

export async function signUp(page: Page, role: "customer" | "provider", language: Language): Promise<string> {
  const email = `${role}-${language}-${test.info().project.name}-${Date.now()}-${people++}@example.test`;
  await page.goto(`/${language}/sign-up`);
  await page.locator(`input[name=role][value=${role}]`).check();
  await page.locator("input[name=name]").fill(language === "ar" ? "سلمى بناني" : "Salma Bennani");
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill("une phrase bien à moi");
  await page.locator("input[name=terms_accepted]").check();
  await page.locator("main form button[type=submit]").click();
  await expect(page).toHaveURL(/check-mail/);
  return email;
}

// Follows the link of the newest letter to an address, which the demo keeps in its outbox.
export async function verifyEmail(page: Page, email: string): Promise<void> {
  const letter = page.locator("main a", { hasText: email });
  await expect(async () => { // it is written by a job, soon but not at once
    await page.goto("/dev/outbox");
    await expect(letter.first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await letter.first().click();
  await page.locator('main a[href*="verify-email"]').first().click();
  await page.locator('main form[action*="verify-email"] button').click();
}

export interface Offered { id: string; provider_id: string; instant: boolean; title: string; provider: { id: string; name: string } }

// A service of the demo's main provider. Which one it is does not matter to a test; all else happens on the pages.
export async function serviceOfMainProvider(page: Page, instant: boolean): Promise<Offered> {
  const answer = await page.request.get(`/api/v1/services?q=El Amrani&city=casablanca&category=plomberie&instant=${instant}&limit=100`);
  const found = ((await answer.json()) as { items: Offered[] }).items.find((s) => s.provider.name.includes("El Amrani"));
  expect(found, "the demo's main provider offers it").toBeDefined();
  return found!;
}

// Opens the first free time of a service and fills in where it is to be done.
export async function chooseTime(page: Page, service: Offered, language: Language): Promise<void> {
  await page.goto(`/${language}/providers/${service.provider.id ?? service.provider_id}?service=${service.id}`);
  const times = page.locator(`main a[href*="/book/${service.id}"]`);
  if ((await times.count()) === 0) await page.locator('main a[href*="day="].button').first().click();
  await times.first().click();
  await expect(page).toHaveURL(/\/book\//);
  const address = page.locator("textarea[name=address]");
  if (await address.isVisible()) await address.fill(language === "ar" ? "12، زنقة البرتقال" : "12, rue des Orangers");
}

// Sends the filled-in form of a booking and returns the booking's id.
export async function confirmed(page: Page, instant: boolean, language: Language): Promise<string> {
  await page.getByRole("button", { name: instant ? words[language].confirm : words[language].send }).first().click();
  await expect(page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
  return page.url().match(/[0-9a-f-]{36}/)![0];
}

// Books the first free time of a service and returns the booking's id.
export async function book(page: Page, service: Offered, language: Language): Promise<string> {
  await chooseTime(page, service, language);
  return confirmed(page, service.instant, language);
}
