/** The client list of this window, and its refresh. */
import type { Client } from "#bindings/Client";
import type { Failure } from "#bindings/Failure";
import { clock } from "#lib/clock.svelte.ts";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";
import { Live } from "#lib/live.svelte.ts";

class Clients {
  readonly list = new Live<Client[]>(["clients"], host.clientsList);
  refreshing = $state(false);
  /** Why the last refresh did not work; null after one that did. */
  failure = $state.raw<Failure | null>(null);

  find(organizationId: string): Client | undefined {
    return this.list.value?.find((client) => client.organizationId === organizationId);
  }

  /** Reads the list from the server. One at a time; the list itself follows by its rooms. */
  refresh = async (): Promise<void> => {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      await host.clientsRefresh();
      this.failure = null;
      await this.list.read();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
    this.refreshing = false;
    clock.tick();
  };
}

export const clients = new Clients();
