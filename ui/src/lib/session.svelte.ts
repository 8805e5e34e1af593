/** Who is here: the one place that knows the status, and what changes it. */
import type { DemoSignIn } from "#bindings/DemoSignIn";
import type { Failure } from "#bindings/Failure";

import { asFailure } from "./errors.ts";
import { host } from "./host.ts";
import { onRooms } from "./live.svelte.ts";
import { sealInput } from "./seal.ts";
import { changeAccount, forgetPlace } from "./stay.ts";
import type { AccountState, WindowStatus } from "./types.ts";

/** Why the sign-in stands in the window although an account is there. */
export type Entering = { kind: "add" } | { kind: "again"; desk: AccountState };

class Session {
  status = $state.raw<WindowStatus | null>(null);
  demo = $state.raw<DemoSignIn | null>(null);
  /** Why the window knows nothing, when even the status cannot be read. */
  failure = $state.raw<Failure | null>(null);
  /** A sign-in that the person asked for; null otherwise. */
  entering = $state.raw<Entering | null>(null);
  #reads = 0;
  #changes = 0;

  /** The account in view, with its state and colour. */
  readonly desk = $derived.by<AccountState | null>(() => {
    const id = this.status?.account?.userId;
    return this.status?.desks.find((desk) => desk.account.userId === id) ?? null;
  });

  /** Reads the status now and whenever the session changes; the answer stops it. */
  start = (): (() => void) => {
    void this.read();
    void host.sessionDemo().then(
      (demo) => (this.demo = demo),
      () => (this.demo = null), // Only demo builds have this command.
    );
    return onRooms(["session"], () => void this.read());
  };

  /** A reading that a change, such as a switch, has overtaken is dropped. */
  async read(): Promise<void> {
    const turn = ++this.#reads;
    try {
      const status = await host.sessionStatus();
      if (turn === this.#reads) this.#take(status);
    } catch (thrown) {
      if (turn === this.#reads) this.failure = asFailure(thrown);
    }
  }

  /** Opens the account; `input` is empty afterwards. Throws what went wrong, as all of these. */
  unlock = (input: HTMLInputElement): Promise<void> =>
    this.#change(async () => host.sessionUnlock(await sealInput(await host.sessionDoor(), input)));

  unlockWithPin = (input: HTMLInputElement): Promise<void> =>
    this.#change(async () =>
      host.sessionUnlockPin(await sealInput(await host.sessionDoor(), input)),
    );

  unlockWithPresence = (): Promise<void> => this.#change(() => host.sessionUnlockPresence());

  lock = (all = false): Promise<void> => this.#change(() => host.sessionLock(all));

  signOut = (): Promise<void> => this.#change(() => host.sessionSignOut());

  switchTo = (userId: string): Promise<void> => {
    this.entering = null;
    return this.#change(() => host.sessionSwitch(userId));
  };

  colour = (userId: string, colour: number): Promise<void> =>
    this.#change(() => host.sessionColour(userId, colour));

  /** Signs in one more account, or the one in view again. */
  enter = (entering: Entering | null): void => {
    this.entering = entering;
  };

  async #change(command: () => Promise<WindowStatus>): Promise<void> {
    const turn = ++this.#changes;
    const status = await command();
    this.#reads += 1;
    if (turn === this.#changes) this.#take(status);
  }

  /**
   * Everything of the former account leaves the stores before the new one is drawn. A locked account
   * has nothing to show, so its window is nobody's.
   */
  #take(status: WindowStatus): void {
    const [before, after] = [openAccount(this.status), openAccount(status)];
    if (before !== after) changeAccount(before, after);
    for (const desk of status.desks) {
      if (desk.state !== "unlocked") forgetPlace(desk.account.userId);
    }
    this.status = status;
    this.failure = null;
  }
}

/** Whose things are in the window. */
const openAccount = (status: WindowStatus | null): string | null =>
  status?.state === "unlocked" ? (status.account?.userId ?? null) : null;

export const session = new Session();
