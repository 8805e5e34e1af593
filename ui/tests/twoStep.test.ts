import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";

import type { TwoStepMethod } from "../src/bindings/TwoStepMethod.ts";
import { Attempt } from "../src/features/signIn/attempt.svelte.ts";
import TwoStep from "../src/features/signIn/TwoStep.svelte";
import { callsOf, failing, statusOf, unsealed, world, type Answers } from "./world.ts";

function open(methods: TwoStepMethod[], answers: Answers = {}) {
  const calls = world({
    session_two_step: () => ({ kind: "done" }),
    session_two_step_send: () => null,
    session_status: () => statusOf([], null),
    ...answers,
  });
  render(TwoStep, { attempt: new Attempt(), methods });
  return calls;
}

const APP: TwoStepMethod = { kind: "authenticator" };
const MAIL: TwoStepMethod = { kind: "email", address: "a***@acme.example" };
const code = () => screen.getByLabelText<HTMLInputElement>(/^Code from/);
const type = (value: string) => fireEvent.input(code(), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

test("a pasted code with blanks is sent as soon as it is complete", async () => {
  const calls = open([APP]);
  await type(" 123 45");
  expect(code().value).toBe("12345");
  expect(callsOf(calls, "session_two_step")).toEqual([]);
  await type("123 456 ");
  await waitFor(() => {
    expect(callsOf(calls, "session_two_step")).toHaveLength(1);
  });
  const [call] = callsOf(calls, "session_two_step");
  expect(call?.args).toMatchObject({ method: "authenticator", remember: false });
  expect(await unsealed(call?.args.sealedCode)).toBe("123456");
});

test("this device is remembered only when asked to", async () => {
  const calls = open([APP]);
  await fireEvent.click(screen.getByLabelText("Do not ask on this device for 30 days"));
  await type("123456");
  await waitFor(() => {
    expect(callsOf(calls, "session_two_step")[0]?.args.remember).toBe(true);
  });
});

test("wrong, expired and too many tries each have words beside the field, which is empty again", async () => {
  const failures = [
    failing("wrongCode", "the two-step code is wrong or no longer good"),
    failing("wrongCode", "the code is older than five minutes; have a new one sent"),
    failing("slowDown"),
  ];
  open([APP], { session_two_step: () => failures.shift()?.() });
  for (const words of ["wrong or no longer good", "older than five minutes", "asks to slow down"]) {
    await type("123456");
    await waitFor(() => {
      expect(screen.getByRole("alert").textContent).toContain(words);
    });
    expect(code().value).toBe("");
    expect(document.activeElement).toBe(code());
  }
});

test("another way lists everything the account has, and the recovery code beside", async () => {
  open([APP, MAIL, { kind: "duo", organization: true }, { kind: "other", number: 9 }]);
  await press("Another way");
  const names = screen.getAllByRole("button").map((button) => button.textContent.trim());
  for (const name of ["Authenticator app", "E-mail code", "Duo of your organization", "Method 9"]) {
    expect(
      names.some((one) => one.startsWith(name)),
      name,
    ).toBe(true);
  }
  expect(names.some((one) => one.startsWith("Recovery code"))).toBe(true);
});

test("a method this version does not know is named by its number, not offered first", async () => {
  open([{ kind: "other", number: 9 }, APP]);
  expect(code()).toBeTruthy();
  await press("Another way");
  await press(/^Method 9/);
  expect(screen.getByText("Method 9 is not known to this version")).toBeTruthy();
});

test("the mail is asked for once when its screen opens, and not again on the way back", async () => {
  const calls = open([MAIL, APP]);
  await waitFor(() => screen.getByText(/Sent to a\*\*\*@acme.example/));
  await press("Another way");
  await press(/^Authenticator app/);
  await press("Another way");
  await press(/^E-mail code/);
  expect(callsOf(calls, "session_two_step_send")).toHaveLength(1);
  const again = screen.getByRole("button", { name: /^Send again in/ });
  expect((again as HTMLButtonElement).disabled, "mails need a moment").toBe(true);
});

test("a mail that could not be sent can be asked for at once", async () => {
  let broken = true;
  const calls = open([MAIL], {
    session_two_step_send: () => (broken ? failing("serverTrouble")() : null),
  });
  await waitFor(() => screen.getByText("The server has trouble"));
  broken = false;
  await press("Send the code");
  await waitFor(() => screen.getByText(/Sent to/));
  expect(callsOf(calls, "session_two_step_send")).toHaveLength(2);
});

test("the recovery code warns, and takes a second click", async () => {
  const calls = open([APP]);
  await press("Another way");
  await press(/^Recovery code/);
  expect(screen.getByText("This switches two-step login off")).toBeTruthy();
  await fireEvent.input(screen.getByLabelText("Recovery code"), { target: { value: "ab cd" } });
  await press("Use the recovery code…");
  expect(callsOf(calls, "session_two_step")).toEqual([]);
  await press("Switch it off and sign in");
  await waitFor(() => {
    expect(callsOf(calls, "session_two_step")).toHaveLength(1);
  });
  const [call] = callsOf(calls, "session_two_step");
  expect(call?.args.method).toBe("recovery");
  expect(await unsealed(call?.args.sealedCode), "blanks do not matter").toBe("abcd");
});

test("Duo says why the answer crosses by hand, opens the browser and takes the address", async () => {
  const calls = open([{ kind: "duo", organization: false }], { session_two_step_duo: () => null });
  expect(screen.getByText(/Bitwarden’s own app/)).toBeTruthy();
  await press("Open Duo in the browser");
  await waitFor(() => screen.getByText("Open Duo again"));
  await fireEvent.input(screen.getByLabelText("Address of the last page"), {
    target: { value: "https://vault.bitwarden.com/duo-redirect-connector.html?code=1&state=2" },
  });
  await press("Continue");
  await waitFor(() => {
    expect(callsOf(calls, "session_two_step")[0]?.args.method).toBe("duo");
  });
});

test("a security key asks for itself, for its PIN with the tries left, and for a touch", async () => {
  let finish: (step: unknown) => void = () => undefined;
  interface News {
    onmessage: (news: unknown) => void;
  }
  const calls = open([{ kind: "securityKey" }], {
    session_two_step_key: (args) => {
      const channel = args.channel as News;
      if (args.sealedPin === undefined) {
        channel.onmessage({ kind: "pin", triesLeft: 3 });
        return failing("moreNeeded")();
      }
      channel.onmessage({ kind: "touch" });
      return new Promise((resolve) => (finish = resolve));
    },
  });
  await press("Use the security key");
  await waitFor(() => screen.getByText(/3 tries left/));
  const pin = screen.getByLabelText("PIN of the security key");
  expect(document.activeElement).toBe(pin);
  await fireEvent.input(pin, { target: { value: "2468" } });
  await press("Continue");
  await waitFor(() => screen.getByText("Touch your security key"));
  const given = callsOf(calls, "session_two_step_key")[1]?.args.sealedPin;
  expect(await unsealed(given)).toBe("2468");
  finish({ kind: "done" });
  await waitFor(() => {
    expect(callsOf(calls, "session_status")).toHaveLength(1);
  });
  expect(callsOf(calls, "session_sign_in_cancel"), "what went well is not cancelled").toEqual([]);
});

test("choosing another way stops waiting for the key", async () => {
  const calls = open([{ kind: "securityKey" }, APP], {
    session_two_step_key: () => new Promise(() => undefined),
  });
  await press("Use the security key");
  await waitFor(() => screen.getByText("Looking for a key…"));
  await press("Another way");
  expect(callsOf(calls, "session_sign_in_cancel")).toHaveLength(1);
});
