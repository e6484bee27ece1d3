import { expect, test } from "@playwright/test";
import { booker, languages, serviceOfMainProvider, signedIn, words } from "./people";

for (const language of languages) {
  test(`in ${language}, a customer finds a provider and asks for a time, the provider accepts, and both pages change`, async ({ browser }) => {
    const customer = await booker(browser, language);
    const provider = await signedIn(browser, "provider", language);

    // Which of the demo provider's services is on request is asked beforehand; everything else happens on the pages.
    const onRequest = await serviceOfMainProvider(customer.page, false);

    await customer.page.goto(`/${language}`);
    await expect(customer.page.locator("html")).toHaveAttribute("dir", language === "ar" ? "rtl" : "ltr");
    const search = customer.page.locator("main input[name=q]").first();
    await search.fill("El Amrani");
    await search.press("Enter");
    await customer.page.locator(`main a[href*="${onRequest.id}"]`).first().click();
    await expect(customer.page.getByRole("heading", { level: 1 })).toContainText("El Amrani");

    await customer.page.locator(`main a[href*="/book/${onRequest.id}"]`).first().click();
    await customer.page.locator("textarea[name=address]").fill("12, rue des Orangers");
    await customer.page.getByRole("button", { name: words[language].send }).click();
    await expect(customer.page).toHaveURL(/\/bookings\/[0-9a-f-]{36}/);
    const id = customer.page.url().match(/[0-9a-f-]{36}/)![0];
    const asked = await customer.page.locator("main").innerText();

    await provider.page.goto(`/${language}/provider/requests`);
    const form = provider.page.locator(`form[action*="${id}/accept"]`);
    await form.getByRole("button").click();
    await expect(form).toHaveCount(0);

    // Nobody reloads the customer's page.
    await expect(customer.page.locator("main")).not.toHaveText(asked);
    await expect.poll(async () => {
      const booking = await customer.page.request.get(`/api/v1/bookings/${id}`);
      return ((await booking.json()) as { status: string }).status;
    }).toBe("accepted");

    // And the other way round: what the customer cancels goes from the provider's open page.
    await provider.page.goto(`/${language}/bookings/${id}`);
    const accepted = await provider.page.locator("main").innerText();
    await customer.page.goto(`/${language}/bookings/${id}/cancel`);
    await customer.page.locator(`form[action*="${id}/cancel"] button[type=submit]`).click();
    await expect(provider.page.locator("main")).not.toHaveText(accepted);

    await customer.context.close();
    await provider.context.close();
  });
}
