import { expect, test } from "@playwright/test";
import { languages, signedIn } from "./people";

for (const language of languages) test(`the main pages lead to each other (${language})`, async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/(fr|ar|en)$/);
  await page.goto(`/${language}`);
  await page.locator('main a[href*="category="], main a[href*="/casablanca"]').first().click();
  await expect(page.locator("h1")).toBeVisible();
  await page.locator("header a.brand").click();
  await expect(page).toHaveURL(new RegExp(`/${language}$`));
});

for (const language of languages) test(`from home to sign-in, and from there to sign-up and back (${language})`, async ({ page }) => {
  await page.goto(`/${language}`);
  await page.locator('header a[href*="/sign-in"]').first().click();
  await expect(page).toHaveURL(/sign-in/);
  await page.locator('main a[href*="/sign-up"]').first().click();
  await expect(page).toHaveURL(/sign-up/);
  await page.locator('main a[href*="/sign-in"]').first().click();
  await expect(page).toHaveURL(/sign-in/);
});

for (const language of languages) test(`the language can be changed on every page and the page stays the same (${language})`, async ({ page }) => {
  const other = language === "fr" ? "ar" : "fr";
  await page.goto(`/${language}/search?city=rabat`);
  await page.locator("header details.menu summary").first().click();
  await page.locator(`header a[hreflang=${other}]`).click();
  await expect(page).toHaveURL(new RegExp(`/${other}/search\\?city=rabat`));
  await expect(page.locator("html")).toHaveAttribute("dir", other === "ar" ? "rtl" : "ltr");
});

const dashboards = {
  customer: ["/bookings", "/quotes", "/favourites", "/account"],
  provider: ["/provider/day", "/provider/requests", "/provider/calendar", "/provider/services", "/provider/statistics", "/account"],
  admin: ["/admin", "/admin/people", "/admin/providers", "/admin/disputes"],
};

for (const [who, paths] of Object.entries(dashboards)) {
  for (const language of languages) test(`${who} finds every page of theirs from the menus (${language})`, async ({ browser }) => {
    const { context, page } = await signedIn(browser, who, language);
    await page.goto(`/${language}`);
    for (const path of paths) {
      // Through the menu of the account, which every width has.
      await page.locator("header details.menu summary").last().click();
      await page.locator(`header .menu-panel a[href="/${language}${path}"]`).last().click();
      await expect(page).toHaveURL(new RegExp(`/${language}${path}`));
      await expect(page.locator("h1")).toBeVisible();
    }
    await context.close();
  });
}

for (const language of languages) test(`what belongs to others is not shown (${language})`, async ({ browser }) => {
  const { context, page } = await signedIn(browser, "customer", language);
  for (const path of ["/admin", "/provider/day"]) {
    const answer = await page.goto(`/${language}${path}`);
    expect(answer!.status(), path).toBe(403);
  }
  await context.close();
});
