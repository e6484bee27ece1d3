import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

// The page that shows every component is compared with how it last looked. `npx playwright test components --update-snapshots` takes new
// pictures after a change that was meant.
for (const lang of ["fr", "ar"]) {
  for (const theme of ["light", "dark"]) {
    test(`components look as they should (${lang}, ${theme})`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme as "light" | "dark", reducedMotion: "reduce" });
      await page.goto(`/dev/components?lang=${lang}&theme=${theme}`);
      await page.evaluate(() => document.fonts.ready);
      await expect(page).toHaveScreenshot(`components-${lang}-${theme}.png`, { fullPage: true, maxDiffPixelRatio: 0.01, scale: "css" });
      const found = await new AxeBuilder({ page }).analyze();
      const serious = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
      expect(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(", ")}`)).toEqual([]);
    });
  }
}
