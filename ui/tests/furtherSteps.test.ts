/** Single sign-on, approval by another device, trusted devices. */
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import type { SignInStep } from "../src/bindings/SignInStep.ts";
import SignIn from "../src/features/signIn/SignIn.svelte";
import { callsOf, failing, failure, statusOf, unsealed, world, type Answers } from "./world.ts";

function open(step: SignInStep | null, answers: Answers = {}) {
  const calls = world({
    session_status: () => statusOf([], null),
    session_sign_in_step: () => step,
    ...answers,
  });
  render(SignIn, { again: null, demo: null, onnetwork: () => undefined });
  return calls;
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const never = () => new Promise(() => undefined);
const settle = () => new Promise((resolve) => setTimeout(resolve));

const approval = (seconds: number, admin = false): SignInStep => ({
  kind: "approval",
  request: {
    fingerprint: "one-two-three-four-five",
    expiresAt: new Date(Date.now() + seconds * 1_000).toISOString(),
    admin,
  },
});

async function toSso(answers: Answers) {
  const calls = open(null, answers);
  await fireEvent.input(screen.getByLabelText("E-mail"), { target: { value: "ann@acme.example" } });
  await press("Single sign-on");
  return calls;
}

test("organizations found by e-mail are offered, and the chosen one is waited for in the browser", async () => {
  const calls = await toSso({
    session_sso_find: () => [{ identifier: "acme", name: "Acme Ltd" }],
    session_sso: never,
  });
  await waitFor(() => screen.getByText("Acme Ltd"));
  await press(/^Acme Ltd/);
  await waitFor(() => screen.getByText("Waiting for your browser"));
  expect(callsOf(calls, "session_sso")[0]?.args).toMatchObject({
    email: "ann@acme.example",
    identifier: "acme",
  });
});

test("where none is found the identifier is typed, and kept when it did not work", async () => {
  await toSso({ session_sso_find: () => [], session_sso: failing("notFound", "no such name") });
  await waitFor(() => screen.getByText(/No organization claims your e-mail domain/));
  const field = screen.getByLabelText<HTMLInputElement>("Organization identifier");
  await fireEvent.input(field, { target: { value: " acme " } });
  await press("Continue in the browser");
  await waitFor(() => screen.getByText(/No such name/));
  expect(screen.getByLabelText<HTMLInputElement>("Organization identifier").value).toBe("acme");
});

test("a browser that comes back after one has cancelled changes nothing", async () => {
  let back: (step: unknown) => void = () => undefined;
  const calls = await toSso({
    session_sso_find: () => [{ identifier: "acme", name: "Acme Ltd" }],
    session_sso: () => new Promise((resolve) => (back = resolve)),
  });
  await waitFor(() => screen.getByText("Acme Ltd"));
  await press(/^Acme Ltd/);
  await waitFor(() => screen.getByText("Waiting for your browser"));
  await press("Cancel");
  expect(callsOf(calls, "session_sign_in_cancel")).toHaveLength(1);
  back({ kind: "password", email: "ann@acme.example" });
  await settle();
  expect(screen.getByLabelText("Organization identifier")).toBeTruthy();
  expect(screen.queryByLabelText("Master password")).toBeNull();
});

test("opening the browser again begins anew and goes on waiting", async () => {
  const ends: ((reason: unknown) => void)[] = [];
  const calls = await toSso({
    session_sso_find: () => [{ identifier: "acme", name: "Acme Ltd" }],
    session_sso: () => new Promise((_resolve, reject) => ends.push(reject)),
    session_sign_in_cancel: () => {
      ends.shift()?.(failure("signedOut", "cancelled"));
      return null;
    },
  });
  await waitFor(() => screen.getByText("Acme Ltd"));
  await press(/^Acme Ltd/);
  await waitFor(() => screen.getByText("Waiting for your browser"));
  await press("Open the browser again");
  await waitFor(() => {
    expect(callsOf(calls, "session_sso")).toHaveLength(2);
  });
  await settle();
  expect(
    screen.queryByText("Waiting for your browser"),
    "the first one's end is no failure",
  ).not.toBe(null);
});

test("after single sign-on the master password opens the keys, and a wrong one is said there", async () => {
  const calls = open(
    { kind: "password", email: "ann@acme.example" },
    { session_master_password: failing("wrongPassword") },
  );
  await waitFor(() => screen.getByText("ann@acme.example"));
  const field = screen.getByLabelText<HTMLInputElement>("Master password");
  expect(document.activeElement).toBe(field);
  await fireEvent.input(field, { target: { value: "harbour" } });
  await press("Continue");
  await waitFor(() => screen.getByRole("alert"));
  const sealed = callsOf(calls, "session_master_password")[0]?.args.sealedPassword;
  expect(await unsealed(sealed)).toBe("harbour");
});

test("a device that is not trusted offers only what the account has", async () => {
  const calls = open(
    { kind: "trustDevice", ways: { otherDevice: true, admin: false, password: true } },
    { session_ask_device: () => approval(60), session_wait_for_approval: never },
  );
  await waitFor(() => screen.getByText("Approve from another device"));
  expect(screen.queryByText("Ask an administrator")).toBeNull();
  await press(/^Approve from another device/);
  await waitFor(() => screen.getByText("Waiting for the answer…"));
  expect(callsOf(calls, "session_ask_device")[0]?.args.email, "whose is known already").toBe("");
});

test("with no way to trust the device, it says who can help", async () => {
  open({ kind: "trustDevice", ways: { otherDevice: false, admin: false, password: false } });
  await waitFor(() => screen.getByText("Nothing can approve this device"));
});

test("denied and run out are told apart, and each can be asked again", async () => {
  const ends = [failing("notPermitted"), failing("moreNeeded"), never];
  const calls = open(approval(60), {
    session_wait_for_approval: () => ends.shift()?.(),
    session_ask_device: () => approval(90),
  });
  await waitFor(() => screen.getByText("The request was denied"));
  await press("Ask again");
  await waitFor(() => screen.getByText("The request has run out"));
  await press("Ask again");
  await waitFor(() => screen.getByText("Waiting for the answer…"));
  expect(callsOf(calls, "session_ask_device")).toHaveLength(2);
});

test("the time that a request is good runs down in view", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  try {
    open(approval(61), { session_wait_for_approval: never });
    await waitFor(() => screen.getByText("Good for 1:01"));
    vi.advanceTimersByTime(2_000);
    await waitFor(() => screen.getByText("Good for 0:59"));
    vi.advanceTimersByTime(60_000);
    await waitFor(() => screen.getByText("The request has run out"));
  } finally {
    vi.useRealTimers();
  }
});

