/** The client list of this window, and its refresh. */
import type { Client } from "#bindings/Client";
import type { Failure } from "#bindings/Failure";
import { clock } from "#lib/clock.svelte.ts";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";
import { Live } from "#lib/live.svelte.ts";
import { staysWithAccount } from "#lib/stay.ts";

class Clients {
  readonly list = new Live<Client[]>(["clients"], host.clientsList);
  refreshing = $state(false);
  /** Why the last refresh did not work; null after one that did. */
  failure = $state.raw<Failure | null>(null);
  #turn = 0;

  find(organizationId: string): Client | undefined {
    return this.list.value?.find((client) => client.organizationId === organizationId);
  }

  /** Reads the list from the server. One at a time; the list itself follows by its rooms. */
  refresh = async (): Promise<void> => {
    if (this.refreshing) return;
    const turn = this.#turn;
    this.refreshing = true;
    let failure: Failure | null = null;
    try {
      await host.clientsRefresh();
    } catch (thrown) {
      failure = asFailure(thrown);
    }
    if (turn !== this.#turn) return; // Another account is in view: its list is none of this.
    if (failure === null) await this.list.read();
    this.failure = failure;
    this.refreshing = false;
    clock.tick();
  };

  /** Holds nothing of any account any more. */
  reset = (): void => {
    this.#turn += 1;
    this.list.reset();
    this.refreshing = false;
    this.failure = null;
  };
}

export const clients = new Clients();
staysWithAccount({ leave: clients.reset, enter: () => undefined });
