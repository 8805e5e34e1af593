/**
 * Takes a picture of every screen in every state, from the made-up world, under the real
 * content-security policy: `npm run look [part of a name]`. Pictures go to shots/.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";

import { chromium } from "playwright-core";
import { preview } from "vite";

import { IMPORT } from "./look.import.mjs";
import { SESSION } from "./look.session.mjs";

const only = process.argv[2] ?? "";
/** Light at the large size and dark at the small one only. */
const quick = process.argv.includes("--quick");
const policy = JSON.parse(readFileSync("../tauri.conf.json", "utf8")).app.security.csp;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const click = (selector) => (page) => page.click(selector);
const press = (key) => (page) => page.keyboard.press(key);
const wait = (milliseconds) => (page) => page.waitForTimeout(milliseconds);
const openImport = (staging) => (page) => page.click(`[data-staging="${staging}"]`);
const imports = click("#nav-imports");

/** Name, address, steps. */
const SCENES = [
  ["clients", "state=unlocked", [wait(1300)]],
  ["clients-selected", "state=unlocked", [wait(1300), click("#clients-table-row-4")]],
  [
    "clients-search",
    "state=unlocked",
    [wait(1300), press("/"), (page) => page.keyboard.type("ar")],
  ],
  ["clients-none", "state=unlocked", [wait(1300), press("/"), (page) => page.keyboard.type("qqq")]],
  ["clients-empty", "state=unlocked&clients=0", [wait(1300)]],
  ["clients-never-offline", "state=unlocked&clients=0&online=0&age=-1", [wait(1300)]],
  ["clients-offline", "state=unlocked&online=0&age=340&keyring=password", [wait(1300)]],
  ["clients-loading", "state=unlocked&slow=4000", [wait(5200)]],
  ["clients-failed", "state=unlocked&fail=clients_list:cacheDamaged", [wait(1300)]],
  ["clients-trouble", "state=unlocked&fail=clients_refresh:serverTrouble", [wait(600)]],
  [
    "clients-10000",
    "state=unlocked&clients=10000",
    [wait(1500), click("#clients-table-row-3"), press("End")],
  ],
  ["client", "state=unlocked", [wait(1200), click("#clients-table-row-1 button")]],
  ["client-long", "state=unlocked", [wait(1200), click("#clients-table-row-8 button")]],
  ["imports", "state=unlocked", [imports, wait(900)]],
  ["imports-empty", "state=unlocked&clients=2", [imports, wait(900)]],
  ["imports-hover", "state=unlocked", [imports, wait(900), (page) => page.evaluate("hover(true)")]],
  ["new-import", "state=unlocked", [imports, click("#import-sample"), wait(700)]],
  [
    "new-import-picker",
    "state=unlocked",
    [
      imports,
      click("#import-sample"),
      wait(700),
      click("#client-picker"),
      (page) => page.keyboard.type("a"),
    ],
  ],
  ["new-import-password", "state=unlocked", [imports, click("#import-choose"), wait(700)]],
  ...IMPORT,
  [
    "import-send-blocked",
    "state=unlocked",
    [imports, openImport("s-large"), click("#step-send"), wait(900)],
  ],
  [
    "import-send",
    "state=unlocked",
    [imports, openImport("s-clean"), click("#step-send"), wait(900)],
  ],
  [
    "import-sending",
    "state=unlocked",
    [imports, openImport("s-half"), click("#upload"), wait(2600)],
  ],
  [
    "import-unknown",
    "state=unlocked&fail=upload:outcomeUnknown",
    [imports, openImport("s-half"), click("#upload"), wait(4200)],
  ],
  ["import-unfinished", "state=unlocked", [imports, openImport("s-half"), wait(700)]],
  ["receipt", "state=unlocked", [imports, openImport("s-done"), wait(700)]],
  ["discard", "state=unlocked", [imports, openImport("s-clean"), click("#discard"), wait(300)]],
  [
    "palette",
    "state=unlocked",
    [wait(1200), press("Control+k"), (page) => page.keyboard.type("im")],
  ],
  ...SESSION,
];
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1000, height: 700 },
];

if (!process.argv.includes("--built"))
  execFileSync("npx", ["vite", "build", "--mode", "mock", "--logLevel", "error"]);
mkdirSync("shots", { recursive: true });
const server = await preview({
  mode: "mock",
  logLevel: "error",
  build: { outDir: "shots/site" },
  preview: {
    port: 1421,
    host: "127.0.0.1",
    headers: {
      "Content-Security-Policy": policy.replace("connect-src 'self'", "connect-src 'self' ws:"),
    },
  },
});
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
let wrong = 0;

async function picture([name, query, steps], size, theme, extra = {}) {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, ...extra });
  const page = await context.newPage();
  const complain = (text) => {
    wrong += 1;
    console.log(`${name}: ${text}`);
  };
  page.on("pageerror", (error) => complain(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complain(message.text());
  });
  await page.goto(`http://127.0.0.1:1421/mock.html?${query}`);
  await page.evaluate("document.fonts.ready");
  try {
    for (const step of steps) await step(page);
    await page.waitForTimeout(150);
  } catch (error) {
    complain(error.message);
  }
  const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
  if (wide) complain("scrolls sideways");
  await page.screenshot({ path: `shots/${name}.${theme}.${size.width}.png` });
  await context.close();
}

for (const scene of SCENES.filter(([name]) => name.includes(only))) {
  for (const size of SIZES) {
    for (const theme of ["light", "dark"]) {
      const skipped = quick && (theme === "light") !== (size.width === 1280);
      if (!skipped) await picture(scene, size, theme);
    }
  }
}
await browser.close();
await server.close();
console.log(wrong === 0 ? "No complaint." : `${wrong} complaints.`);
process.exit(wrong === 0 ? 0 : 1);
