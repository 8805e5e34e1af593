/** What the refresh on the Rust side is doing, for the account in view. */
import type { RefreshState } from "#bindings/RefreshState";
import { clock } from "#lib/clock.svelte.ts";
import { host } from "#lib/host.ts";

export class Refresh {
  /** Null until it has been told. */
  state = $state.raw<RefreshState | null>(null);

  /** Asks now and hears of every change; the answer stops it. */
  start = (): (() => void) => {
    let heard = false;
    const stop = host.onRefresh((state) => {
      heard = true;
      this.#take(state);
    });
    void host.clientsRefreshState().then(
      (state) => {
        if (!heard) this.#take(state); // News are newer than this answer.
      },
      () => undefined, // Without it the frame falls back on the status.
    );
    return () =>
      void stop.then((end) => {
        end();
      });
  };

  #take(state: RefreshState): void {
    this.state = state;
    clock.tick();
  }
}
