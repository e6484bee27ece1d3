import { defineConfig } from "@playwright/test";

// The system's Chromium, with everything off that would reach for the network.
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
const port = Number(process.env.KHADAMAT_E2E_PORT ?? 8398);

export default defineConfig({
  testDir: "tests",
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  retries: 0,
  reporter: [["list"]],
  use: { baseURL: `http://127.0.0.1:${port}`, launchOptions, trace: "off" },
  // What makes sense on one of them only is tagged with its name.
  projects: [
    { name: "phone", grepInvert: /@desktop/, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } },
    { name: "desktop", grepInvert: /@phone/, use: { viewport: { width: 1280, height: 900 } } },
  ],
  webServer: {
    command: "node serve.mjs",
    env: { KHADAMAT_E2E_PORT: String(port) },
    url: `http://127.0.0.1:${port}/fr`,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    timeout: 60_000,
  },
});
