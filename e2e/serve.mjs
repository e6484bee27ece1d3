// Serves a fresh demo market in a folder that is thrown away, until it is told to stop.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const data = mkdtempSync(join(tmpdir(), "khadamat-e2e-"));
const server = spawn("../bin/khadamat", ["serve", "--demo"], {
  stdio: "inherit",
  env: { ...process.env, KHADAMAT_DATA: data, KHADAMAT_ADDR: `127.0.0.1:${process.env.KHADAMAT_E2E_PORT}`, KHADAMAT_ADMIN_ADDR: "", KHADAMAT_LOG_LEVEL: "warn" },
});
process.on("SIGTERM", () => server.kill("SIGTERM"));
server.on("exit", (code) => {
  rmSync(data, { recursive: true, force: true });
  process.exit(code ?? 1);
});
