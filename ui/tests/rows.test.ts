import { expect, test } from "vitest";

import { narrow, rowsOf, sorted, stateOf, totals } from "../src/features/clients/rows.ts";
import { client } from "./scene.ts";

const names = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => row.client.name);

test("names sort as a person expects, numbers by value and accents beside their letter", () => {
  const rows = rowsOf(
    ["Zephyr", "Client 10", "Élan", "Client 2", "Eagle"].map((name) => client({ name })),
  );
  expect(names(sorted(rows, "client", false))).toEqual([
    "Client 2",
    "Client 10",
    "Eagle",
    "Élan",
    "Zephyr",
  ]);
});

test("unknown seats come last whichever way one sorts, for they are not the fewest", () => {
  const rows = rowsOf([
    client({ name: "unknown", remaining: null }),
    client({ name: "few", remaining: -2 }),
    client({ name: "many", remaining: 30 }),
  ]);
  expect(names(sorted(rows, "remaining", false))).toEqual(["few", "many", "unknown"]);
  expect(names(sorted(rows, "remaining", true))).toEqual(["many", "few", "unknown"]);
});

test("equal values stay in the order of names in both directions", () => {
  const rows = rowsOf([client({ name: "b" }), client({ name: "a" }), client({ name: "c" })]);
  expect(names(sorted(rows, "plan", false))).toEqual(["a", "b", "c"]);
  expect(names(sorted(rows, "plan", true))).toEqual(["a", "b", "c"]);
});

test("sorting by state brings what needs somebody to the top", () => {
  const rows = rowsOf([
    client({ name: "fine" }),
    client({ name: "full", remaining: 0 }),
    client({ name: "over", remaining: -1 }),
    client({ name: "stopped", enabled: false }),
  ]);
  expect(names(sorted(rows, "state", false))).toEqual(["stopped", "over", "full", "fine"]);
});

test("search is blind to accents and case and finds words in any order", () => {
  const rows = rowsOf([
    client({ name: "Bäckerei Grünwald GmbH" }),
    client({ name: "Årnes Sjømat" }),
  ]);
  expect(names(narrow(rows, "grunwald back", "all"))).toEqual(["Bäckerei Grünwald GmbH"]);
  expect(names(narrow(rows, "SJØMAT", "all"))).toEqual(["Årnes Sjømat"]);
  expect(names(narrow(rows, "sjomat", "all"))).toEqual(["Årnes Sjømat"]);
  expect(narrow(rows, "  ", "all")).toHaveLength(2);
});

test("a small office with a few free seats is not called idle", () => {
  expect(stateOf(client({ assigned: 4, used: 1, remaining: 3 }))).toBe("ok");
  expect(stateOf(client({ assigned: 40, used: 10, remaining: 30 }))).toBe("idle");
});

test("a suspended client is called suspended before anything else", () => {
  expect(stateOf(client({ enabled: false, remaining: -3 }))).toBe("suspended");
});

test("totals add what is known and keep plans apart", () => {
  const sum = totals(
    rowsOf([
      client({ plan: "Teams", remaining: 3 }),
      client({ plan: "Enterprise", remaining: 5 }),
      client({ plan: "Teams", assigned: null, used: null, remaining: null }),
    ]),
  );
  expect(sum).toMatchObject({ clients: 3, assigned: 20, used: 14, remaining: 8 });
  expect(sum.plans).toEqual([
    { plan: "Enterprise", clients: 1, remaining: 5 },
    { plan: "Teams", clients: 2, remaining: 3 },
  ]);
});

test("ten thousand clients are narrowed and sorted within one key press", () => {
  const rows = rowsOf(
    Array.from({ length: 10_000 }, (_, place) => client({ name: `Élan ${place % 97} ${place}` })),
  );
  const found = sorted(narrow(rows, "elan 12", "all"), "client", false);
  expect(found.length).toBeGreaterThan(100);
  expect(found[0]?.client.name).toBe("Élan 0 1261");
});
