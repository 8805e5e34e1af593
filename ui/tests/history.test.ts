import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import ExpiredNotices from "../src/features/import/ExpiredNotices.svelte";
import History from "../src/features/import/History.svelte";
import ImportSettings from "../src/features/import/ImportSettings.svelte";
import KeepLonger from "../src/features/import/KeepLonger.svelte";
import Sources from "../src/features/import/Sources.svelte";
import { desk } from "./desk.ts";
import { callsOf, failing, type Answers } from "./world.ts";

function done(answers: Answers = {}) {
  const scene = desk({}, answers);
  scene.made.staged = { ...scene.made.staged, state: "done", landed: 400 };
  return scene;
}

test("the history of a client is searched in the program", async () => {
  const { calls } = done();
  render(History, { client: "org-1", onopen: vi.fn() });
  const search = await screen.findByRole("textbox", { name: "Search past imports" });
  await fireEvent.input(search, { target: { value: "keeper" } });
  await screen.findByText("keeper.json");
  await vi.waitFor(() => {
    expect(screen.queryByText("export.csv")).toBeNull();
  });
  expect(callsOf(calls, "import_history").at(-1)?.args).toEqual({
    client: "org-1",
    text: "keeper",
  });
});

test("only what was sent has a receipt to open", async () => {
  done();
  const onopen = vi.fn();
  render(History, { client: null, onopen });
  await fireEvent.click((await screen.findByText("export.csv")).closest("button") as HTMLElement);
  expect(onopen).toHaveBeenCalledExactlyOnceWith("s-1");
  const forgotten = screen.getByText("Forgotten").closest("button");
  expect(forgotten?.disabled).toBe(true);
});

test("a history that cannot be read says so and can be read again", async () => {
  done({ import_history: failing("cacheDamaged") });
  render(History, { client: null, onopen: vi.fn() });
  await screen.findByText("The history could not be read");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("deleting a source file is asked, explained honestly, and shown as done", async () => {
  const { calls } = done();
  render(Sources, { staging: "s-1" });
  await fireEvent.click(await screen.findByRole("button", { name: "Delete export.csv…" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/free space, in snapshots and backups/)).toBeTruthy();
  expect(callsOf(calls, "import_delete_source"), "nothing happens before").toHaveLength(0);
  await fireEvent.click(dialog.getByRole("button", { name: "Delete the file" }));
  await screen.findByText("export.csv is deleted.");
  expect(screen.getByText("Gone")).toBeTruthy();
});

test("a file that is another one by now is left alone", async () => {
  done();
  render(Sources, { staging: "s-1" });
  await screen.findByText("Other content by now");
  expect(screen.queryByRole("button", { name: "Delete shared-folders.csv…" })).toBeNull();
});

test("what was forgotten is told once, and read once", async () => {
  const past = {
    stagingId: "s-9",
    client: "org-1",
    clientName: "Bluefin",
    end: "expired",
    endedAt: "2026-09-01T00:00:00Z",
    by: "me",
    files: ["old.csv"],
    formats: ["lastpasscsv"],
    items: 3,
    landed: 0,
  };
  const { calls } = desk(
    {},
    { import_expired: () => [{ import: past }], import_expired_seen: () => null },
  );
  render(ExpiredNotices, {});
  await screen.findByText("1 import was forgotten meanwhile");
  expect(screen.getByText(/old\.csv for Bluefin/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Got it" }));
  await vi.waitFor(() => {
    expect(screen.queryByText(/forgotten meanwhile/)).toBeNull();
  });
  expect(callsOf(calls, "import_expired")).toHaveLength(1);
});

test("an import that is about to be forgotten can be kept longer, or for ever", async () => {
  const { made, calls } = desk();
  const soon = new Date(Date.now() + 20 * 3_600_000).toISOString();
  const onchange = vi.fn();
  render(KeepLonger, { staged: { ...made.staged, expiresAt: soon }, onchange });
  expect(screen.getByText(/^Forgotten in (19|20) h/)).toBeTruthy();
  await fireEvent.change(screen.getByLabelText("Keep longer"), { target: { value: "0" } });
  await vi.waitFor(() => {
    expect(onchange).toHaveBeenCalled();
  });
  expect(callsOf(calls, "import_keep")[0]?.args).toEqual({ staging: "s-1", days: 0 });
});

test("how long staged imports are kept is a setting, and never has a warning", async () => {
  const { calls } = desk();
  render(ImportSettings, {});
  const days = await screen.findByLabelText<HTMLSelectElement>(
    "Forget what is staged and never sent",
  );
  await vi.waitFor(() => {
    expect(days.value).toBe("14");
  });
  await fireEvent.change(days, { target: { value: "0" } });
  await screen.findByText(/stay on this machine until somebody discards them/);
  expect(callsOf(calls, "import_set_settings")[0]?.args.settings).toEqual({ keepDays: 0 });
});
