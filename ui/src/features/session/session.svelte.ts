/** Who is here: the one place that knows the status, and the five things that change it. */
import type { DemoSignIn } from "#bindings/DemoSignIn";
import type { Failure } from "#bindings/Failure";
import type { Status } from "#bindings/Status";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";
import { onRooms } from "#lib/live.svelte.ts";
import { sealInput } from "#lib/seal.ts";

class Session {
  status = $state.raw<Status | null>(null);
  demo = $state.raw<DemoSignIn | null>(null);
  /** Why the window knows nothing, when even the status cannot be read. */
  failure = $state.raw<Failure | null>(null);

  /** Reads the status now and whenever the session changes; the answer stops it. */
  start = (): (() => void) => {
    void this.read();
    void host.sessionDemo().then(
      (demo) => (this.demo = demo),
      () => (this.demo = null), // Only demo builds have this command.
    );
    return onRooms(["session"], () => void this.read());
  };

  async read(): Promise<void> {
    try {
      this.status = await host.sessionStatus();
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Signs in; `input` is empty afterwards. Answers what went wrong, if anything. */
  async signIn(server: string, email: string, input: HTMLInputElement): Promise<Failure | null> {
    return this.#change(async () => {
      const sealed = await sealInput(await host.sessionDoor(), input);
      return host.sessionSignIn(server, email, sealed);
    });
  }

  async unlock(input: HTMLInputElement): Promise<Failure | null> {
    return this.#change(async () => {
      const sealed = await sealInput(await host.sessionDoor(), input);
      return host.sessionUnlock(sealed);
    });
  }

  lock = (): Promise<Failure | null> => this.#change(host.sessionLock);

  signOut = (): Promise<Failure | null> => this.#change(host.sessionSignOut);

  async #change(command: () => Promise<Status>): Promise<Failure | null> {
    try {
      this.status = await command();
      return null;
    } catch (thrown) {
      return asFailure(thrown);
    }
  }
}

export const session = new Session();
