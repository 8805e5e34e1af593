import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import Panel from "../src/features/import/Health.svelte";
import { Health } from "../src/features/import/health.svelte.ts";
import { desk } from "./desk.ts";
import { callsOf, failing } from "./world.ts";

function open(...wanted: Parameters<typeof desk>) {
  const scene = desk(...wanted);
  const health = new Health("s-1");
  const onopen = vi.fn();
  render(Panel, { staged: scene.made.staged, health, revision: 1, onopen });
  return { ...scene, health, onopen };
}

const run = () => fireEvent.click(screen.getByRole("button", { name: "Check now" }));

test("nobody is asked about passwords unless the person says so, and it is said what leaves", async () => {
  const { calls } = open();
  expect(screen.getByText("Nothing leaves this machine.")).toBeTruthy();
  await run();
  await screen.findByText(/logins have something to mend$/);
  expect(callsOf(calls, "import_health")[0]?.args.exposed).toBe("off");
  await fireEvent.click(screen.getByRole("radio", { name: "Ask Have I Been Pwned" }));
  expect(screen.getByText(/first 5 of the 40 characters of its SHA-1 hash/)).toBeTruthy();
});

test("what was not asked is a dash, never a zero", async () => {
  open();
  await run();
  await screen.findByText(/logins have something to mend$/);
  const exposed = screen.getByTitle("Not asked");
  expect(exposed.textContent).toContain("–");
});

test("a check can be stopped, and that is not a failure", async () => {
  let answer: (thrown: unknown) => void = () => undefined;
  const waiting = new Promise((_, refuse) => (answer = refuse));
  const { calls } = open(
    {},
    {
      import_health: () => waiting,
      import_health_cancel: () => {
        answer({ code: "inputRefused", message: "cancelled", hint: null });
        return null;
      },
    },
  );
  await run();
  await fireEvent.click(await screen.findByRole("button", { name: "Stop" }));
  await screen.findByText("The check was stopped. Nothing was changed.");
  expect(callsOf(calls, "import_health_cancel")).toHaveLength(1);
});

test("a list has to be chosen before it can be compared with", async () => {
  open();
  await fireEvent.click(screen.getByRole("radio", { name: "Use a downloaded list" }));
  const button = screen.getByRole("button", { name: "Check now" });
  expect(button.hasAttribute("disabled")).toBe(true);
  await fireEvent.click(screen.getByRole("button", { name: "Choose the list…" }));
  await screen.findByText(/^List: pwned/);
  expect(button.hasAttribute("disabled")).toBe(false);
});

test("those to change go into a collection of their own, at the revision of the report", async () => {
  const { calls } = open();
  await run();
  await fireEvent.click(await screen.findByRole("button", { name: "Put in" }));
  await screen.findByText("Done. They will also be in “To change”.");
  const { pick, revision, collection } = callsOf(calls, "import_health_tag")[0]?.args ?? {};
  expect({ revision, collection }).toEqual({ revision: 1, collection: "To change" });
  expect(pick, "what was not asked about is not picked").toMatchObject({
    weak: true,
    exposed: false,
  });
});

test("a report that the items have outgrown says so", async () => {
  const scene = open();
  await run();
  await screen.findByText(/logins have something to mend$/);
  expect(screen.queryByText("Items changed since this check.")).toBeNull();
  render(Panel, {
    staged: scene.made.staged,
    health: scene.health,
    revision: 2,
    onopen: vi.fn(),
  });
  await screen.findByText("Items changed since this check.");
});

test("a failure says what happened", async () => {
  open({}, { import_health: failing("offline") });
  await run();
  await screen.findByText("The check could not be finished");
});
