/** Scenes of the bench: name, address, steps. */
const click = (selector) => (page) => page.click(selector);
const press = (key) => (page) => page.keyboard.press(key);
const type = (words) => (page) => page.keyboard.type(words);
const wait = (milliseconds) => (page) => page.waitForTimeout(milliseconds);
const check = (row) => click(`#items-table-row-${row} [type=checkbox]`);
const segment = (words) => click(`.summary label:has-text("${words}")`);

/** Steps to an import. */
const at = (staging, ...steps) => [
  click("#nav-imports"),
  click(`[data-staging="${staging}"]`),
  wait(600),
  ...steps,
];
const u = "state=unlocked";

export const IMPORT = [
  ["bench", u, at("s-large", click("details[data-code=fieldTooLong] summary"))],
  ["bench-100000", `${u}&items=100000`, at("s-large", click("#items-table-row-2"), press("End"))],
  ["bench-clean", u, at("s-clean")],
  ["bench-search", u, at("s-large", press("/"), type("router net"), wait(300))],
  ["bench-none", u, at("s-large", press("/"), type("zzzz"), wait(300))],
  [
    "bench-selected",
    u,
    at("s-large", check(2), (page) =>
      page.click("#items-table-row-6 [type=checkbox]", { modifiers: ["Shift"] }),
    ),
  ],
  ["bench-move", u, at("s-large", check(2), check(3), click("#selection-move"), type("IT"))],
  [
    "bench-skipped",
    u,
    at("s-large", check(2), check(3), click("#selection-skip"), wait(200), press("Escape")),
  ],
  ["bench-item", u, at("s-large", click("#items-table-row-11"), wait(300))],
  [
    "bench-item-revealed",
    u,
    at(
      "s-large",
      click("#items-table-row-1"),
      wait(300),
      click("[data-path='login.password'] button"),
      wait(200),
    ),
  ],
  [
    "bench-item-edit",
    u,
    at(
      "s-large",
      click("#items-table-row-11"),
      wait(300),
      click("[data-path=notes] button:last-child"),
      wait(300),
    ),
  ],
  [
    "bench-long-names",
    u,
    at(
      "s-large",
      press("/"),
      type("accounting"),
      wait(300),
      click("#items-table-row-0"),
      wait(300),
    ),
  ],
  [
    "bench-loading",
    `${u}&slow=1500`,
    [click("#nav-imports"), wait(1800), click("[data-staging=s-large]"), wait(1900)],
  ],
  ["bench-failed", `${u}&fail=import_grid:cacheDamaged`, at("s-large")],
  [
    "bench-refused",
    `${u}&fail=import_skip_many:inputRefused`,
    at("s-large", check(2), click("#selection-skip"), wait(200)),
  ],
  ["import-place", u, at("s-large", click("#step-place"), wait(900))],
  [
    "import-place-folder",
    u,
    at(
      "s-large",
      click("#step-place"),
      wait(900),
      click("#mapping-row-3"),
      click("#folder-target"),
      type("IT"),
    ),
  ],
  ["import-place-filled", u, at("s-clean", click("#step-place"), wait(900))],
  [
    "import-place-offline",
    `${u}&fail=import_access:offline`,
    at("s-large", click("#step-place"), wait(900)),
  ],
  ["duplicates", u, at("s-large", segment("Duplicates"), wait(400))],
  [
    "duplicates-near",
    u,
    at(
      "s-large",
      segment("Duplicates"),
      wait(300),
      click('label:has-text("Nearly alike")'),
      wait(300),
    ),
  ],
  ["duplicates-none", u, at("s-clean", segment("Duplicates"), wait(400))],
  [
    "duplicates-failed",
    `${u}&fail=import_duplicates:unexpected`,
    at("s-large", segment("Duplicates"), wait(400)),
  ],
  ["health", u, at("s-large", segment("Health"), wait(300))],
  [
    "health-running",
    u,
    at(
      "s-large",
      segment("Health"),
      click('label:has-text("Have I Been Pwned")'),
      click("#health-run"),
      wait(1700),
    ),
  ],
  ["health-report", u, at("s-clean", segment("Health"), click("#health-run"), wait(1500))],
  [
    "health-exposed",
    u,
    at(
      "s-clean",
      segment("Health"),
      click('label:has-text("Have I Been Pwned")'),
      click("#health-run"),
      wait(4500),
    ),
  ],
  ["new-sheet", `${u}&choose=sheet`, [click("#nav-imports"), click("#import-choose"), wait(900)]],
  [
    "new-several",
    `${u}&choose=several`,
    [click("#nav-imports"), click("#import-choose"), wait(900)],
  ],
  ["expired", `${u}&expired=1`, [click("#nav-imports"), wait(900)]],
  ["expires-soon", `${u}&days=2`, at("s-large")],
  [
    "history-search",
    u,
    [click("#nav-imports"), wait(600), click("#history-search"), type("keeper"), wait(300)],
  ],
  ["history-failed", `${u}&fail=import_history:cacheDamaged`, [click("#nav-imports"), wait(900)]],
  [
    "sources",
    u,
    at("s-done", wait(300), (page) => page.locator(".sources").scrollIntoViewIfNeeded()),
  ],
  ["sources-delete", u, at("s-done", wait(300), click(".sources li button"), wait(200))],
];
