import { expect, test } from "vitest";

import { moveBy, OVERSCAN, rowWindow, scrollFor } from "../src/components/window.ts";

test("only rows in view and a few beyond are drawn", () => {
  expect(rowWindow(10_000, 48, 48 * 500, 480)).toEqual({
    first: 500 - OVERSCAN,
    end: 510 + OVERSCAN,
  });
});

test("a list that shrank while scrolled far still draws its last rows", () => {
  const shown = rowWindow(5, 48, 48 * 900, 480);
  expect(shown.first).toBe(0);
  expect(shown.end).toBe(5);
});

test("an empty list draws nothing", () => {
  expect(rowWindow(0, 48, 0, 480)).toEqual({ first: 0, end: 0 });
});

test("moving to a row scrolls no further than needed", () => {
  expect(scrollFor(3, 48, 0, 480)).toBe(0);
  expect(scrollFor(12, 48, 0, 480)).toBe(13 * 48 - 480);
  expect(scrollFor(2, 48, 480, 480)).toBe(96);
});

test("keys stop at both ends and other keys do not move", () => {
  expect(moveBy("ArrowUp", 0, 10, 5)).toBe(0);
  expect(moveBy("ArrowDown", 9, 10, 5)).toBe(9);
  expect(moveBy("ArrowDown", -1, 10, 5)).toBe(0);
  expect(moveBy("PageDown", 2, 10, 5)).toBe(7);
  expect(moveBy("End", 2, 10, 5)).toBe(9);
  expect(moveBy("a", 2, 10, 5)).toBeNull();
  expect(moveBy("ArrowDown", -1, 0, 5)).toBeNull();
});
