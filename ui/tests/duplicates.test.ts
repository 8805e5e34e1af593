import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import { Bench } from "../src/features/import/bench.svelte.ts";
import Duplicates from "../src/features/import/Duplicates.svelte";
import { desk } from "./desk.ts";
import { callsOf, failing } from "./world.ts";

function open(...wanted: Parameters<typeof desk>) {
  const scene = desk(...wanted);
  const onopen = vi.fn();
  render(Duplicates, { staged: scene.made.staged, bench: new Bench("s-1"), onopen });
  return { ...scene, onopen };
}

test("groups say how alike they are and where they differ", async () => {
  open();
  await screen.findByText(/groups exactly alike/);
  expect((await screen.findAllByText("Every value is the same.")).length).toBeGreaterThan(0);
  expect((await screen.findAllByText(/^Differs in: .*Password/)).length).toBeGreaterThan(0);
});

test("one rule settles every exact group at the revision that was looked at", async () => {
  const { calls, made } = open();
  const all = (await screen.findByText(/^For all \d+ exact groups$/)).parentElement as HTMLElement;
  await fireEvent.click(within(all).getByRole("button", { name: "Keep the first" }));
  await screen.findByText(/^0 groups exactly alike/);
  expect(callsOf(calls, "import_resolve_duplicates")[0]?.args).toMatchObject({
    groups: null,
    kind: "exact",
    rule: "skipLater",
    revision: 1,
  });
  expect(made.items.some((item) => item.skipped)).toBe(true);
});

test("items that differ can be merged; items that do not, need not be", async () => {
  const { calls } = open();
  await fireEvent.click(await screen.findByRole("radio", { name: /Nearly alike/ }));
  const [group] = await screen.findAllByRole("listitem");
  await vi.waitFor(() => {
    expect(screen.queryByText("Every value is the same.")).toBeNull();
  });
  expect(group).toBeTruthy();
  await fireEvent.click(screen.getAllByRole("button", { name: "Merge" }).at(-1) as HTMLElement);
  await vi.waitFor(() => {
    expect(callsOf(calls, "import_resolve_duplicates")[0]?.args.rule).toBe("merge");
  });
});

test("when something changed meanwhile, the list is read again and nothing is done twice", async () => {
  const { calls } = open(
    {},
    { import_resolve_duplicates: failing("inputRefused", "the items changed meanwhile") },
  );
  const before = async () => (await screen.findAllByRole("button", { name: "Keep the first" }))[1];
  await fireEvent.click((await before()) as HTMLElement);
  await screen.findByText(/^Something changed meanwhile/);
  expect(callsOf(calls, "import_duplicates").length).toBe(2);
});

test("a member of this import opens in the grid; one of another import does not", async () => {
  const { onopen } = open();
  const [first] = await screen.findAllByTitle("Open");
  await fireEvent.click(first as HTMLElement);
  expect(onopen).toHaveBeenCalledOnce();
  const elsewhere = screen.getAllByText("in another import")[0]?.closest("li");
  expect(within(elsewhere as HTMLElement).queryByRole("button")).toBeNull();
});

test("nothing twice is good news, in words", async () => {
  open({ clean: true });
  await screen.findByText("Nothing is there twice");
});

test("further groups join those that are shown", async () => {
  const { calls } = open();
  const groups = () => document.querySelectorAll("[data-group]").length;
  await fireEvent.click(await screen.findByRole("button", { name: /^Show \d+ more groups$/ }));
  await vi.waitFor(() => {
    expect(groups()).toBe(60);
  });
  expect(callsOf(calls, "import_duplicates").at(-1)?.args.from, "not all of them again").toBe(40);
});
