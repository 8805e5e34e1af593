/** Several accounts, one visible: nothing of one is there while another is in view. */
import { emit } from "@tauri-apps/api/event";
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";

import { uploads } from "../src/features/import/uploads.svelte.ts";
import { session } from "../src/lib/session.svelte.ts";
import { forgetPlace } from "../src/lib/stay.ts";
import type { AccountState } from "../src/lib/types.ts";
import App from "../src/routes/App.svelte";
import { router } from "../src/routes/router.svelte.ts";
import { client } from "./scene.ts";
import { account, callsOf, failure, statusOf, world, type Answers } from "./world.ts";

beforeEach(() => {
  session.status = null;
  session.entering = null;
  router.enter("clients");
  for (const user of ["user-0", "user-1", "user-2"]) forgetPlace(user);
});

/** Two accounts; each one's things carry its name. */
function office(answers: Answers = {}, first: Partial<AccountState> = {}) {
  let desks = [account(0, first), account(1), account(2, { state: "locked" })];
  let shown = desks[0];
  const of = () => shown?.account.userId ?? "";
  const list = (who: string) => [
    client({ organizationId: `${who}-a`, name: `Acme of ${who}` }),
    client({ organizationId: `${who}-b`, name: `Bolt of ${who}` }),
  ];
  const now = () => statusOf(desks, shown ?? null);
  const calls = world({
    session_status: now,
    session_switch: ({ userId }) => {
      shown = desks.find((desk) => desk.account.userId === userId);
      return now();
    },
    session_colour: ({ userId, colour }) => {
      desks = desks.map((desk) =>
        desk.account.userId === userId ? { ...desk, colour: Number(colour) } : desk,
      );
      return now();
    },
    session_lock: ({ all }) => {
      desks = desks.map((desk) =>
        all === true || desk.account.userId === of() ? { ...desk, state: "locked" } : desk,
      );
      shown = desks.find((desk) => desk.account.userId === of());
      return now();
    },
    session_security: () => {
      throw failure("locked");
    },
    clients_list: () => list(of()),
    clients_refresh: () => ({ clients: 2, members: 0, requests: 2, changed: [], tookMs: 1 }),
    clients_refresh_state: () => ({ phase: { kind: "idle" }, lastSync: null, live: true }),
    clients_seats: () => [],
    import_list: () => [],
    import_formats: () => [],
    ...answers,
  });
  render(App);
  return { calls, list };
}

const everything = () => document.documentElement.outerHTML;
const openMenu = async () => fireEvent.click(screen.getByRole("button", { name: /^Account / }));

async function switchTo(place: number) {
  await openMenu();
  const row = document.querySelector(`#account-menu [data-account=user-${place}]`);
  if (row === null) throw new Error("the account is in the menu");
  await fireEvent.click(row);
}

test("after a switch no text of the former account is in the window, and its place is kept", async () => {
  office();
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  router.openClient("user-0-b");
  await waitFor(() => screen.getAllByText(/Bolt of user-0/));
  await switchTo(1);
  await waitFor(() => screen.getAllByText("Acme of user-1"));
  for (const trace of ["of user-0", "user-0-b", "person-0@", "desk-0", "Provider of user-0"]) {
    expect(everything(), trace).not.toContain(trace);
  }
  await switchTo(0);
  await waitFor(() => screen.getAllByText(/Bolt of user-0/));
  expect(router.screen).toEqual({ name: "client", client: "user-0-b" });
  expect(everything()).not.toContain("of user-1");
});

test("a list that is still on its way when one switches never arrives in the other's window", async () => {
  let late: (list: unknown) => void = () => undefined;
  let asked = 0;
  const { list } = office({
    clients_list: () => {
      asked += 1;
      return asked === 1 ? new Promise((resolve) => (late = resolve)) : list("user-1");
    },
  });
  await waitFor(() => {
    expect(asked).toBeGreaterThan(0);
  });
  await switchTo(1);
  await waitFor(() => screen.getAllByText("Acme of user-1"));
  late(list("user-0"));
  await new Promise((resolve) => setTimeout(resolve));
  expect(everything()).not.toContain("of user-0");
});

test("a refresh that fails after a switch says nothing in the other's window", async () => {
  let fails: (reason: unknown) => void = () => undefined;
  let asked = 0;
  office({
    clients_refresh: () => {
      asked += 1;
      return asked === 1
        ? new Promise((_resolve, reject) => (fails = reject))
        : { clients: 2, members: 0, requests: 2, changed: [], tookMs: 1 };
    },
  });
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  await fireEvent.click(document.getElementById("refresh") ?? document.body);
  await switchTo(1);
  await waitFor(() => screen.getAllByText("Acme of user-1"));
  fails(failure("serverTrouble", "trouble of user-0"));
  await new Promise((resolve) => setTimeout(resolve));
  expect(everything().toLowerCase()).not.toContain("of user-0");
});

