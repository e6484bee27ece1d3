import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Browser } from "@playwright/test";
import { signedIn, signedUp, type Person } from "./people";

// Every page that there is, by who may see it. Where {id} stands, the first link of that form is followed on the
// latest page before it in the list that has one.
const pages: Record<string, string[]> = {
  "": [
    "", "/search", "/search?city=casablanca", "/search?q=zzzzzzzz", "/casablanca", "/casablanca/plomberie", "/providers/{id}", "/sign-in",
    "/sign-up", "/sign-up?role=provider", "/forgotten-password", "/reset-password?token=wrong", "/verify-email?token=wrong", "/account/confirm-email?token=wrong",
    "/terms", "/privacy", "/no-such-page",
  ],
  customer: [
    "", "/search?category=plomberie&city=casablanca&instant=1", "/providers/{id}", "/book/{id}",
    "/bookings", "/bookings/{id}", "/bookings/{id}/cancel", "/bookings/{id}/reschedule", "/bookings?view=past", "/bookings/{id}",
    "/bookings/{id}/dispute", "/bookings/{id}/review",
    "/quotes", "/quotes/new", "/quotes/{id}", "/quotes/{id}/offers/{id}/accept", "/quotes/{id}/offers/{id}/counter", "/quotes/{id}/offers/{id}/decline", "/quotes/{id}/withdraw",
    "/favourites", "/reviews", "/reviews?view=written", "/disputes", "/notifications",
    "/account", "/account/profile", "/account/addresses/new", "/account/notifications", "/account/security", "/account/password", "/account/email", "/account/second-factor",
    "/account/passkeys/new", "/account/sessions", "/account/tokens", "/account/data", "/account/erase", "/admin",
  ],
  provider: [
    "/provider/day", "/provider/requests", "/provider/calendar?view=week", "/provider/calendar?view=day", "/provider/calendar/new", "/provider/calendar/connections",
    "/provider/quotes", "/provider/quotes/{id}", "/provider/more", "/provider/statistics", "/provider/statistics?days=90", "/provider/reviews", "/provider/services", "/provider/services/{id}", "/provider/services/new",
    "/provider/hours", "/provider/profile", "/provider/photos", "/provider/documents",
    "/provider/earnings", "/provider/earnings/movements", "/provider/earnings/payouts", "/provider/earnings/account", "/disputes", "/disputes/{id}", "/notifications",
  ],
  newcomer: ["/check-mail", "/provider/start", "/provider/profile?start=1"],
  finance: [
    "/recon", "/recon?archived=1", "/recon/new", "/recon/analytics", "/recon/{id}", "/recon/{id}/sources", "/recon/{id}/sources/{id}", "/recon/{id}/rules", "/recon/{id}/rules?version=0",
    "/recon/{id}/runs", "/recon/{id}/runs/{id}", "/recon/{id}/settings", "/recon/{id}/settings/hooks", "/recon/{id}/review", "/recon/{id}/periods", "/recon/{id}/activity",
    "/finance", "/finance/cases?state=all", "/finance/cases/{name}", "/finance/ledger", "/finance/ledger/accounts/{name}", "/finance/ledger/payables", "/finance/ledger/transactions",
    "/finance/ledger/transactions/{id}", "/finance/payments", "/finance/payments/{id}", "/finance/payouts", "/finance/payouts/{id}", "/finance/files", "/finance/files?kind=statement", "/finance/webhooks",
  ],
  admin: [
    "/admin", "/admin/people", "/admin/people/{id}", "/admin/verifications", "/admin/verifications/{id}", "/admin/providers", "/admin/providers/{id}", "/admin/bookings", "/admin/bookings/{id}",
    "/admin/reviews", "/admin/disputes?view=all", "/admin/disputes/{id}", "/admin/categories", "/admin/categories/{slug}", "/admin/cities", "/admin/cities/{slug}", "/admin/features", "/admin/audit",
  ],
};

// The page is the same in every language but for its words and their direction: French and Arabic are looked at where they are read most,
// on a phone, and English on a desktop.
const languagesOf: Record<string, string[]> = { phone: ["fr", "ar"], desktop: ["en"] };

async function reader(browser: Browser, who: string): Promise<Person> {
  if (who === "newcomer") return signedUp(browser, "provider", "fr");
  if (who !== "") return signedIn(browser, who, "fr");
  const context = await browser.newContext();
  return { context, page: await context.newPage() };
}

function follow(form: string, language: string, seen: string[]): string | undefined {
  if (!form.includes("{")) return form;
  const wanted = new RegExp(`^/${language}(${form.replace(/[?.]/g, "\\$&").replaceAll("{id}", "[0-9a-f]{8}-[0-9a-f-]{27}").replaceAll("{slug}", "[a-z-]+").replaceAll("{name}", "[\\w:-]+")})([?#].*)?$`);
  return seen.find((href) => wanted.test(href))?.slice(`/${language}`.length).replace(/#.*/, "");
}

for (const [who, forms] of Object.entries(pages)) {
  test(`pages of ${who || "everybody"} have one title, fit the screen, break no policy, and axe finds nothing serious`, async ({ browser }, info) => {
    test.setTimeout(300_000);
    const wrong: string[] = [];
    for (const language of languagesOf[info.project.name]!) {
      const { context, page } = await reader(browser, who);
      let path = "";
      const complain = (words: string): unknown => wrong.push(`/${language}${path} ${words}`);
      page.on("console", (message) => {
        if (message.type() === "error" && !/status of 40[34]/.test(message.text())) complain(message.text());
      });
      page.on("pageerror", (error) => complain(error.message));
      page.on("response", (response) => {
        if (response.status() >= 400 && response.request().resourceType() !== "document") complain(`asks for ${response.url()}: ${response.status()}`);
      });
      let seen: string[] = [];
      for (const form of forms) {
        path = form;
        const found = follow(form, language, seen);
        if (found === undefined) {
          complain("is led to by no page before it");
          continue;
        }
        path = found;
        const answer = await page.goto(`/${language}${path}`);
        const status = form === "/no-such-page" ? 404 : form === "/admin" && who !== "admin" ? 403 : 200;
        if (answer!.status() !== status) complain(`answers ${answer!.status()} instead of ${status}`);
        if (new URL(page.url()).pathname !== `/${language}${path.replace(/\?.*/, "")}`) complain(`led to ${page.url()}`);
        const state = await page.evaluate(() => ({
          language: document.documentElement.lang,
          titles: document.querySelectorAll("h1").length,
          width: document.documentElement.scrollWidth,
          links: [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")!),
        }));
        seen = [...state.links, ...seen];
        if (state.language !== language) complain(`says that it is in ${state.language}`);
        if (state.titles !== 1) complain(`has ${state.titles} titles`);
        if (state.width > page.viewportSize()!.width) complain(`is ${state.width} px wide`);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] }).analyze();
        for (const v of violations) {
          if (v.impact === "serious" || v.impact === "critical") complain(`${v.id}: ${v.nodes.map((n) => n.target).join(", ")}`);
        }
      }
      await context.close();
    }
    expect(wrong).toEqual([]);
  });
}
