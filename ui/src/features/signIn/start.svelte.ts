/** What the first page of a sign-in gathers: which server, and whose account. */
import type { DemoSignIn } from "#bindings/DemoSignIn";
import type { ServerSettings } from "#bindings/ServerSettings";
import { hostOf, REGION_HOSTS, regionOf, type Region } from "#lib/server.ts";
import type { AccountState } from "#lib/types.ts";

export type Service = "vault" | "api" | "identity" | "notifications";
export const SERVICES: readonly Service[] = ["vault", "api", "identity", "notifications"];

const filled = (text: string): string | null => (text.trim() === "" ? null : text.trim());

export class Start {
  region = $state<Region>("us");
  address = $state("");
  services = $state<Record<Service, string>>({
    vault: "",
    api: "",
    identity: "",
    notifications: "",
  });
  email = $state("");
  /** The account whose session ended: its server and e-mail are fixed. */
  readonly again: AccountState | null;

  constructor(again: AccountState | null) {
    this.again = again;
    if (again === null) return;
    this.email = again.account.email;
    this.region = regionOf(again.account.server);
    this.address = this.region === "own" ? again.account.server : "";
  }

  /** The server in a few letters; empty while none is named. */
  readonly named = $derived(
    this.region === "own" ? hostOf(this.address) : REGION_HOSTS[this.region],
  );

  /** What is not there yet and cannot be left out, in the order of the page. */
  get missing(): "address" | "email" | null {
    if (this.region === "own" && this.address.trim() === "") return "address";
    return this.email.trim() === "" ? "email" : null;
  }

  /** Whose, and where. Addresses of services belong to a server of one's own only. */
  whom(): { server: ServerSettings; email: string } {
    const own = this.region === "own";
    const service = (name: Service) => (own ? filled(this.services[name]) : null);
    const server: ServerSettings = {
      address: own ? this.address.trim() : this.region,
      vault: service("vault"),
      api: service("api"),
      identity: service("identity"),
      notifications: service("notifications"),
    };
    return { server, email: this.email.trim() };
  }

  fill(demo: DemoSignIn): void {
    this.region = regionOf(demo.server);
    this.address = this.region === "own" ? demo.server : "";
    this.email = demo.email;
  }
}