test("a status that was read before the switch does not bring the former account back", async () => {
  let late: (status: unknown) => void = () => undefined;
  let asked = 0;
  const desks = [account(0), account(1)];
  office({
    session_status: () => {
      asked += 1;
      if (asked === 2) return new Promise((resolve) => (late = resolve));
      return statusOf(desks, desks[asked === 1 ? 0 : 1] ?? null);
    },
  });
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  await emit("changed", ["session"]);
  await switchTo(1);
  await waitFor(() => screen.getAllByText("Acme of user-1"));
  late(statusOf(desks, desks[0] ?? null));
  await new Promise((resolve) => setTimeout(resolve));
  expect(everything()).not.toContain("of user-0");
});

test("a search belongs to the account in which it was typed", async () => {
  office();
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  const search = () => screen.getByLabelText<HTMLInputElement>("Search clients");
  await fireEvent.input(search(), { target: { value: "bolt" } });
  await switchTo(1);
  await waitFor(() => screen.getAllByText("Acme of user-1"));
  expect(search().value).toBe("");
  await switchTo(0);
  await waitFor(() => screen.getAllByText("Bolt of user-0"));
  expect(search().value).toBe("bolt");
});

test("an upload goes on while another account is in view", async () => {
  const { calls } = office({ import_upload: () => null });
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  uploads.start("staging-of-user-0");
  await switchTo(1);
  await waitFor(() => screen.getAllByText("Acme of user-1"));
  expect(uploads.isRunning("staging-of-user-0"), "a switch stops nothing").toBe(true);
  expect(callsOf(calls, "import_cancel")).toEqual([]);
  expect(everything()).not.toContain("staging-of-user-0");
});

test("a locked account shows its lock, and the way to the open ones", async () => {
  office();
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  await switchTo(2);
  await waitFor(() => screen.getByRole("heading", { name: "Unlock" }));
  expect(everything()).not.toContain("Acme of");
  await fireEvent.click(screen.getByText("person-1@desk-1.example"));
  await waitFor(() => screen.getAllByText("Acme of user-1"));
});

test("locking forgets the place, for nothing of a locked account stays in the page", async () => {
  office();
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  router.openClient("user-0-a");
  await fireEvent.keyDown(window, { key: "l", ctrlKey: true });
  await waitFor(() => screen.getByRole("heading", { name: "Unlock" }));
  expect(everything()).not.toContain("Acme of");
  expect(router.screen).toEqual({ name: "clients" });
});

test("the menu names state and server of each account, and works by keyboard alone", async () => {
  const { calls } = office();
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  const opener = screen.getByRole("button", { name: /^Account / });
  opener.focus();
  await fireEvent.keyDown(window, { key: "A", ctrlKey: true, shiftKey: true });
  await waitFor(() => screen.getByRole("menu"));
  const [here, open, locked] = screen.getAllByRole("menuitemradio");
  expect(document.activeElement).toBe(here);
  expect(open?.textContent).toContain("Open");
  expect(open?.textContent).toContain("bitwarden.com");
  expect(locked?.textContent).toContain("Locked");
  await fireEvent.keyDown(here ?? document.body, { key: "ArrowDown" });
  expect(document.activeElement).toBe(open);
  await fireEvent.keyDown(window, { key: "Escape" });
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(opener);
  expect(callsOf(calls, "session_switch")).toEqual([]);
});

test("the colour of an account is chosen by its name and kept on the Rust side", async () => {
  const { calls } = office();
  await waitFor(() => screen.getAllByText("Acme of user-0"));
  await openMenu();
  await fireEvent.click(screen.getByRole("menuitemradio", { name: "Purple" }));
  await waitFor(() => {
    const chosen = screen.getByRole("menuitemradio", { name: "Purple" });
    expect(chosen.getAttribute("aria-checked")).toBe("true");
  });
  expect(callsOf(calls, "session_colour")[0]?.args).toEqual({ userId: "user-0", colour: 3 });
});

test("when the session has ended, the bar leads to signing in again as the same person", async () => {
  office({
    clients_refresh_state: () => ({ phase: { kind: "ended" }, lastSync: null, live: false }),
  });
  await waitFor(() => screen.getByText("Your session has ended on the server."));
  await fireEvent.click(screen.getByRole("button", { name: "Sign in again" }));
  expect(screen.getByRole("heading", { name: "Sign in again" })).toBeTruthy();
  expect(screen.getByText("person-0@desk-0.example")).toBeTruthy();
  await fireEvent.keyDown(window, { key: "Escape" });
  await waitFor(() => screen.getAllByText("Acme of user-0"));
});

test("an account without a session comes up as signing in again, others only by asking", async () => {
  office({}, { state: "signedOut" });
  await waitFor(() => screen.getByRole("heading", { name: "Sign in again" }));
  await fireEvent.click(screen.getByRole("button", { name: "Use another account" }));
  expect(screen.getByRole("heading", { name: "Sign in" })).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>("E-mail").value).toBe("");
});
