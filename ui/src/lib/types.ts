/**
 * Shapes that the Rust side gives out itself: field for field those of `core/src/model/account.rs` and
 * `security_key.rs`. Each goes as soon as its binding is there.
 */
import type { Account } from "#bindings/Account";
import type { ServerKind } from "#bindings/ServerKind";
import type { SessionState } from "#bindings/SessionState";
import type { Status } from "#bindings/Status";

/** One of the accounts of this machine, as a list of them shows it. */
export interface AccountState {
  /** Of a damaged account only the id is sure, the rest may be empty. */
  account: Account;
  state: SessionState;
  /** Place in the fixed palette of eight. */
  colour: number;
  /** Its server's short name. */
  server: string;
  /** The one the window shows. */
  visible: boolean;
  /** Why it can only be signed out. */
  problem: "damaged" | "newer" | null;
}

/** The status with what several accounts add to it. */
export type WindowStatus = Status & { desks: AccountState[]; serverKind: ServerKind };

/** What a security key asks the person to do. */
export type KeyNews =
  | { kind: "insert" }
  | { kind: "touch" }
  /** Comes before the failure that ends the try; tries are told after a wrong one. */
  | { kind: "pin"; triesLeft: number | null };
