import { expect, test } from "@playwright/test";
import { languages, words } from "./people";

for (const language of languages) test(`a search finds a provider by words (${language})`, async ({ page }) => {
  await page.goto(`/${language}`);
  const search = page.locator("main input[name=q]").first();
  await search.fill("El Amrani");
  await search.press("Enter");
  await expect(page).toHaveURL(/search\?.*q=El/);
  await expect(page.locator("main ol li").first()).toContainText("El Amrani");
});

for (const language of languages) test(`a typing mistake still finds something (${language})`, async ({ page }) => {
  await page.goto(`/${language}/search?q=${encodeURIComponent(language === "ar" ? "سباك" : "plombrie")}`);
  expect(await page.locator("main ol li").count()).toBeGreaterThan(3);
});

for (const language of languages) test(`filtering by category and city leaves what fits, and the address can be shared (${language})`, async ({ page, browser }) => {
  await page.goto(`/${language}/search`);
  const before = await page.locator("#results-title").innerText();
  await page.goto(`/${language}/search?category=menage&city=rabat`);
  await expect(page.locator("#results-title")).not.toHaveText(before);
  const here = await page.locator("main ol li h2, main ol li h3").allInnerTexts();
  expect(here.length).toBeGreaterThan(0);
  const other = await browser.newContext();
  const shared = await other.newPage();
  await shared.goto(page.url());
  expect(await shared.locator("main ol li h2, main ol li h3").allInnerTexts()).toEqual(here);
  await other.close();
});

for (const language of languages) test(`a filter is applied without leaving the page and can be taken away again (${language})`, async ({ page }) => {
  await page.goto(`/${language}/search?city=casablanca`);
  await page.evaluate(() => document.documentElement.setAttribute("data-stayed", ""));
  const found = page.locator("[data-found]");
  const all = await found.innerText();
  const open = page.locator('#results button[popovertarget="filters"]');
  if (await open.isVisible()) await open.click();
  await page.locator('#filters input[name="verified"]').check();
  await expect(page).toHaveURL(/verified=1/);
  if (await page.locator("#filters:popover-open").count()) await page.keyboard.press("Escape");
  await expect(found).not.toHaveText(all);
  await expect(page.locator("html"), "the page was not left").toHaveAttribute("data-stayed", "");
  await page.locator('#results a.chip.chosen:not([href*="verified=1"])').click();
  await expect(page).not.toHaveURL(/verified=1/);
  await expect(found).toHaveText(all);
});

for (const language of languages) test(`nothing found says so and offers something to do (${language})`, async ({ page }) => {
  await page.goto(`/${language}/search?q=zzzzzzzz`);
  await expect(page.locator("main .empty")).toBeVisible();
  expect(await page.locator("main .empty a").count()).toBeGreaterThan(0);
});

for (const language of languages) test(`a service's page tells the price, the policy and the free times (${language})`, async ({ page }) => {
  await page.goto(`/${language}/search?category=plomberie&city=casablanca&instant=1`);
  await page.locator("main ol a[href*='/providers/']").first().click();
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator("main .price").first()).toContainText(words[language].money);
  expect(await page.locator('main a[href*="/book/"]').count()).toBeGreaterThan(0);
});
