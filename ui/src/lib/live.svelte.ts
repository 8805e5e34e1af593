/** Stored things that stay true: read once, read again whenever their rooms change. */
import type { Failure } from "#bindings/Failure";
import type { Room } from "#bindings/Room";

import { asFailure } from "./errors.ts";
import { host } from "./host.ts";

/** Where a reading is. `value` stays while it is read again and when that fails. */
export type Reading<T> =
  | { kind: "loading" }
  | { kind: "ready"; value: T }
  | { kind: "failed"; failure: Failure; value: T | undefined };

const listeners = new Map<Room, Set<() => void>>();

/** Starts hearing what the host says has changed; called once, when the window starts. */
export function followChanges(): Promise<() => void> {
  return host.onChanged((rooms) => {
    const due = new Set(rooms.flatMap((room) => [...(listeners.get(room) ?? [])]));
    for (const read of due) read();
  });
}

/** Calls `react` when one of `rooms` changed, until the answer is called. */
export function onRooms(rooms: readonly Room[], react: () => void): () => void {
  for (const room of rooms) {
    const heard = listeners.get(room) ?? new Set();
    listeners.set(room, heard.add(react));
  }
  return () => {
    for (const room of rooms) listeners.get(room)?.delete(react);
  };
}

/** One reading of stored things. Make it in a component and `follow` it there. */
export class Live<T> {
  reading = $state.raw<Reading<T>>({ kind: "loading" });
  readonly #load: () => Promise<T>;
  readonly #rooms: readonly Room[];
  #turn = 0;

  constructor(rooms: readonly Room[], load: () => Promise<T>) {
    this.#rooms = rooms;
    this.#load = load;
  }

  /** What is known, even when it could not be read again. */
  get value(): T | undefined {
    return this.reading.kind === "loading" ? undefined : this.reading.value;
  }

  /** Reads now. An older answer never overwrites a newer one. */
  read = async (): Promise<void> => {
    const turn = ++this.#turn;
    let next: Reading<T>;
    try {
      next = { kind: "ready", value: await this.#load() };
    } catch (thrown) {
      next = { kind: "failed", failure: asFailure(thrown), value: this.value };
    }
    if (turn === this.#turn) this.reading = next;
  };

  /** Puts in an answer that a write has just given. */
  set(value: T): void {
    this.#turn += 1;
    this.reading = { kind: "ready", value };
  }

  /** Forgets what was read; an answer still on its way is dropped. */
  reset(): void {
    this.#turn += 1;
    this.reading = { kind: "loading" };
  }

  /** Reads now and whenever the rooms change; the answer stops it (return it from `onMount`). */
  follow = (): (() => void) => {
    void this.read();
    return onRooms(this.#rooms, () => void this.read());
  };
}
