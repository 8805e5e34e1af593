/**
 * Several accounts, one visible. What a store of this window holds belongs to one account: on a switch
 * every store hands over its place and starts empty, or where that account was left.
 *
 * Only places are kept (which screen, which search), never what a server said: that is read again.
 */

/** What a store does when the account in view changes. */
export interface Stay<T> {
  /** Empties the store and answers what brings its place back. */
  leave: () => T;
  /** Goes back to a place; without one, to the beginning. */
  enter: (place: T | undefined) => void;
}

const stores: Stay<unknown>[] = [];
const places = new Map<string, unknown[]>();

/** Makes a store part of every switch. Called once, where the store is made. */
export function staysWithAccount<T>(store: Stay<T>): void {
  stores.push(store as Stay<unknown>);
}

/** The account in view changes. `null` is nobody's window: signed out, or not known yet. */
export function changeAccount(from: string | null, to: string | null): void {
  const left = stores.map((store) => store.leave());
  if (from !== null) places.set(from, left);
  const kept = to === null ? undefined : places.get(to);
  for (const [index, store] of stores.entries()) store.enter(kept?.[index]);
}

/** An account that is not open any more has no place to come back to. */
export function forgetPlace(userId: string): void {
  places.delete(userId);
}
