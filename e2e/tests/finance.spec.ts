import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signedIn } from "./people";

// The house's money, on the demo's eighteen months: the proof is done, and finds what was planted in the files of processor and bank.

async function accessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
}

test("what is not proven is seen, understood, settled and approved @desktop", async ({ browser }) => {
  const analyst = await signedIn(browser, "finance", "fr");
  const page = analyst.page;
  await page.goto("/fr/finance");
  await expect(page.locator("#verdict")).toContainText(/est prouvé/);
  await expect(page.locator(".finance-zero")).toContainText("Débits = crédits");
  await accessible(page);

  await page.getByRole("link", { name: "Frais erronés" }).click();
  await expect(page).toHaveURL(/kind=wrong_fee/);
  const first = page.locator("row-keys:defined a.cover").first();
  await expect(first).toBeVisible();
  await page.keyboard.press("j");
  await expect(first).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toHaveText("Frais erronés");
  await expect(page.locator(".finance-why"), "it says why").toContainText(/MAD/);
  await expect(page.locator(".finance-side mark").first(), "differences are marked").toBeVisible();
  await expect(page.locator("#settle .finance-postings"), "what would be booked is shown before").not.toHaveCount(0);
  await accessible(page);
  const path = new URL(page.url()).pathname;
  await page.locator("#settle textarea[name=note]").fill("Vérifié avec la grille du processeur.");
  await page.locator("#settle button[type=submit]").click();
  await expect(page.locator(".finance-proposal")).toContainText("Vérifié avec la grille");
  await expect(page.locator("button[value=approve]"), "nobody approves their own").toHaveCount(0);

  const reviewer = await signedIn(browser, "reviewer", "fr");
  await reviewer.page.goto("/fr/finance/cases?state=waiting");
  await reviewer.page.locator(`a[href="${path}"]`).click();
  await reviewer.page.locator("button[value=approve]").click();
  await expect(reviewer.page.locator(".finance-case .badge").first()).toHaveText("Réglé");
  await reviewer.page.getByRole("link", { name: "Voir l’écriture passée" }).click();
  await expect(reviewer.page.locator(".finance-postings")).toContainText("Frais du processeur");
  await reviewer.page.goto("/fr/finance/ledger");
  await expect(reviewer.page.locator(".finance-zero"), "the trial balance is zero").toContainText("Débits = crédits");
  const sums = await reviewer.page.locator(".finance-trial tfoot td").allTextContents();
  expect(sums[0]).toBe(sums[1]);
  await reviewer.context.close();
  await analyst.context.close();
});

test("the money is read on a phone, in Arabic @phone", async ({ browser }) => {
  const { context, page } = await signedIn(browser, "reviewer", "ar");
  await page.goto("/ar/finance");
  await expect(page.locator("#verdict")).toContainText("مثبتة");
  await accessible(page);
  for (const path of ["/cases", "/ledger", "/ledger/accounts/bank", "/payments", "/payouts", "/files", "/webhooks"]) {
    await page.goto(`/ar/finance${path}`);
    await expect(page.locator("h1")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${path} is no wider than the phone`).toBeLessThanOrEqual(0);
    await accessible(page);
  }
  await page.goto("/ar/finance/cases");
  await page.locator("main a.cover").first().click();
  await expect(page.locator(".finance-why")).toBeVisible();
  await accessible(page);
  await context.close();
});
