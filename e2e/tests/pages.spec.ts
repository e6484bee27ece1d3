import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { signedIn } from "./people";

const everybodys = ["", "/search?city=casablanca", "/search?q=zzzzzzzz", "/sign-in", "/sign-up", "/forgotten-password", "/no-such-page"];
const customers = ["/bookings"];
const providers = ["/provider/requests", "/provider/day", "/provider/services", "/provider/hours", "/provider/profile"];

for (const language of ["fr", "ar", "en"]) {
  for (const [who, paths] of [["", everybodys], ["customer", customers], ["provider", providers]] as const) {
    test(`pages of ${who || "everybody"} in ${language} have one title, fit the screen, break no policy, and axe finds nothing serious`, async ({ browser }) => {
      const { context, page } = who ? await signedIn(browser, who, "fr") : await browser.newContext().then(async (context) => ({ context, page: await context.newPage() }));
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" && !message.text().includes("404")) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      for (const path of paths) {
        await page.goto(`/${language}${path}`);
        await expect(page.locator("html"), path).toHaveAttribute("lang", language);
        await expect(page.locator("h1"), path).toHaveCount(1);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} fits the screen`).toBe(true);
        const found = await new AxeBuilder({ page }).analyze();
        const serious = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
        expect(serious.map((v) => `${path}: ${v.id}: ${v.nodes.map((n) => n.target).join(", ")}`)).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
  }
}
