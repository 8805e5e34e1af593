/** What the Clients table computes: state, order, search, totals. Plain functions over stored rows. */
import type { Client } from "#bindings/Client";
import { byName, fold, matches } from "#lib/format.ts";

/** The one thing worth saying about a client, most pressing first. */
export type ClientState = "suspended" | "over" | "full" | "noKey" | "idle" | "ok";

/** Fewer seats than this are never called idle: a small office keeps one in reserve. */
const IDLE_FROM_SEATS = 10;

export function stateOf(client: Client): ClientState {
  if (!client.enabled) return "suspended";
  if (client.remaining !== null && client.remaining < 0) return "over";
  if (client.remaining === 0) return "full";
  if (!client.hasKey) return "noKey";
  const { assigned, remaining } = client;
  const idle = assigned !== null && remaining !== null && assigned >= IDLE_FROM_SEATS;
  return idle && remaining * 2 > assigned ? "idle" : "ok";
}

export type Filter = "all" | "full" | "idle" | "stopped";

const FILTERS: Record<Filter, (state: ClientState) => boolean> = {
  all: () => true,
  full: (state) => state === "over" || state === "full",
  idle: (state) => state === "idle",
  stopped: (state) => state === "suspended",
};

/** A client with what search and filters ask of it, computed once per refresh. */
export interface Row {
  client: Client;
  state: ClientState;
  folded: string;
}

export const rowsOf = (clients: readonly Client[]): Row[] =>
  clients.map((client) => ({ client, state: stateOf(client), folded: fold(client.name) }));

export const narrow = (rows: readonly Row[], query: string, filter: Filter): Row[] =>
  rows.filter((row) => FILTERS[filter](row.state) && matches(row.folded, query.trim()));

export const countIn = (rows: readonly Row[], filter: Filter): number =>
  rows.reduce((sum, row) => sum + (FILTERS[filter](row.state) ? 1 : 0), 0);

export type SortColumn =
  "client" | "assigned" | "used" | "remaining" | "plan" | "seats" | "state" | "age";

const PRESSING: ClientState[] = ["suspended", "over", "full", "noKey", "idle", "ok"];

/** How full, 0 to 1 and beyond; null when the server did not say. */
export function share(client: Client): number | null {
  if (client.used === null || client.assigned === null || client.assigned <= 0) return null;
  return client.used / client.assigned;
}

const VALUES: Record<Exclude<SortColumn, "client">, (row: Row) => number | string | null> = {
  assigned: (row) => row.client.assigned,
  used: (row) => row.client.used,
  remaining: (row) => row.client.remaining,
  plan: (row) => (row.client.plan === "" ? null : row.client.plan),
  seats: (row) => share(row.client),
  state: (row) => PRESSING.indexOf(row.state),
  age: (row) => -Date.parse(row.client.syncedAt),
};

function compare(left: number | string, right: number | string): number {
  return typeof left === "string" || typeof right === "string"
    ? byName(String(left), String(right))
    : left - right;
}

/** Sorted by a column; equal ones by name; unknown ones last, whichever the direction. */
export function sorted(rows: readonly Row[], column: SortColumn, descending: boolean): Row[] {
  const sign = descending ? -1 : 1;
  const named = (a: Row, b: Row) => byName(a.client.name, b.client.name);
  if (column === "client") return rows.toSorted((a, b) => sign * named(a, b));
  const value = VALUES[column];
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) {
      return left === right ? named(a, b) : left === null ? 1 : -1;
    }
    return sign * compare(left, right) || named(a, b);
  });
}

export interface Totals {
  clients: number;
  assigned: number;
  used: number;
  remaining: number;
  /** Plans by name, with the remaining seats of each. */
  plans: { plan: string; clients: number; remaining: number }[];
}

/** Sums of what is known; unknown seats add nothing. */
export function totals(rows: readonly Row[]): Totals {
  const plans = new Map<string, { plan: string; clients: number; remaining: number }>();
  const sum: Totals = { clients: rows.length, assigned: 0, used: 0, remaining: 0, plans: [] };
  for (const { client } of rows) {
    sum.assigned += client.assigned ?? 0;
    sum.used += client.used ?? 0;
    sum.remaining += client.remaining ?? 0;
    const plan = plans.get(client.plan) ?? { plan: client.plan, clients: 0, remaining: 0 };
    plan.clients += 1;
    plan.remaining += client.remaining ?? 0;
    plans.set(client.plan, plan);
  }
  sum.plans = [...plans.values()].sort((a, b) => byName(a.plan, b.plan));
  return sum;
}