test("a broken connection while waiting is not a denial: one goes on waiting", async () => {
  const ends = [failing("offline"), never];
  const calls = open(approval(60), { session_wait_for_approval: () => ends.shift()?.() });
  await waitFor(() => screen.getByText("The server cannot be reached"));
  expect(screen.getByText("Fingerprint phrase")).toBeTruthy();
  await press("Go on waiting");
  await waitFor(() => screen.getByText("Waiting for the answer…"));
  expect(callsOf(calls, "session_wait_for_approval")).toHaveLength(2);
});

test("a new device's code of eight digits goes on by itself; a new mail makes the older code useless, and says so", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  try {
    const calls = open(
      { kind: "newDevice", email: "a***@acme.example" },
      { session_new_device: () => ({ kind: "done" }), session_new_device_resend: () => null },
    );
    await waitFor(() => screen.getByText(/^Send again in/));
    vi.advanceTimersByTime(31_000);
    await waitFor(() => screen.getByRole("button", { name: "Send again" }));
    await press("Send again");
    await waitFor(() => screen.getByText(/Only the newest code works/));
    const field = screen.getByLabelText("Code from the mail");
    await fireEvent.input(field, { target: { value: "6543 2109" } });
    await waitFor(() => {
      expect(callsOf(calls, "session_new_device")).toHaveLength(1);
    });
  } finally {
    vi.useRealTimers();
  }
});
