/** Made-up accounts, and the status with one of them in view. */
import type { SecurityState } from "#bindings/SecurityState";
import type { ServerSettings } from "#bindings/ServerSettings";

import type { AccountState, WindowStatus } from "../types.ts";
import { ago, scene } from "./scene.ts";

const LONG_EMAIL =
  "maren.elisabeth.thorsteinsdottir-oberlander@administration.northlight-services.example";

function serverName(server: string): string {
  return { us: "bitwarden.com", eu: "bitwarden.eu" }[server] ?? server.replace(/^\w+:\/\//, "");
}

/** How a scene names a state: damage is one there. */
const standing = (state: string): Partial<AccountState> =>
  state === "damaged"
    ? { state: "locked", problem: "damaged" }
    : { state: state as AccountState["state"] };

function desk(place: number, email: string, server: string): AccountState {
  return {
    account: { email, server, userId: `user-${place}` },
    state: "unlocked",
    colour: place,
    server: serverName(server),
    visible: false,
    problem: null,
  };
}

/** The provider of each account; the second one's name is written from right to left. */
const PROVIDERS = ["Northlight IT Services", "شركة النور لخدمات تقنية المعلومات", "Harbour MSP"];

const ALL = [
  desk(0, scene.long ? LONG_EMAIL : "maren@northlight.example", "eu"),
  desk(1, "admin@alnoor.example", "us"),
  desk(2, "ops@harbour.example", "https://vault.harbour.example"),
];

export const status: WindowStatus = {
  state: "signedOut",
  accounts: [],
  account: null,
  server: null,
  online: scene.online,
  lastSync: scene.age < 0 ? null : ago(scene.age),
  keyring: scene.keyring as WindowStatus["keyring"],
  providers: [],
  desks: [],
  serverKind: "bitwarden",
};

export const current = (): AccountState | undefined =>
  status.desks.find((one) => one.account.userId === status.account?.userId);

function providerOf({ account }: AccountState): string {
  const place = Number(account.userId.split("-")[1]);
  const long = "Northlight Managed Information Technology and Security Services of North Yorkshire";
  return scene.long && place === 0 ? long : (PROVIDERS[place] ?? "Northlight IT Services");
}

/** Puts an account into view, as it stands. */
export function view(shown: AccountState | undefined): WindowStatus {
  status.desks = status.desks.map((one) => ({ ...one, visible: one === shown }));
  status.account = shown?.account ?? null;
  status.server = shown ? serverName(shown.account.server) : null;
  status.accounts = status.desks.map((one) => one.account);
  status.state = shown?.state ?? "signedOut";
  status.providers =
    shown?.state === "unlocked"
      ? [{ id: "provider", name: providerOf(shown), role: "providerAdmin", enabled: true }]
      : [];
  status.serverKind = shown?.account.server.startsWith("http") ? "vaultwarden" : "bitwarden";
  return snapshot();
}

/** A copy, as it would have crossed. */
export const snapshot = (): WindowStatus => structuredClone(status);

export function change(userId: string, with_: Partial<AccountState>): void {
  status.desks = status.desks.map((one) =>
    one.account.userId === userId ? { ...one, ...with_ } : one,
  );
}

/** Adds an account, or opens the one that is there. */
export function open(email: string, server: ServerSettings): WindowStatus {
  const known = status.desks.find((one) => one.account.email === email);
  if (known) change(known.account.userId, { state: "unlocked" });
  else status.desks = [...status.desks, desk(status.desks.length, email, server.address)];
  return view(status.desks.find((one) => one.account.email === email));
}

export const security: SecurityState = {
  settings: {
    lockAfter: { kind: "minutes", minutes: scene.policy > 0 ? Math.min(15, scene.policy) : 15 },
    then: scene.policyThen ?? "lock",
    onSystemLock: true,
    onSleep: true,
  },
  policy:
    scene.policy > 0 || scene.policyThen !== null
      ? { longestMinutes: scene.policy > 0 ? scene.policy : null, then: scene.policyThen }
      : null,
  ways: {
    password: !scene.noPassword,
    pin: scene.pin > 0 ? { afterRestart: true, triesLeft: scene.pin } : null,
    presence: scene.presence,
  },
};

if (scene.state !== "signedOut" || scene.accounts > 0) {
  status.desks = ALL.slice(0, Math.max(1, scene.accounts));
  if (scene.state !== "unlocked") change("user-0", standing(scene.state));
  if (scene.accounts > 1) change("user-1", standing(scene.second));
  view(status.desks[0]);
}
