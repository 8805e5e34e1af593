/** Rows for tests: one builder, so that a test names only what it is about. */
import type { Client } from "../src/bindings/Client.ts";

let made = 0;

export function client(change: Partial<Client>): Client {
  made += 1;
  return {
    organizationId: `org-${made}`,
    providerOrganizationId: null,
    providerId: "provider",
    name: `Client ${made}`,
    assigned: 10,
    used: 7,
    remaining: 3,
    plan: "Teams",
    productTier: 2,
    enabled: true,
    source: "provider",
    hasKey: true,
    useGroups: true,
    syncedAt: "2026-09-14T09:00:00Z",
    ...change,
  };
}
