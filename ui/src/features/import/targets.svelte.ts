/** Where an import leads: known at once, and a moment later with what is there already. */
import type { CollectionTarget } from "#bindings/CollectionTarget";
import type { Failure } from "#bindings/Failure";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";
import { onRooms } from "#lib/live.svelte.ts";

export class Targets {
  list = $state.raw<CollectionTarget[] | null>(null);
  /** They could not be worked out at all. */
  failure = $state.raw<Failure | null>(null);
  /** The server could not be asked what is there. */
  unasked = $state.raw<Failure | null>(null);
  asking = $state(false);
  readonly #staging: string;
  #turn = 0;

  constructor(staging: string) {
    this.#staging = staging;
  }

  /** Reads now and whenever imports change; the answer stops it (return it from `onMount`). */
  follow = (): (() => void) => {
    void this.read();
    return onRooms(["import"], () => void this.read());
  };

  read = async (): Promise<void> => {
    const turn = ++this.#turn;
    this.asking = true;
    try {
      const known = await host.importTargets(this.#staging, false);
      if (turn !== this.#turn) return;
      this.list = withMarks(known, this.list);
      this.failure = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = asFailure(thrown);
      this.asking = false;
      return;
    }
    await this.#ask(turn);
  };

  async #ask(turn: number): Promise<void> {
    try {
      const asked = await host.importTargets(this.#staging, true);
      if (turn !== this.#turn) return;
      this.list = asked;
      this.unasked = null;
    } catch (thrown) {
      if (turn === this.#turn) this.unasked = asFailure(thrown);
    }
    if (turn === this.#turn) this.asking = false;
  }
}

/** Keeps what was known of a path until the server has answered anew, so that nothing flickers. */
function withMarks(next: CollectionTarget[], last: CollectionTarget[] | null): CollectionTarget[] {
  const known = new Map(last?.map((target) => [target.path, target.exists]));
  return next.map((target) => ({
    ...target,
    exists: target.exists ?? known.get(target.path) ?? null,
  }));
}
