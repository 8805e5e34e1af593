import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import SignIn from "../src/features/signIn/SignIn.svelte";
import type { AccountState } from "../src/lib/types.ts";
import { account, callsOf, failing, statusOf, unsealed, world, type Answers } from "./world.ts";

function open(answers: Answers = {}, again: AccountState | null = null) {
  const calls = world({
    session_sign_in: () => ({ kind: "done" }),
    session_status: () => statusOf([], null),
    ...answers,
  });
  const onnetwork = vi.fn();
  render(SignIn, { again, demo: null, onnetwork });
  return { calls, onnetwork };
}

const password = () => screen.getByLabelText<HTMLInputElement>("Master password");
const submit = () => fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

async function fill() {
  await type("E-mail", " ann@acme.example ");
  await fireEvent.input(password(), { target: { value: "harbour" } });
}

test("the server one signs in to is named beside the password", async () => {
  open();
  expect(screen.getByText("for bitwarden.com")).toBeTruthy();
  await fireEvent.click(screen.getByRole("radio", { name: /Europe/ }));
  expect(screen.getByText("for bitwarden.eu")).toBeTruthy();
  await fireEvent.click(screen.getByRole("radio", { name: /Own server/ }));
  await type("Server address", "https://vault.acme.example/");
  expect(screen.getByText("for vault.acme.example")).toBeTruthy();
});

test("nothing is sent while something is missing; it says what and goes there", async () => {
  const { calls } = open();
  await submit();
  expect(screen.getByRole("alert").textContent).toContain("e-mail");
  expect(document.activeElement).toBe(screen.getByLabelText("E-mail"));
  await type("E-mail", "a@b.example");
  await submit();
  expect(screen.getByRole("alert").textContent).toContain("password");
  expect(document.activeElement).toBe(password());
  expect(callsOf(calls, "session_sign_in")).toEqual([]);
});

test("the password crosses sealed, with the server and the trimmed e-mail", async () => {
  const { calls } = open();
  await fill();
  await submit();
  await waitFor(() => {
    expect(callsOf(calls, "session_sign_in")).toHaveLength(1);
  });
  const [call] = callsOf(calls, "session_sign_in");
  expect(call?.args).toMatchObject({
    server: { address: "us", vault: null, api: null, identity: null, notifications: null },
    email: "ann@acme.example",
  });
  expect(JSON.stringify(call?.args), "nothing in clear").not.toContain("harbour");
  expect(await unsealed(call?.args.sealedPassword)).toBe("harbour");
});

test("a wrong password is said at its field, which is empty and has the focus", async () => {
  open({ session_sign_in: failing("wrongPassword") });
  await fill();
  await submit();
  await waitFor(() => screen.getByRole("alert"));
  expect(screen.getByRole("alert").textContent).toContain("bitwarden.com");
  expect(password().value).toBe("");
  expect(document.activeElement).toBe(password());
});

test("a failure that is not about a field is said in words, with the network settings beside it", async () => {
  const { onnetwork } = open({ session_sign_in: failing("offline") });
  await fill();
  await submit();
  await waitFor(() => screen.getByText("The server cannot be reached"));
  await press("Network settings…");
  expect(onnetwork).toHaveBeenCalledOnce();
});

test("showing the password keeps what was typed", async () => {
  open();
  await fill();
  await press("Show password");
  expect(password().type).toBe("text");
  expect(password().value).toBe("harbour");
});

test("addresses of services go along for a server of one's own, and only for that", async () => {
  const { calls } = open({ session_sso_find: () => [] });
  await fireEvent.click(screen.getByRole("radio", { name: /Own server/ }));
  await type("Server address", "vault.acme.example");
  await type("Identity", " https://id.acme.example ");
  await fill();
  await submit();
  await waitFor(() => {
    expect(callsOf(calls, "session_sign_in")[0]?.args.server).toEqual({
      address: "vault.acme.example",
      vault: null,
      api: null,
      identity: "https://id.acme.example",
      notifications: null,
    });
  });
});

