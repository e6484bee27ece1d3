import { expect, test, type Browser, type Page } from "@playwright/test";
import { languages, signedIn, type Language } from "./people";

// What a team does with results: the demo's own project, and one that is made here where months are signed.

async function demoProject(page: Page, language: Language): Promise<string> {
  await page.goto(`/${language}/recon`);
  const href = await page.locator('main a[href*="/recon/0"]', { hasText: "Grand livre et banque" }).first().getAttribute("href");
  return href!.replace(/#.*/, "");
}

const row = (i: number) => `${String((i % 27) + 1).padStart(2, "0")}`;

// Two sides of May 2026 that agree but for one record of each.
function sides(): { bank: string; ledger: string } {
  const bank = ["Date;Libellé;Montant"], ledger = ["entry_id,posting_date,amount,counterparty,reference"];
  for (let i = 0; i < 40; i++) {
    const cents = 20_100 + 1_313 * i;
    bank.push(`${row(i)}/05/2026;VIR CLIENT ${i} FA-${61_000 + i};${Math.floor(cents / 100)},${String(cents % 100).padStart(2, "0")}`);
    ledger.push(`EC${i},2026-05-${row(i)},${(cents / 100).toFixed(2)},Client ${i},FA-${61_000 + i}`);
  }
  bank.push("25/05/2026;FRAIS DE TENUE DE COMPTE;-45,50");
  ledger.push("EC902,2026-05-20,777.10,Imprimerie Dar,FA-90002");
  return { bank: bank.join("\n"), ledger: ledger.join("\n") };
}

async function newProject(page: Page, language: Language): Promise<string> {
  const { bank, ledger } = sides();
  await page.goto(`/${language}/recon/new`);
  for (const [name, text] of [["file.0", bank], ["file.1", ledger]] as const) {
    await page.locator(`[name="${name}"]`).setInputFiles({ name: name === "file.0" ? "banque.csv" : "grand_livre.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  }
  await page.locator("recon-files button[type=submit]").click();
  await page.waitForURL(/\/setup$/);
  await page.locator(".recon-go button[type=submit]").first().click();
  await expect(page.locator('a[href*="/export?"]').first(), "the run's page leads to the results by itself").toBeAttached({ timeout: 20_000 });
  return page.url().replace(/^https?:\/\/[^/]+/, "").replace(/(\/recon\/[0-9a-f-]{36}).*/, "$1");
}

test("the queue is worked by the keyboard @desktop", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  await page.goto(`${await demoProject(page, "fr")}/review`);
  await expect(page.locator("review-queue .queue-row").first()).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const item = page.locator("#item");
  await expect(item).toBeVisible();
  const first = await item.getAttribute("data-item");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(item).not.toHaveAttribute("data-item", first!);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("j");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await expect(page.locator("#queue-q")).toBeFocused();
  await context.close();
});

test("a match says why, in a picture", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  await page.goto(`${await demoProject(page, "fr")}/review?status=matched&sort=-amount`);
  const href = await page.locator('a[href*="/items/"], a[href*="item="]').first().getAttribute("href");
  await page.goto(href!);
  await expect(page.locator(".waterfall tr").nth(2)).toBeVisible();
  await context.close();
});

async function opened(browser: Browser, who: string, language: Language, path: string): Promise<{ page: Page; close: () => Promise<void> }> {
  const { context, page } = await signedIn(browser, who, language);
  await page.goto(path);
  return { page, close: () => context.close() };
}

for (const language of languages) {
  test(`from two files to the signed sheet, with four eyes (${language})`, async ({ browser }) => {
    const analyst = await signedIn(browser, "finance", language);
    const project = await newProject(analyst.page, language);
    await analyst.page.goto(`${project}/settings`);
    await analyst.page.locator('form[action$="/settings/members"] input[name=email]:not([type=hidden])').fill("reviewer@khadamat.test");
    const joining = analyst.page.locator('form[action$="/settings/members"]').filter({ has: analyst.page.locator("input[type=email]") });
    await joining.locator("[name=role]").selectOption("reviewer");
    await joining.locator("button[type=submit]").click();
    await expect(analyst.page.locator(".recon-members")).toContainText("reviewer@khadamat.test");

    await analyst.page.goto(`${project}/periods`);
    const month = analyst.page.locator(".period").first();
    await month.locator("summary").click();
    await month.locator("form button[type=submit]").click();
    await expect(month.locator("summary"), "the month is prepared and waits").toHaveCount(0);
    await expect(month.locator("input[name=do][value=sign]"), "nobody signs what they prepared").toHaveCount(0);

    const reviewer = await opened(browser, "reviewer", language, `${project}/periods`);
    await reviewer.page.locator(".period form:has(input[name=do][value=sign]) button").click();
    const sheet = reviewer.page.locator('.period a[href*="/export"]').first();
    await expect(sheet).toBeVisible();
    const pdf = await reviewer.page.request.get((await sheet.getAttribute("href"))!);
    expect(pdf.headers()["content-type"]).toBe("application/pdf");
    expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");
    await reviewer.close();

    await analyst.page.goto(`${project}/review`);
    await expect(analyst.page.locator("h1")).toBeVisible();
    await analyst.context.close();
  });
}
