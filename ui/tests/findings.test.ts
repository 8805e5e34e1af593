import { expect, test } from "vitest";

import type { Finding } from "../src/bindings/Finding.ts";
import { grouped } from "../src/features/import/findings.ts";

const finding = (change: Partial<Finding>): Finding => ({
  code: "missingName",
  severity: "warning",
  row: null,
  item: null,
  field: null,
  message: "",
  ...change,
});

test("what cannot be sent comes first, then what is most", () => {
  const groups = grouped([
    finding({ code: "improved", severity: "info" }),
    finding({ code: "missingName", item: 1 }),
    finding({ code: "noCollection", item: 2 }),
    finding({ code: "noCollection", item: 3 }),
    finding({ code: "fieldTooLong", severity: "error", item: 4 }),
  ]);
  expect(groups.map((group) => group.code)).toEqual([
    "fieldTooLong",
    "noCollection",
    "missingName",
    "improved",
  ]);
});

test("an item with two long fields is skipped once", () => {
  const [group] = grouped([
    finding({ code: "fieldTooLong", severity: "error", item: 7, field: "notes" }),
    finding({ code: "fieldTooLong", severity: "error", item: 7, field: "name" }),
  ]);
  expect(group?.findings).toHaveLength(2);
  expect(group?.items).toEqual([7]);
});
