/** A sign-in on a made-up server. The scene decides what it asks for after the password. */
import type { DeviceRequest } from "#bindings/DeviceRequest";
import type { SealedPassword } from "#bindings/SealedPassword";
import type { ServerSettings } from "#bindings/ServerSettings";
import type { SignInStep } from "#bindings/SignInStep";
import type { TwoStepKind } from "#bindings/TwoStepKind";
import type { TwoStepMethod } from "#bindings/TwoStepMethod";

import { open } from "./accounts.ts";
import { openSealed } from "./door.ts";
import { fail, wait } from "./fail.ts";
import { PASSWORD, scene } from "./scene.ts";

/** What a made-up sign-in may be given. */
export interface SignInArgs {
  server: ServerSettings;
  email: string;
  clientId: string;
  identifier: string;
  method: TwoStepKind;
  remember: boolean;
  sealedPassword?: SealedPassword;
  sealedSecret?: SealedPassword;
  sealedCode?: SealedPassword;
  sealedPin?: SealedPassword;
  channel: { onmessage: (news: unknown) => void };
}

export const CODE = "123456";
/** A code that the server counts as one too many. */
const TOO_MANY = "111111";
export const KEY_PIN = "2468";

const METHODS: Record<string, TwoStepMethod> = {
  authenticator: { kind: "authenticator" },
  email: { kind: "email", address: "m***n@northlight.example" },
  duo: { kind: "duo", organization: false },
  duoOrganization: { kind: "duo", organization: true },
  yubiKey: { kind: "yubiKey", nfc: true },
  securityKey: { kind: "securityKey" },
  other: { kind: "other", number: 9 },
};

const request = (admin: boolean): DeviceRequest => ({
  fingerprint: "sandpaper-lighthouse-oat-thimble-marigold",
  expiresAt: new Date(Date.now() + scene.expires * 1_000).toISOString(),
  admin,
});

const VAULT = ["changePassword", "weakPassword", "firstSignIn", "keyConnector"] as const;

/** The step that a scene names: a two-step method, or another kind of step. */
export function stepOf(name: string): SignInStep | null {
  const methods = name.split("+").flatMap((one) => METHODS[one] ?? []);
  if (methods.length > 0) return { kind: "twoStep", methods };
  const reason = VAULT.find((one) => one === name);
  if (reason) return { kind: "webVault", reason, url: "https://vault.bitwarden.eu" };
  const steps: Record<string, SignInStep> = {
    newDevice: { kind: "newDevice", email: "maren@northlight.example" },
    singleSignOn: { kind: "singleSignOn", identifier: "northlight" },
    password: { kind: "password", email: "maren@northlight.example" },
    trustDevice: {
      kind: "trustDevice",
      ways: { otherDevice: true, admin: true, password: true },
    },
    trustNothing: {
      kind: "trustDevice",
      ways: { otherDevice: false, admin: false, password: false },
    },
    approval: { kind: "approval", request: request(false) },
    adminApproval: { kind: "approval", request: request(true) },
  };
  return steps[name] ?? null;
}

let step = stepOf(scene.step);
let whom = {
  email: "maren@northlight.example",
  server: { address: "eu" } as ServerSettings,
};
let cancel: (() => void) | null = null;

function done(): SignInStep {
  step = null;
  open(whom.email, whom.server);
  return { kind: "done" };
}

function goOn(name: string): SignInStep {
  step = stepOf(name);
  return step ?? done();
}

/** A wait that `session_sign_in_cancel` ends. */
const waiting = (milliseconds: number) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    cancel = () => {
      clearTimeout(timer);
      reject({ code: "signedOut", message: "cancelled", hint: null } as unknown as Error);
    };
  });

async function needPassword(sealed: SealedPassword | undefined): Promise<void> {
  const password = sealed ? await openSealed(sealed) : "";
  await wait(350);
  if (password !== PASSWORD) fail("wrongPassword", "the e-mail address or password is not right");
}

async function needCode(sealed: SealedPassword | undefined): Promise<void> {
  const code = sealed ? await openSealed(sealed) : "";
  await wait(350);
  if (code === TOO_MANY) fail("slowDown", "too many tries");
  const right = [CODE, "recovery", "yubikey"].includes(code) || code.startsWith("https://");
  if (!right) fail("wrongCode", "the two-step code is wrong or no longer good");
}

async function securityKey({ sealedPin, channel }: SignInArgs): Promise<SignInStep> {
  channel.onmessage({ kind: "insert" });
  await waiting(scene.key === "insert" ? 600_000 : 700);
  if (scene.key === "pin") {
    const pin = sealedPin ? await openSealed(sealedPin) : "";
    if (pin !== KEY_PIN) {
      channel.onmessage({ kind: "pin", triesLeft: pin === "" ? null : 7 });
      if (pin === "") fail("moreNeeded", "this security key wants its PIN");
      fail("wrongCode", "the PIN of the security key is wrong; 7 tries left");
    }
  }
  channel.onmessage({ kind: "touch" });
  await waiting(scene.key === "touch" ? 600_000 : 900);
  return done();
}

export const signIn: Record<string, (args: SignInArgs) => unknown> = {
  session_sign_in: async ({ server, email, sealedPassword }) => {
    await needPassword(sealedPassword);
    whom = { server, email };
    return goOn(scene.after);
  },
  session_sign_in_api_key: async ({ server, email, sealedSecret, sealedPassword }) => {
    if (sealedSecret) await openSealed(sealedSecret);
    await needPassword(sealedPassword);
    whom = { server, email };
    return goOn("");
  },
  session_sign_in_step: () => step,
  session_sign_in_cancel: () => {
    if (cancel === null) step = null;
    cancel?.();
    cancel = null;
    return null;
  },
  session_two_step: async ({ sealedCode }) => {
    await needCode(sealedCode);
    return done();
  },
  session_two_step_send: () => wait(500).then(() => null),
  session_two_step_duo: () => wait(300).then(() => null),
  session_two_step_key: securityKey,
  session_new_device: async ({ sealedCode }) => {
    await needCode(sealedCode);
    return done();
  },
  session_new_device_resend: () => wait(500).then(() => null),
  session_sso_find: async ({ email }) => {
    await wait(400);
    return email.endsWith("northlight.example")
      ? [
          { identifier: "northlight", name: "Northlight IT Services" },
          { identifier: "northlight-lab", name: "Northlight Laboratory" },
        ]
      : [];
  },
  session_sso: async ({ server, email }) => {
    whom = { server, email: email || whom.email };
    await waiting(scene.browser);
    return goOn(scene.after === "" ? "password" : scene.after);
  },
  session_master_password: async ({ sealedPassword }) => {
    await needPassword(sealedPassword);
    return done();
  },
  session_ask_device: async ({ server, email }) => {
    await wait(300);
    if (email !== "") whom = { server, email };
    return goOn("approval");
  },
  session_ask_admin: () => goOn("adminApproval"),
  session_wait_for_approval: async () => {
    if (scene.approval === "denied") {
      await wait(300);
      fail("notPermitted", "the request was denied");
    }
    await waiting(scene.approval === "soon" ? 2_000 : 600_000);
    return done();
  },
  session_open_web_vault: () => null,
};
