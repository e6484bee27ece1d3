import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

// The page that shows every component is compared with how it last looked. `npx playwright test components --update-snapshots` takes new
// pictures after a change that was meant. In the four of them every language, theme and width meets both of the others.
const looks = [
  { language: "fr", theme: "light", tag: "@phone" },
  { language: "ar", theme: "dark", tag: "@phone" },
  { language: "ar", theme: "light", tag: "@desktop" },
  { language: "fr", theme: "dark", tag: "@desktop" },
] as const;

for (const { language, theme, tag } of looks) {
  test(`components look as they should (${language}, ${theme})`, { tag }, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.goto(`/dev/components?lang=${language}&theme=${theme}`);
    await page.evaluate(() => document.fonts.ready);
    await expect(page).toHaveScreenshot(`components-${language}-${theme}.png`, { fullPage: true, maxDiffPixelRatio: 0.002, scale: "css" });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
    expect(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(", ")}`)).toEqual([]);
  });
}
