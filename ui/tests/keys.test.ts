import { expect, test } from "vitest";

import { escape, onEscape } from "../src/lib/escape.ts";
import { actionOf } from "../src/routes/keys.ts";

const press = (key: string, extra: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
  const event = new KeyboardEvent("keydown", { key, ...extra });
  Object.defineProperty(event, "target", { value: target });
  return actionOf(event);
};

test("letters typed into a field are letters, not commands", () => {
  const input = document.createElement("input");
  expect(press("/", {}, input)).toBeNull();
  expect(press("?", {}, input)).toBeNull();
  expect(press("/")).toBe("search");
});

test("the palette opens from anywhere, also while typing", () => {
  expect(press("k", { ctrlKey: true }, document.createElement("input"))).toBe("palette");
  expect(press("K", { metaKey: true })).toBe("palette");
});

test("Escape closes exactly one thing, the last that opened", () => {
  const closed: string[] = [];
  const closers = ["panel", "menu"].map((name) => onEscape(() => closed.push(name)));
  escape();
  expect(closed).toEqual(["menu"]);
  closers[1]?.();
  escape();
  expect(closed).toEqual(["menu", "panel"]);
  closers[0]?.();
  expect(escape(), "with nothing open the key is somebody else's").toBe(false);
});
