import { expect, test, type Page } from "@playwright/test";
import { signedIn } from "./people";

// The two sides of a month: payments that agree, one that lost a fee, and one on each side alone.
function sides(count: number): { bank: string; ledger: string } {
  const bank = ["Date;Libellé;Montant"];
  const ledger = ["entry_id,posting_date,amount,counterparty,reference"];
  for (let i = 0; i < count; i++) {
    const cents = 12_500 + 917 * i;
    const day = String((i % 27) + 1).padStart(2, "0");
    const reference = `FA-${52_000 + i}`;
    bank.push(`${day}/05/2026;VIR CLIENT ${i} ${reference};${Math.floor(cents / 100)},${String(cents % 100).padStart(2, "0")}`);
    ledger.push(`EC${i},2026-05-${day},${(cents / 100).toFixed(2)},Client ${i},${reference}`);
  }
  bank.push("13/05/2026;VIR HOTEL SIROCCO FA-90001;8385,00", "25/05/2026;FRAIS DE TENUE DE COMPTE;-45,50");
  ledger.push("EC9001,2026-05-12,8400.00,Hôtel Sirocco,FA-90001", "EC9002,2026-05-20,777.10,Imprimerie Dar,FA-90002");
  return { bank: bank.join("\n"), ledger: ledger.join("\n") };
}

const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

async function choose(page: Page, bank: string, ledger: string): Promise<void> {
  await page.locator('[name="file.0"]').setInputFiles(csv("banque.csv", bank));
  await page.locator('[name="file.1"]').setInputFiles(csv("grand_livre.csv", ledger));
}

test("an analyst who never saw it gets from two files to results", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  const { bank, ledger } = sides(60);
  await page.goto("/fr/recon/new");
  const next = page.locator("recon-files button[type=submit]");
  await expect(next, "nothing can be sent before both sides have a file").toBeDisabled();
  await choose(page, bank, ledger);
  await next.click();
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.locator(".recon-side")).toHaveCount(2);
  await expect(page.locator('[name="name"]')).toHaveValue("banque ↔ grand livre");
  await page.getByRole("button", { name: "Lancer le rapprochement" }).click();
  await expect(page).toHaveURL(/\/recon\/[0-9a-f-]{36}(\/runs\/[0-9a-f-]{36})?$/);
  await expect(page.locator("h1"), "the run's page leads to the results by itself").toHaveText("Résultats", { timeout: 30_000 });
  await context.close();
});

test("a file that cannot be read is named, and another one can come in its place", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  const { bank, ledger } = sides(12);
  await page.goto("/fr/recon/new");
  await page.locator('[name="file.0"]').setInputFiles({ name: "banque.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\u0003\u0004 rien") });
  await page.locator('[name="file.1"]').setInputFiles(csv("grand_livre.csv", ledger));
  await page.locator("recon-files button[type=submit]").click();
  await expect(page.locator(".recon-chosen .bad")).toHaveCount(1);
  await expect(page.locator(".recon-said")).toContainText("banque.xlsx");
  await page.locator(".recon-chosen .bad button").click();
  await page.locator('[name="file.0"]').setInputFiles(csv("releve.csv", bank));
  await page.locator("recon-files button[type=submit]").click();
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.locator('[name="name"]')).toHaveValue("releve ↔ grand livre");
  await context.close();
});

test("two files that fall on one side are taken for both", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  const { bank, ledger } = sides(3);
  await page.goto("/fr/recon/new");
  await page.locator('[name="file.0"]').setInputFiles([csv("banque.csv", bank), csv("grand_livre.csv", ledger)]);
  await expect(page.locator(".recon-chosen").nth(0)).toContainText("banque.csv");
  await expect(page.locator(".recon-chosen").nth(1)).toContainText("grand_livre.csv");
  await context.close();
});

test("rules are checked while they are written, and a problem leads to its line", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  const { bank, ledger } = sides(3);
  await page.goto("/fr/recon/new");
  await choose(page, bank, ledger);
  await page.locator("recon-files button[type=submit]").click();
  await page.waitForURL(/\/setup$/);
  await page.goto(page.url().replace(/\/setup$/, "/rules"));
  const text = page.locator("#yaml");
  await text.fill("version: 1\npasses:\n  - name: a\n    kind: exakt\n");
  const problem = page.locator("#rule-problems a");
  await expect(problem).toHaveText("Ligne 4");
  await problem.click();
  expect(await text.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toContain("exakt");
  await text.fill("version: 1\npasses:\n  - name: a\n    kind: exact\n    fields: [amount]\n");
  await expect(page.locator("#rule-problems li")).toHaveCount(0);
  await context.close();
});

test("Ctrl+K leads anywhere by a few letters @desktop", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "finance", "fr");
  await page.goto("/fr/recon");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("analy");
  await expect(page.locator("#palette-list li")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/fr\/recon\/analytics$/);
  await context.close();
});
