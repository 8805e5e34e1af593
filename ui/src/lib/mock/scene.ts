/** What mock.html shows, from its address: `mock.html?state=unlocked&clients=10000&online=0`. */

import type { PresenceState } from "#bindings/PresenceState";
import type { TimeoutAction } from "#bindings/TimeoutAction";

const asked = new URLSearchParams(location.search);

export const scene = {
  /** signedOut, locked, unlocked or damaged: the first account. */
  state: asked.get("state") ?? "signedOut",
  /** Accounts on this machine; 0 leaves that to the state. */
  accounts: Number(asked.get("accounts") ?? 0),
  /** State of the second one. */
  second: (asked.get("second") ?? "unlocked") as "unlocked" | "locked" | "signedOut" | "damaged",
  /** Names and addresses as long as they come. */
  long: asked.get("long") === "1",
  /** The step a sign-in stands at, such as `authenticator+email`, `approval`, `weakPassword`. */
  step: asked.get("step") ?? "",
  /** The step that follows the password or the browser. */
  after: asked.get("after") ?? "",
  /** Seconds that a request for approval is good. */
  expires: Number(asked.get("expires") ?? 870),
  /** never, soon or denied. */
  approval: asked.get("approval") ?? "never",
  /** Where a security key stops: insert, touch or pin. */
  key: asked.get("key") ?? "",
  /** Milliseconds until the browser comes back. */
  browser: Number(asked.get("browser") ?? 600_000),
  /** Tries left of a PIN; 0 is none set. */
  pin: Number(asked.get("pin") ?? 0),
  presence: (asked.get("presence") ?? "unavailable") as PresenceState,
  noPassword: asked.get("password") === "0",
  /** Longest time-out that the organization allows, in minutes; 0 is no policy. */
  policy: Number(asked.get("policy") ?? 0),
  policyThen: asked.get("then") as TimeoutAction | null,
  /** What the refresh does: refreshing, slowDown, trouble, battery, offline or ended. */
  phase: asked.get("phase") ?? "",
  live: asked.get("live") !== "0",
  proxy: asked.get("proxy") === "1",
  clients: Number(asked.get("clients") ?? 40),
  online: asked.get("online") !== "0",
  keyring: asked.get("keyring") === "password" ? "password" : "os",
  /** Minutes since the last refresh; below zero is never. */
  age: Number(asked.get("age") ?? 2),
  demo: asked.get("demo") !== "0",
  /** Items of the large staged import. */
  items: Number(asked.get("items") ?? 20_000),
  /** Something was forgotten by itself. */
  expired: asked.get("expired") === "1",
  /** Days until the large staged import is forgotten. */
  days: Number(asked.get("days") ?? 12),
  /** What the file dialog answers: `sheet`, `several`, or an encrypted export. */
  choose: asked.get("choose") ?? "",
  /** Commands that fail, such as `clients_list:cacheDamaged,import_plan:offline`. */
  fail: new Map(
    (asked.get("fail") ?? "")
      .split(",")
      .filter((part) => part !== "")
      .map((part) => part.split(":") as [string, string]),
  ),
  /** Milliseconds every command takes. */
  slow: Number(asked.get("slow") ?? 0),
};

/** Reproducible chance. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export const ago = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString();

export const PASSWORD = "harbour light 42";
