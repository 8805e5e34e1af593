/** Unlocking, the settings that guard a session, and how true the screen is. */
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { expect, test, vi } from "vitest";

import type { RefreshState } from "../src/bindings/RefreshState.ts";
import type { SecurityState } from "../src/bindings/SecurityState.ts";
import { connectionOf } from "../src/features/session/connection.ts";
import NetworkSettings from "../src/features/session/NetworkSettings.svelte";
import SecuritySettings from "../src/features/session/SecuritySettings.svelte";
import { isTooLong, isUsable, timeWords } from "../src/features/session/timeout.ts";
import Unlock from "../src/features/session/Unlock.svelte";
import { reportActivity, TOUCH_EVERY_MS } from "../src/lib/touch.ts";
import { account, callsOf, failing, statusOf, unsealed, world, type Answers } from "./world.ts";

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const desk = account(0, { state: "locked" });

function security(change: Partial<SecurityState> = {}): SecurityState {
  return {
    settings: {
      lockAfter: { kind: "minutes", minutes: 15 },
      then: "lock",
      onSystemLock: true,
      onSleep: true,
    },
    policy: null,
    ways: { password: true, pin: null, presence: "unavailable" },
    ...change,
  };
}

function locked(ways: Partial<SecurityState["ways"]>, answers: Answers = {}) {
  const now = { ...security().ways, ...ways };
  const calls = world({
    session_security: () => structuredClone(security({ ways: now })),
    session_unlock: () => statusOf([account(0)], account(0)),
    session_unlock_pin: () => statusOf([account(0)], account(0)),
    ...answers,
  });
  render(Unlock, {
    desk,
    server: "bitwarden.eu",
    demoPassword: "",
    onagain: () => undefined,
    others: createRawSnippet(() => ({ render: () => "<p></p>" })),
  });
  return { calls, now };
}

test("where a PIN is set it is asked for first, and the master password is one press away", async () => {
  const { calls } = locked({ pin: { afterRestart: false, triesLeft: 5 } });
  await waitFor(() => screen.getByLabelText("PIN"));
  await press("Use the master password");
  const field = screen.getByLabelText("Master password");
  expect(document.activeElement).toBe(field);
  await fireEvent.input(field, { target: { value: "harbour" } });
  await press("Unlock");
  await waitFor(() => {
    expect(callsOf(calls, "session_unlock")).toHaveLength(1);
  });
});

test("a wrong PIN says how many tries are left, and the last one leads to the password", async () => {
  const { now } = locked(
    { pin: { afterRestart: false, triesLeft: 2 } },
    {
      session_unlock_pin: () => {
        const left = (now.pin?.triesLeft ?? 0) - 1;
        now.pin = left > 0 ? { afterRestart: false, triesLeft: left } : null;
        return failing("wrongPassword")();
      },
    },
  );
  const field = await waitFor(() => screen.getByLabelText("PIN"));
  await fireEvent.input(field, { target: { value: "1" } });
  await press("Unlock");
  await waitFor(() => {
    expect(screen.getByRole("alert").textContent).toContain("One try left");
  });
  await fireEvent.input(screen.getByLabelText("PIN"), { target: { value: "2" } });
  await press("Unlock");
  await waitFor(() => screen.getByLabelText("Master password"));
  expect(screen.queryByText("Use the PIN")).toBeNull();
  expect(screen.getByText(/PIN is deleted/)).toBeTruthy();
});

test("the system is asked only where that is switched on", async () => {
  const { calls } = locked(
    { presence: "on" },
    { session_unlock_presence: () => statusOf([account(0)], account(0)) },
  );
  await waitFor(() => screen.getByText("Use fingerprint, face or system password"));
  await press("Use fingerprint, face or system password");
  expect(callsOf(calls, "session_unlock_presence")).toHaveLength(1);
});

test("the unlock works without knowing the other ways", async () => {
  locked({}, { session_security: failing("unexpected") });
  expect(screen.getByLabelText("Master password")).toBeTruthy();
  expect(screen.getByText("Unlocking works offline.")).toBeTruthy();
});

function settings(state: SecurityState, keyring: "os" | "password" = "os", answers: Answers = {}) {
  const calls = world({
    session_security: () => state,
    session_set_security: ({ settings: wanted }) => ({ ...state, settings: wanted }),
    ...answers,
  });
  const status = statusOf([account(0)], account(0), { keyring });
  const nothing = () => undefined;
  render(SecuritySettings, { status, onlock: nothing, onlockall: nothing, onsignout: nothing });
  return calls;
}

const pick = (value: string) =>
  fireEvent.change(screen.getByLabelText("Lock after"), { target: { value } });

test("never locking takes a second thought", async () => {
  const calls = settings(security());
  await waitFor(() => screen.getByLabelText("Lock after"));
  await pick("never");
  expect(screen.getByText("Never lock by itself?")).toBeTruthy();
  expect(callsOf(calls, "session_set_security")).toEqual([]);
  await press("Never lock");
  await waitFor(() => {
    expect(callsOf(calls, "session_set_security")[0]?.args.settings).toMatchObject({
      lockAfter: { kind: "never" },
      onSleep: true,
    });
  });
});

test("the organization's limit is said in words, and what it forbids cannot be chosen", async () => {
  settings(security({ policy: { longestMinutes: 90, then: "signOut" } }));
  await waitFor(() => screen.getByText("Your organization limits the time to 1 hour 30 minutes."));
  expect(screen.getByText("Your organization prescribes signing out.")).toBeTruthy();
  const option = (name: string) => screen.getByRole<HTMLOptionElement>("option", { name });
  expect(option("1 hour").disabled).toBe(false);
  for (const name of ["4 hours", "On restart", "Never"]) {
    expect(option(name).disabled, name).toBe(true);
  }
});

