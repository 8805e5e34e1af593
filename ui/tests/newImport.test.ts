import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import NewImport from "../src/features/import/NewImport.svelte";
import { client } from "./scene.ts";
import { desk } from "./desk.ts";
import { callsOf, unsealed, type Answers } from "./world.ts";

const file = (name: string, place: number) => ({ fileId: `f${place}`, name, sizeBytes: 1_000 });
const DETECTED: Answers = {
  clients_list: () => [client({ organizationId: "org-1", name: "Bluefin" })],
  import_detect: ({ fileId }) => ({
    format: { f1: "lastpasscsv", f2: "bitwardenjson", f3: "genericcsv" }[String(fileId)],
    confidence: 1,
    alternatives: [],
    needsPassword: fileId === "f2",
  }),
};

function open(names: string[], answers: Answers = {}) {
  const scene = desk({}, {});
  const inspection = {
    format: "lastpasscsv",
    items: scene.made.staged.counts,
    folders: [],
    findings: [],
  };
  const again = desk(
    {},
    {
      ...DETECTED,
      import_inspect: () => inspection,
      import_stage: () => scene.made.staged,
      ...answers,
    },
  );
  const onstaged = vi.fn();
  const files = names.map((name, place) => file(name, place + 1));
  render(NewImport, { files, client: "org-1", onstaged, oncancel: vi.fn() });
  return { calls: again.calls, onstaged };
}

const stage = () => screen.getByRole<HTMLButtonElement>("button", { name: "Stage" });
const ready = () =>
  vi.waitFor(() => {
    expect(stage().disabled).toBe(false);
  });

test("several files become one import, each read in its own way", async () => {
  const { calls, onstaged } = open(["a.csv", "b.json"]);
  const password = await screen.findByLabelText<HTMLInputElement>("Password of the export");
  await fireEvent.input(password, { target: { value: "open sesame" } });
  await ready();
  await fireEvent.click(stage());
  await vi.waitFor(() => {
    expect(onstaged).toHaveBeenCalledWith("s-1");
  });
  const files = callsOf(calls, "import_stage")[0]?.args.files as Record<string, unknown>[];
  expect(files.map(({ fileId, format }) => [fileId, format])).toEqual([
    ["f1", "lastpasscsv"],
    ["f2", "bitwardenjson"],
  ]);
  expect(files[0]).not.toHaveProperty("sealedPassword");
  expect(await unsealed(files[1]?.sealedPassword)).toBe("open sesame");
  expect(password.value, "the page keeps no copy").toBe("");
});

test("a file taken in by mistake is taken out again", async () => {
  open(["a.csv", "b.json"]);
  await fireEvent.click(await screen.findByRole("button", { name: "Take out b.json" }));
  expect(screen.queryByText("b.json")).toBeNull();
  expect(screen.queryByRole("button", { name: "Take out a.csv" }), "one is left").toBeNull();
});

test("files chosen later join, each once", async () => {
  const { calls } = open(["a.csv"], { import_choose: () => [file("a.csv", 1), file("b.json", 2)] });
  await fireEvent.click(await screen.findByRole("button", { name: "Add files…" }));
  await screen.findByText("b.json");
  expect(screen.getAllByText("a.csv")).toHaveLength(1);
  expect(callsOf(calls, "import_detect")).toHaveLength(2);
});

test("a spreadsheet offers the recipe that fits its columns and shows what it makes", async () => {
  const { calls } = open(
    ["x", "y", "sheet.xlsx"].slice(2).map(() => "sheet.xlsx"),
    {
      import_detect: () => ({
        format: "genericcsv",
        confidence: 0.6,
        alternatives: [],
        needsPassword: false,
      }),
    },
  );
  await screen.findByText("Makes 318 items, the first of them:");
  const recipe = screen.getByLabelText<HTMLSelectElement>("How to read it");
  expect(recipe.selectedOptions[0]?.textContent).toBe("Password sheet of the branch offices");
  expect(screen.getAllByText(/^Branch offices\//).length).toBeGreaterThan(0);
  await ready();
  await fireEvent.change(screen.getByLabelText("What “Remark” holds"), {
    target: { value: "hiddenField" },
  });
  await vi.waitFor(() => {
    const { recipe: last } = callsOf(calls, "import_recipe_preview").at(-1)?.args as {
      recipe: { columns: { role: string }[] };
    };
    expect(last.columns[5]?.role).toBe("hiddenField");
  });
  await fireEvent.click(stage());
  await vi.waitFor(() => {
    const files = callsOf(calls, "import_stage")[0]?.args.files as { recipe?: unknown }[];
    expect(files[0]?.recipe, "read as it was shown").toBeTruthy();
  });
});

test("a way of reading is kept under a name", async () => {
  const { calls, onstaged } = open(["sheet.xlsx"], {
    import_detect: () => ({
      format: "genericcsv",
      confidence: 0.6,
      alternatives: [],
      needsPassword: false,
    }),
  });
  await fireEvent.click(await screen.findByRole("button", { name: "Save as a recipe…" }));
  const name = await screen.findByLabelText("Name of the recipe");
  await fireEvent.input(name, { target: { value: "Branches" } });
  await fireEvent.keyDown(name, { key: "Enter" });
  await vi.waitFor(() => {
    expect(callsOf(calls, "import_recipe_save")[0]?.args.recipe).toMatchObject({
      name: "Branches",
    });
  });
  expect(onstaged, "Enter there does not stage").not.toHaveBeenCalled();
  const bar = await screen.findByLabelText("How to read it");
  await within(bar).findByText("Branches");
});

test("a spreadsheet without a row of names is read anew as such", async () => {
  const { calls } = open(["sheet.xlsx"], {
    import_detect: () => ({
      format: "genericcsv",
      confidence: 0.6,
      alternatives: [],
      needsPassword: false,
    }),
  });
  await fireEvent.change(await screen.findByLabelText("Names of the columns"), {
    target: { value: "" },
  });
  await vi.waitFor(() => {
    expect(callsOf(calls, "import_sheet").at(-1)?.args.shape).toMatchObject({ headerRow: 0 });
  });
});
