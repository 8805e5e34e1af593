/** The items of one import as the bench shows them: only rows in view are ever here. */
import type { Failure } from "#bindings/Failure";
import type { GridPage } from "#bindings/GridPage";
import type { GridQuery } from "#bindings/GridQuery";
import type { MaskedItem } from "#bindings/MaskedItem";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";
import { onRooms } from "#lib/live.svelte.ts";

import { Chosen } from "./chosen.svelte.ts";

export const EVERYTHING: GridQuery = {
  text: "",
  kinds: [],
  codes: [],
  severity: null,
  folder: null,
  skipped: null,
  file: null,
  sort: "file",
  descending: false,
};

/** Rows asked for at once. */
const BLOCK = 200;
/** Blocks kept; those farthest from the view are forgotten first. */
const KEPT = 30;

/** What a page says about all rows. */
export type Head = Omit<GridPage, "rows">;

export class Bench {
  query = $state.raw<GridQuery>(EVERYTHING);
  head = $state.raw<Head | null>(null);
  /** Why rows could not be read. */
  failure = $state.raw<Failure | null>(null);
  /** Why the last change was not made. */
  refused = $state.raw<Failure | null>(null);
  /** A change is on its way. */
  busy = $state(false);
  /** Grows with each arrival of rows, so that what shows them looks again. */
  #arrived = $state(0);
  readonly staging: string;
  readonly chosen: Chosen;
  readonly #blocks = new Map<number, MaskedItem[]>();
  #view: [number, number] = [0, BLOCK];
  #reading = false;
  #again: "no" | "rows" | "all" = "no";

  constructor(staging: string) {
    this.staging = staging;
    this.chosen = new Chosen(
      () => host.importGridMatching(staging, this.query),
      (place) => this.row(place)?.item,
    );
  }

  /** Whether anything keeps rows from being shown. */
  readonly narrowed = $derived(
    JSON.stringify({ ...this.query, sort: "file", descending: false }) !==
      JSON.stringify(EVERYTHING),
  );

  /** A row that is here; `undefined` while it is on its way. */
  row(place: number): MaskedItem | undefined {
    void this.#arrived;
    return this.#blocks.get(Math.floor(place / BLOCK))?.[place % BLOCK];
  }

  /** Where an item is among the rows that are here, or -1. */
  placeOf(item: number): number {
    for (const [block, rows] of this.#blocks) {
      const at = rows.findIndex((row) => row.item === item);
      if (at >= 0) return block * BLOCK + at;
    }
    return -1;
  }

  /** Reads now and whenever imports change; the answer stops it. */
  follow = (): (() => void) => {
    void this.read();
    return onRooms(["import"], () => {
      if (!this.busy) void this.read();
    });
  };

  /** Narrows or orders; what is shown stays until the answer is here. */
  ask(change: Partial<GridQuery>): void {
    this.query = { ...this.query, ...change };
    this.#view = [0, BLOCK];
    void this.read();
  }

  /** Shows everything, with the rows around a place already here. */
  goTo(place: number): Promise<void> {
    this.query = EVERYTHING;
    this.#view = [place, place + 1];
    return this.read();
  }

  /** These rows are drawn. */
  view = (first: number, end: number): void => {
    this.#view = [first, end];
    if (this.#missing().length > 0) void this.#fetch("rows");
  };

  /** Reads what is in view anew. */
  read = (): Promise<void> => this.#fetch("all");

  /**
   * Changes something through `write`, then reads again. Answers whether it was done; `refused` says
   * why not.
   */
  async act(write: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await write();
      this.refused = null;
      return true;
    } catch (thrown) {
      this.refused = asFailure(thrown);
      return false;
    } finally {
      this.busy = false;
      await this.read();
    }
  }

  /** Does what changes nothing; `refused` says why it failed. */
  async attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
      this.refused = null;
    } catch (thrown) {
      this.refused = asFailure(thrown);
    }
  }

  undo = () => this.act(() => host.importUndo(this.staging));
  redo = () => this.act(() => host.importRedo(this.staging));

  /** Chooses every item that matches, or a range up to a row. */
  choose(place: number | "all"): Promise<void> {
    return this.attempt(() => (place === "all" ? this.chosen.all() : this.chosen.range(place)));
  }

  #missing(): number[] {
    const [first, end] = this.#view;
    const last = Math.floor(Math.max(first, end - 1) / BLOCK);
    const start = Math.floor(first / BLOCK);
    const blocks = Array.from({ length: last - start + 1 }, (_, step) => start + step);
    return blocks.filter((block) => !this.#blocks.has(block));
  }

  /** One question at a time: while one is open, only the newest wish is remembered. */
  async #fetch(what: "rows" | "all"): Promise<void> {
    if (this.#reading) {
      if (this.#again !== "all") this.#again = what;
      return;
    }
    this.#reading = true;
    try {
      await this.#fetchOnce(what);
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      this.#again = "no";
    }
    this.#reading = false;
    const next = this.#again;
    this.#again = "no";
    if (next === "all" || (next === "rows" && this.#missing().length > 0)) await this.#fetch(next);
  }

  async #fetchOnce(what: "rows" | "all"): Promise<void> {
    const [first, end] = this.#view;
    const missing = this.#missing();
    const start = what === "rows" ? (missing[0] ?? 0) : Math.floor(first / BLOCK);
    const last = what === "rows" ? (missing.at(-1) ?? 0) : Math.floor((end - 1) / BLOCK);
    const { query } = this;
    const count = (Math.max(start, last) - start + 1) * BLOCK;
    const page = await host.importGrid(this.staging, query, start * BLOCK, count);
    if (query !== this.query) {
      this.#again = "all";
      return;
    }
    // Rows of different revisions do not belong together.
    if (what === "all" || page.revision !== this.head?.revision) this.#blocks.clear();
    this.#put(start, page);
  }

  #put(start: number, { rows, ...head }: GridPage): void {
    for (let at = 0; at * BLOCK < rows.length || at === 0; at += 1)
      this.#blocks.set(start + at, rows.slice(at * BLOCK, (at + 1) * BLOCK));
    const far = [...this.#blocks.keys()].sort((a, b) => Math.abs(b - start) - Math.abs(a - start));
    for (const block of far.slice(0, Math.max(0, far.length - KEPT))) this.#blocks.delete(block);
    this.head = head;
    this.#arrived += 1;
  }
}