test("a PIN that is too short is refused beside its field; a good one crosses sealed", async () => {
  const calls = settings(security(), "os", {
    session_set_pin: () =>
      security({
        ways: { password: true, pin: { afterRestart: true, triesLeft: 5 }, presence: "off" },
      }),
  });
  await waitFor(() => screen.getByText("Set a PIN…"));
  await press("Set a PIN…");
  const field = screen.getByLabelText("New PIN");
  await fireEvent.input(field, { target: { value: "123" } });
  await press("Set the PIN");
  expect(screen.getByRole("alert").textContent).toContain("four characters");
  await fireEvent.input(field, { target: { value: "4711" } });
  await fireEvent.click(screen.getByLabelText("Good after a restart, too"));
  await press("Set the PIN");
  await waitFor(() => screen.getByText("Set, good after a restart, too"));
  const args = callsOf(calls, "session_set_pin")[0]?.args;
  expect(args?.afterRestart).toBe(true);
  expect(await unsealed(args?.sealedPin)).toBe("4711");
});

test("without a keyring nothing that needs one can be chosen, and it says why", async () => {
  settings(security({ ways: { password: true, pin: null, presence: "off" } }), "password");
  await waitFor(() => screen.getByText(/Needs a system keyring to keep what it opens with/));
  await press("Set a PIN…");
  const box = screen.getByLabelText<HTMLInputElement>("Good after a restart, too");
  expect(box.disabled).toBe(true);
  expect(screen.getByText("Needs a system keyring, and there is none here.")).toBeTruthy();
});

test("a proxy's password crosses sealed, and an empty one leaves what is kept", async () => {
  const state = {
    settings: { proxy: { kind: "manual", address: "http://p:1", user: "ann" }, caCert: null },
    proxyPassword: "keyring",
    caCertAtStart: null,
    problem: null,
  };
  const calls = world({
    session_network: () => state,
    session_set_network: () => state,
    session_choose_ca: () => "/home/ann/root.pem",
  });
  render(NetworkSettings);
  await waitFor(() => screen.getByLabelText("Proxy address"));
  await press("Choose a file…");
  await waitFor(() => screen.getByText("root.pem"));
  await press("Save");
  await waitFor(() => screen.getByText("Saved. The next request uses it."));
  const args = callsOf(calls, "session_set_network")[0]?.args;
  expect(args?.settings).toEqual({ ...state.settings, caCert: "/home/ann/root.pem" });
  expect(args?.sealedProxyPassword).toBeUndefined();
  await fireEvent.input(screen.getByLabelText("Password"), { target: { value: "word" } });
  await press("Save");
  await waitFor(() => {
    expect(callsOf(calls, "session_set_network")).toHaveLength(2);
  });
  expect(await unsealed(callsOf(calls, "session_set_network")[1]?.args.sealedProxyPassword)).toBe(
    "word",
  );
});

const NOW = Date.parse("2026-09-14T12:00:00Z");
const known = { online: true, lastSync: "2026-09-14T11:58:00Z", asked: false, now: NOW };
const phase = (of: RefreshState["phase"]): RefreshState => ({
  phase: of,
  lastSync: known.lastSync,
  live: true,
});

test("the frame says what the refresh is doing, each state in its own words", () => {
  const text = (state: RefreshState | null, more = {}) =>
    connectionOf(state, { ...known, ...more }).text;
  expect(text(phase({ kind: "idle" }))).toBe("Up to date · 2 min");
  expect(text(phase({ kind: "refreshing", done: 41, total: 150 }))).toBe("Refreshing 41 of 150");
  expect(text(null, { asked: true })).toBe("Refreshing…");
  expect(text(phase({ kind: "waiting", reason: "offline", until: null }))).toMatch(
    /^Offline, as of/,
  );
  expect(text(phase({ kind: "waiting", reason: "batterySaver", until: null }))).toBe(
    "Paused on battery saver",
  );
  const until = new Date(NOW + 60_000).toISOString();
  expect(text(phase({ kind: "waiting", reason: "slowDown", until }))).toMatch(
    /^Server asked to slow down until \d/,
  );
  expect(text(phase({ kind: "waiting", reason: "trouble", until: null }))).toBe(
    "Server has trouble",
  );
  expect(text(phase({ kind: "ended" }))).toBe("Session ended");
  expect(text(null, { lastSync: null })).toBe("Never refreshed");
});

test("a time-out is said as people say it, and cut to what is allowed", () => {
  expect(timeWords(1)).toBe("1 minute");
  expect(timeWords(240)).toBe("4 hours");
  expect(timeWords(90)).toBe("1 hour 30 minutes");
  const policy = { longestMinutes: 60, then: null };
  expect(isTooLong("60", policy)).toBe(false);
  expect(isTooLong("240", policy)).toBe(true);
  expect(isTooLong("never", { longestMinutes: null, then: "lock" })).toBe(false);
  expect(isUsable(0, null)).toBe(false);
  expect(isUsable(61, policy)).toBe(false);
  expect(isUsable(1.5, null)).toBe(false);
});

test("signs of the person are reported at most once in ten seconds", async () => {
  const calls = world({});
  let now = 0;
  const stop = reportActivity(() => now);
  const touch = () => fireEvent.keyDown(window, { key: "a" });
  await touch();
  await touch();
  now = TOUCH_EVERY_MS - 1;
  await touch();
  expect(callsOf(calls, "session_touched")).toHaveLength(1);
  now = TOUCH_EVERY_MS;
  await fireEvent.pointerMove(window);
  expect(callsOf(calls, "session_touched")).toHaveLength(2);
  stop();
  now *= 3;
  await touch();
  expect(callsOf(calls, "session_touched")).toHaveLength(2);
  vi.clearAllMocks();
});
