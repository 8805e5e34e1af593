import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import ImportScreen from "../src/features/import/ImportScreen.svelte";
import { folderRows, nowhere, withRule } from "../src/features/import/mapping.ts";
import { FIRST_PLACEMENT } from "../src/lib/mock/imports.ts";
import { desk } from "./desk.ts";
import { callsOf, failing } from "./world.ts";

async function open(...wanted: Parameters<typeof desk>) {
  const scene = desk(...wanted);
  render(ImportScreen, { staging: "s-1", ongone: vi.fn() });
  await fireEvent.click(await screen.findByRole("button", { name: /^2? ?Place/ }));
  return scene;
}

const table = () => screen.findByRole("grid", { name: "Folders of the file and where they lead" });

test("each folder shows where it leads, how many items go there, and what is there already", async () => {
  await open();
  const rows = within(await table());
  expect(await rows.findByText("IT/Network")).toBeTruthy();
  expect((await rows.findAllByText("Already there")).length).toBe(3);
  expect(await screen.findByText("7 collections, 4 new")).toBeTruthy();
});

test("without the server it is not claimed to know what is there", async () => {
  const { calls } = await open();
  await table();
  expect(callsOf(calls, "import_targets")[0]?.args.askServer, "shown before it answers").toBe(
    false,
  );
});

test("a folder is merged into another, and dropped, by rules of its own", async () => {
  const { made } = await open();
  const [folder] = await within(await table()).findAllByText("HR");
  await fireEvent.click(folder as HTMLElement);
  const target = await screen.findByRole("combobox", { name: "Where “HR” leads" });
  await fireEvent.input(target, { target: { value: "Finance" } });
  await fireEvent.click(await screen.findByText("Into “Finance”"));
  await vi.waitFor(() => {
    expect(made.staged.placement.rules).toEqual([{ folder: "HR", to: "Finance" }]);
  });
  await fireEvent.click(await screen.findByRole("button", { name: "Drop this folder" }));
  await vi.waitFor(() => {
    expect(made.staged.placement.rules).toEqual([{ folder: "HR", to: null }]);
  });
  await fireEvent.click(await screen.findByRole("button", { name: "As the rules above say" }));
  await vi.waitFor(() => {
    expect(made.staged.placement.rules).toEqual([]);
  });
});

test("rules for all folders are kept as they are chosen", async () => {
  const { made } = await open();
  await fireEvent.change(await screen.findByLabelText("Of a path, keep"), {
    target: { value: "top" },
  });
  await fireEvent.change(screen.getByLabelText("Put them below"), { target: { value: " Acme " } });
  await vi.waitFor(() => {
    expect(made.staged.placement).toMatchObject({ flatten: "top", prefix: "Acme" });
  });
});

test("nobody having access is said before it happens", async () => {
  await open();
  await screen.findByText("Nobody would see these items.");
  await fireEvent.click(screen.getByRole("combobox", { name: "Group or member" }));
  await fireEvent.click(await screen.findByText("Office"));
  await vi.waitFor(() => {
    expect(screen.queryByText("Nobody would see these items.")).toBeNull();
  });
});

test("a server that does not answer leaves the mapping usable", async () => {
  await open(
    {},
    {
      import_targets: ({ askServer }) =>
        askServer === true
          ? failing("offline")()
          : [{ path: "IT", folders: ["IT"], items: 3, exists: null }],
    },
  );
  await screen.findByText("Which are there already is not known");
  expect(screen.getByText("1 collection")).toBeTruthy();
});

test("a tree is told by the separator, and rules replace one another", () => {
  const targets = [{ path: "Both", folders: ["a", "a\\b"], items: 2, exists: null }];
  const rows = folderRows(["a\\b", "a", "c"], targets, { ...FIRST_PLACEMENT, separator: "\\" });
  expect(rows.map(({ name, depth, merged }) => [name, depth, merged])).toEqual([
    ["a", 0, 1],
    ["b", 1, 1],
    ["c", 0, 0],
  ]);
  expect(rows[2]?.target, "a folder that leads nowhere is dropped").toBeNull();
  const once = withRule([], "a", "x");
  expect(withRule(once, "a", null)).toEqual([{ folder: "a", to: null }]);
  expect(withRule(once, "a", undefined)).toEqual([]);
  expect(nowhere([{ path: "", folders: [], items: 9, exists: null }])).toBe(9);
});
