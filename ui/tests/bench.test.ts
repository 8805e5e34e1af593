import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { FindingCode } from "#bindings/FindingCode";
import type { MaskedItem } from "#bindings/MaskedItem";

import { benchKey } from "../src/features/import/benchKeys.ts";
import { SHOWN_SECONDS } from "../src/features/import/revealed.svelte.ts";
import ImportScreen from "../src/features/import/ImportScreen.svelte";
import { escape } from "../src/lib/escape.ts";
import type { MadeImport } from "../src/lib/mock/imports.ts";
import { desk } from "./desk.ts";
import { callsOf, failing } from "./world.ts";

beforeEach(() => {
  vi.useRealTimers();
});

async function open(...wanted: Parameters<typeof desk>) {
  const scene = desk(...wanted);
  render(ImportScreen, { staging: "s-1", ongone: vi.fn() });
  await screen.findByRole("grid");
  return scene;
}

const grid = () => screen.getByRole("grid", { name: "Items of this import" });
const key = (name: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(grid(), { key: name, ...more });
/** Opens an item: the first login without findings, or the first with one. */
async function openItem(made: MadeImport, code?: FindingCode): Promise<MaskedItem> {
  const item = made.items.find((one) =>
    code === undefined
      ? one.kind === "login" && one.codes.length === 0 && one.item > 0
      : one.codes.includes(code),
  );
  if (item === undefined) throw new Error("the made-up import has such an item");
  await fireEvent.click(document.getElementById(`items-table-row-${item.item}`) as HTMLElement);
  return item;
}
const boxes = () => within(grid()).getAllByRole<HTMLInputElement>("checkbox");
const status = async (words: string) => expect(await screen.findByText(words)).toBeTruthy();

test("of a hundred thousand items only those in view are asked for and drawn", async () => {
  const { calls } = await open({ items: 100_000 });
  expect(grid().getAttribute("aria-rowcount")).toBe("100001");
  expect(within(grid()).getAllByRole("row").length).toBeLessThan(60);
  await key("End");
  await screen.findByText(/ 100000$/);
  const asked = callsOf(calls, "import_grid").map(({ args }) => Number(args.count));
  expect(
    asked.reduce((sum, count) => sum + count, 0),
    "not the whole import",
  ).toBeLessThan(2_000);
});

test("typing narrows at once, and what is selected stays selected", async () => {
  const { made } = await open();
  await fireEvent.click(boxes()[0] as HTMLElement);
  await status("1 selected");
  const search = screen.getByRole("textbox", { name: "Search items" });
  await fireEvent.input(search, { target: { value: "accounting terminal" } });
  await screen.findByText(/^1 of 400 items$/);
  await status("1 selected");
  expect(made.items[0]?.skipped).toBe(false);
});

test("a header sorts in the program, not in the page", async () => {
  const { calls } = await open();
  const header = screen.getByRole("columnheader", { name: "Name" });
  await fireEvent.click(within(header).getByRole("button"));
  await vi.waitFor(() => {
    expect(header.getAttribute("aria-sort")).toBe("ascending");
  });
  const query = callsOf(calls, "import_grid").at(-1)?.args.query;
  expect(query).toMatchObject({ sort: "name", descending: false });
});

test("Shift selects a range, Ctrl A everything, Esc nothing", async () => {
  await open();
  await key("ArrowDown");
  await key(" ");
  await key("ArrowDown", { shiftKey: true });
  await key("ArrowDown", { shiftKey: true });
  await status("3 selected");
  await key("a", { ctrlKey: true });
  await status("400 selected");
  escape();
  await vi.waitFor(() => {
    expect(screen.queryByText("400 selected")).toBeNull();
  });
});

test("what is skipped can be taken back, and undo says what it would take back", async () => {
  const { made, calls } = await open();
  await fireEvent.click(boxes()[0] as HTMLElement);
  await fireEvent.click(boxes()[1] as HTMLElement);
  await fireEvent.click(await screen.findByRole("button", { name: "Skip" }));
  const undo = await screen.findByRole("button", { name: "Undo: skip 2 items" });
  expect(made.items[1]?.skipped).toBe(true);
  expect(callsOf(calls, "import_skip_many")[0]?.args.selection).toEqual({ items: [0, 1] });
  await fireEvent.keyDown(grid(), { key: "z", ctrlKey: true });
  await screen.findByRole("button", { name: "Redo: skip 2 items" });
  expect(made.items[1]?.skipped, "the items are sent again").toBe(false);
  expect(undo.isConnected && !undo.hasAttribute("disabled"), "nothing is left to undo").toBe(false);
  await fireEvent.keyDown(grid(), { key: "Z", ctrlKey: true, shiftKey: true });
  await vi.waitFor(() => {
    expect(made.items[1]?.skipped).toBe(true);
  });
});

test("a refused change is said, and nothing looks changed", async () => {
  await open({}, { import_skip_many: failing("inputRefused", "sending has started") });
  await fireEvent.click(boxes()[0] as HTMLElement);
  await fireEvent.click(await screen.findByRole("button", { name: "Skip" }));
  await screen.findByText("That was not done");
  expect(within(grid()).queryByText("Skipped")).toBeNull();
});

test("items move to a folder that is there or to a new one", async () => {
  const { made } = await open();
  await fireEvent.click(boxes()[0] as HTMLElement);
  await fireEvent.click(await screen.findByRole("button", { name: "Move…" }));
  const folder = await screen.findByRole("combobox", { name: "Folder, such as IT/Network" });
  await fireEvent.input(folder, { target: { value: "Attic" } });
  await fireEvent.mouseDown(await screen.findByText("New folder “Attic”"));
  await fireEvent.click(screen.getByText("New folder “Attic”"));
  await vi.waitFor(() => {
    expect(made.items[0]?.folders).toEqual(["Attic"]);
  });
});

test("one click fixes every item of a finding", async () => {
  const { made, calls } = await open();
  const about = () => made.items.filter((item) => item.codes.includes("fieldTooLong")).length;
  expect(about()).toBeGreaterThan(0);
  await fireEvent.click(await screen.findByRole("button", { name: /^Split the notes · all / }));
  await vi.waitFor(() => {
    expect(about()).toBe(0);
  });
  const { selection } = callsOf(calls, "import_fix")[0]?.args ?? {};
  expect(selection, "also those that were never drawn").toMatchObject({
    matching: { codes: ["fieldTooLong"], text: "" },
  });
});

test("one secret is shown at a time, and not for long", async () => {
  const { made } = await open();
  const { item } = await openItem(made);
  await screen.findByText("Password", { selector: "dt" });
  vi.useFakeTimers();
  await fireEvent.click(screen.getByRole("button", { name: "Show: Password" }));
  await vi.advanceTimersByTimeAsync(200);
  expect(screen.getByText(`correct-horse-${item}`)).toBeTruthy();
  await vi.advanceTimersByTimeAsync(SHOWN_SECONDS * 1_000);
  expect(screen.queryByText(`correct-horse-${item}`), "hidden by itself").toBeNull();
  vi.useRealTimers();
});

test("leaving an item hides what it showed", async () => {
  const { made } = await open();
  const { item } = await openItem(made);
  await fireEvent.click(await screen.findByRole("button", { name: "Show: Password" }));
  await screen.findByText(`correct-horse-${item}`);
  await fireEvent.click(screen.getByRole("button", { name: "Item after" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Item before" }));
  await screen.findByRole("button", { name: "Show: Password" });
  expect(screen.queryByText(`correct-horse-${item}`)).toBeNull();
});

test("a value leaves the page sealed, and its field is empty afterwards", async () => {
  const { made, calls } = await open();
  const row = await openItem(made);
  const before = row.name;
  await fireEvent.click(await screen.findByRole("button", { name: "Edit: Name" }));
  const field = await screen.findByRole<HTMLInputElement>("textbox", { name: "Name" });
  expect(field.value).toBe(before);
  await fireEvent.input(field, { target: { value: "Renamed" } });
  await fireEvent.submit(field.closest("form") as HTMLFormElement);
  await vi.waitFor(() => {
    expect(made.items[row.item]?.name).toBe("Renamed");
  });
  expect(field.value).toBe("");
  expect(JSON.stringify(callsOf(calls, "import_edit"))).not.toContain("Renamed");
});

test("changing a password does not show the old one", async () => {
  const { made, calls } = await open();
  await openItem(made);
  await fireEvent.click(await screen.findByRole("button", { name: "Edit: Password" }));
  const field = await screen.findByLabelText<HTMLInputElement>("Password", {
    selector: "input",
  });
  expect([field.type, field.value]).toEqual(["password", ""]);
  expect(callsOf(calls, "import_reveal")).toHaveLength(0);
});

test("a field that is too long says by how much and offers the fix", async () => {
  const { made } = await open();
  await openItem(made, "fieldTooLong");
  await screen.findByText(/bytes too long$/);
  const findings = await screen.findByRole("list", { name: "What to know" });
  await fireEvent.click(within(findings).getByRole("button", { name: "Split the notes" }));
  await vi.waitFor(() => {
    expect(screen.queryByText(/bytes too long$/)).toBeNull();
  });
});

test("once sending has started nothing can be changed here", async () => {
  const { made } = desk();
  made.staged = { ...made.staged, state: "uploading" };
  render(ImportScreen, { staging: "s-1", ongone: vi.fn() });
  await fireEvent.click(await screen.findByRole("button", { name: /^Look/ }));
  await screen.findByRole("grid");
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  await fireEvent.click(boxes()[0] as HTMLElement);
  expect((await screen.findByRole("button", { name: "Skip" })).hasAttribute("disabled")).toBe(true);
});

test("letters act on the rows only, and never while one types", () => {
  const press = (tag: string, init: KeyboardEventInit) => {
    const target = document.createElement(tag);
    if (tag === "div") target.setAttribute("role", "grid");
    const event = new KeyboardEvent("keydown", init);
    Object.defineProperty(event, "target", { value: target });
    return benchKey(event);
  };
  expect(press("div", { key: "s" })).toBe("skip");
  expect(press("input", { key: "s" })).toBeNull();
  expect(press("textarea", { key: "z", ctrlKey: true }), "fields have their own undo").toBeNull();
  expect(press("button", { key: "k" })).toBeNull();
});
