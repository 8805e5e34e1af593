/**
 * Shapes that the Rust side is about to give out itself. Each goes as soon as its binding is there.
 */
import type { Account } from "#bindings/Account";
import type { ServerKind } from "#bindings/ServerKind";
import type { ServerSettings } from "#bindings/ServerSettings";
import type { Status } from "#bindings/Status";

/** An account on this machine, for the menu of accounts. */
export interface AccountState {
  account: Account;
  /** What signing in again needs: the address and what is special about the way to it. */
  settings: ServerSettings;
  /** `damaged`: its data on this machine cannot be opened. */
  state: "unlocked" | "locked" | "signedOut" | "damaged";
  /** Place in the fixed palette of eight. */
  colour: number;
}

/** The status with what several accounts add to it. */
export type WindowStatus = Status & { desks: AccountState[]; serverKind: ServerKind };

/** What a security key asks the person to do. `triesLeft` belongs to `pin`. */
export interface KeyNews {
  kind: "insert" | "touch" | "pin";
  triesLeft?: number | null;
}

/** The way out of this network. */
export type Proxy =
  { kind: "system" } | { kind: "none" } | { kind: "manual"; address: string; user: string | null };

/** How this program reaches servers; of the machine, not of an account. */
export interface NetworkSettings {
  proxy: Proxy;
  /** Name of the file with the authority of one's own, as `session_choose_ca` answered it. */
  caCert: string | null;
}

/** Everything the network page shows. */
export interface NetworkState {
  settings: NetworkSettings;
  /** A password for the proxy is kept in the keyring. */
  proxyPassword: boolean;
}
