/** A made-up session: locking, switching, and the settings that guard it. */
import type { NetworkSettings } from "#bindings/NetworkSettings";
import type { NetworkState } from "#bindings/NetworkState";
import type { RefreshState } from "#bindings/RefreshState";
import type { SealedPassword } from "#bindings/SealedPassword";
import type { SecuritySettings } from "#bindings/SecuritySettings";
import { emit } from "@tauri-apps/api/event";

import { change, current, security, snapshot, status, view } from "./accounts.ts";
import { makeDoor, openSealed } from "./door.ts";
import { fail, wait } from "./fail.ts";
import { ago, PASSWORD, scene } from "./scene.ts";

/** What these commands may be given. */
export interface SessionArgs {
  userId: string;
  all: boolean;
  colour: number;
  on: boolean;
  afterRestart: boolean;
  settings: SecuritySettings & NetworkSettings;
  sealedPassword?: SealedPassword;
  sealedPin?: SealedPassword;
  sealedProxyPassword?: SealedPassword;
}

export const PIN = "4711";

export const network: NetworkState = {
  settings: {
    proxy: scene.proxy
      ? { kind: "manual", address: "http://proxy.northlight.example:3128", user: "maren" }
      : { kind: "system" },
    caCert: scene.proxy ? "northlight-root-ca.pem" : null,
  },
  proxyPassword: scene.proxy ? "keyring" : "none",
  caCertAtStart: null,
  problem: null,
};

const in_ = (minutes: number) => ago(-minutes);

const PHASES: Record<string, RefreshState["phase"]> = {
  refreshing: { kind: "refreshing", done: 41, total: 150 },
  slowDown: { kind: "waiting", reason: "slowDown", until: in_(3) },
  trouble: { kind: "waiting", reason: "trouble", until: in_(5) },
  battery: { kind: "waiting", reason: "batterySaver", until: null },
  offline: { kind: "waiting", reason: "offline", until: null },
  ended: { kind: "ended" },
};

const refreshState = (): RefreshState => ({
  phase: PHASES[scene.phase] ?? { kind: "idle" },
  lastSync: status.lastSync,
  live: scene.live,
});

const opened = () => {
  const desk = current();
  if (desk) change(desk.account.userId, { state: "unlocked" });
  void emit("changed", ["session"]);
  return view(current());
};

export const session: Record<string, (args: SessionArgs) => unknown> = {
  session_status: snapshot,
  session_demo: () =>
    scene.demo
      ? { server: "http://127.0.0.1:48080", email: "maren@northlight.example", password: PASSWORD }
      : null,
  session_door: makeDoor,
  session_unlock: async ({ sealedPassword }) => {
    const password = sealedPassword ? await openSealed(sealedPassword) : "";
    await wait(350);
    if (password !== PASSWORD) fail("wrongPassword", "the password is not right");
    return opened();
  },
  session_unlock_pin: async ({ sealedPin }) => {
    const pin = sealedPin ? await openSealed(sealedPin) : "";
    await wait(200);
    if (pin === PIN) return opened();
    const left = (security.ways.pin?.triesLeft ?? 1) - 1;
    security.ways.pin = left > 0 ? { afterRestart: true, triesLeft: left } : null;
    return fail("wrongPassword", "the PIN is not right");
  },
  session_unlock_presence: () => wait(800).then(opened),
  session_lock: ({ all }) => {
    for (const { account, state } of status.desks) {
      if (state === "unlocked" && (all || account.userId === status.account?.userId)) {
        change(account.userId, { state: "locked" });
      }
    }
    return view(current());
  },
  session_sign_out: () => {
    status.desks = status.desks.filter((desk) => desk !== current());
    return view(status.desks[0]);
  },
  session_switch: ({ userId }) => view(status.desks.find((one) => one.account.userId === userId)),
  session_colour: ({ userId, colour }) => {
    change(userId, { colour });
    return snapshot();
  },
  session_touched: () => null,
  session_security: () => structuredClone(security),
  session_set_security: async ({ settings }) => {
    await wait(150);
    security.settings = settings;
    return structuredClone(security);
  },
  session_set_pin: async ({ sealedPin, afterRestart }) => {
    if (sealedPin) await openSealed(sealedPin);
    security.ways.pin = { afterRestart, triesLeft: 5 };
    return structuredClone(security);
  },
  session_clear_pin: () => {
    security.ways.pin = null;
    return structuredClone(security);
  },
  session_set_presence: async ({ on }) => {
    await wait(500);
    security.ways.presence = on ? "on" : "off";
    return structuredClone(security);
  },
  session_network: () => structuredClone(network),
  session_set_network: async ({ settings, sealedProxyPassword }) => {
    if (sealedProxyPassword) await openSealed(sealedProxyPassword);
    await wait(200);
    network.settings = { proxy: settings.proxy, caCert: settings.caCert };
    if (sealedProxyPassword) network.proxyPassword = "keyring";
    return structuredClone(network);
  },
  session_choose_ca: () => "northlight-root-ca.pem",
  clients_refresh_state: refreshState,
  clients_look_at: () => null,
};