test("after a session ended, the account is told, not asked, and its imports are said to be safe", async () => {
  const again = account(4, { state: "signedOut" });
  const { calls } = open({}, again);
  expect(screen.queryByLabelText("E-mail")).toBeNull();
  expect(screen.getByText(again.account.email)).toBeTruthy();
  expect(screen.getByText(/staged imports are safe/)).toBeTruthy();
  await fireEvent.input(password(), { target: { value: "harbour" } });
  await submit();
  await waitFor(() => {
    expect(callsOf(calls, "session_sign_in")[0]?.args).toMatchObject({
      email: again.account.email,
      server: { address: "eu" },
    });
  });
});

test("another device is asked only with an e-mail, and the words to compare are shown", async () => {
  const request = {
    fingerprint: "one-two-three-four-five",
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    admin: false,
  };
  const { calls } = open({
    session_ask_device: () => ({ kind: "approval", request }),
    session_wait_for_approval: () => new Promise(() => undefined),
  });
  await press("Log in with another device");
  expect(callsOf(calls, "session_ask_device")).toEqual([]);
  expect(document.activeElement).toBe(screen.getByLabelText("E-mail"));
  await type("E-mail", "ann@acme.example");
  await press("Log in with another device");
  await waitFor(() => screen.getByText("Approve on another device"));
  expect(document.getElementById("fingerprint")?.textContent).toBe("one-two-three-four-five");
});

test("an organization's API key is told apart before anything is sent", async () => {
  const { calls } = open({ session_sign_in_api_key: () => ({ kind: "done" }) });
  await press("API key");
  await type("E-mail", "ann@acme.example");
  await type("client_id", "organization.1");
  await submit();
  expect(screen.getByRole("alert").textContent).toContain("organization");
  await type("client_id", "user.1");
  await type("client_secret", "secret words");
  await fireEvent.input(password(), { target: { value: "harbour" } });
  await submit();
  await waitFor(() => {
    expect(callsOf(calls, "session_sign_in_api_key")).toHaveLength(1);
  });
  const args = callsOf(calls, "session_sign_in_api_key")[0]?.args;
  expect(args?.clientId).toBe("user.1");
  expect(await unsealed(args?.sealedSecret)).toBe("secret words");
  expect(await unsealed(args?.sealedPassword)).toBe("harbour");
});

test("a sign-in that began before the page was loaded goes on where it stood", async () => {
  open({ session_sign_in_step: () => ({ kind: "newDevice", email: "a***@acme.example" }) });
  await waitFor(() => screen.getByText("A code was sent to a***@acme.example."));
  expect(document.activeElement).toBe(screen.getByLabelText("Code from the mail"));
});

test("cancelling gives the sign-in up on both sides", async () => {
  const { calls } = open({
    session_sign_in_step: () => ({ kind: "password", email: "ann@acme.example" }),
  });
  await waitFor(() => screen.getByText("Cancel sign-in"));
  await press("Cancel sign-in");
  expect(callsOf(calls, "session_sign_in_cancel")).toHaveLength(1);
  expect(screen.getByLabelText("E-mail")).toBeTruthy();
});

test("each reason for the web vault has words of its own, and a way there and back", async () => {
  const { calls } = open({
    session_sign_in_step: () => ({
      kind: "webVault",
      reason: "weakPassword",
      url: "https://vault.acme.example",
    }),
    session_open_web_vault: () => null,
  });
  await waitFor(() => screen.getByText("A stronger master password is wanted"));
  await press("Open the web vault");
  expect(callsOf(calls, "session_open_web_vault")).toHaveLength(1);
  await waitFor(() => screen.getByText("Back to sign-in"));
  await press("Back to sign-in");
  expect(screen.getByLabelText("E-mail")).toBeTruthy();
});
