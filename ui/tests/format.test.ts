import { expect, test } from "vitest";

import { age, count, fold, initials, isFresh, size } from "../src/lib/format.ts";

const now = Date.parse("2026-09-14T12:00:00Z");
const before = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

test("unknown numbers are a dash, never a zero", () => {
  expect(count(null)).toBe("–");
  expect(count(0)).toBe("0");
});

test("long numbers are grouped by thin spaces and four digits stay together", () => {
  expect(count(1456)).toBe("1456");
  expect(count(449707)).toBe("449\u2009707");
  expect(count(1234567)).toBe("1\u2009234\u2009567");
  expect(count(-2)).toBe("\u22122");
});

test("an age uses the largest unit that fits", () => {
  expect(age(before(0), now)).toBe("now");
  expect(age(before(59), now)).toBe("59 min");
  expect(age(before(60), now)).toBe("1 h");
  expect(age(before(60 * 24 * 3), now)).toBe("3 d");
});

test("a server whose clock is ahead does not make numbers from the future", () => {
  expect(age(before(-5), now)).toBe("now");
  expect(age("not a date", now)).toBe("–");
});

test("numbers of the last hour are fresh", () => {
  expect(isFresh(before(59), now)).toBe(true);
  expect(isFresh(before(61), now)).toBe(false);
});

test("sizes are told in the unit people use", () => {
  expect(size(0)).toBe("0 bytes");
  expect(size(900)).toBe("900 bytes");
  expect(size(184_320)).toBe("180 KB");
  expect(size(2_318_000)).toBe("2.2 MB");
});

test("folding removes what a keyboard may lack", () => {
  expect(fold("Straße ŁÓDŹ Ørsted")).toBe("strasse lodz orsted");
});

test("initials come from words, whatever the script", () => {
  expect(initials("Calder Valley Veterinary")).toBe("CV");
  expect(initials("maren@northlight.example")).toBe("MN");
  expect(initials("🍺")).toBe("?");
});
