/** What is there twice in one import, read group by group, and what to do about it. */
import type { DuplicateKind } from "#bindings/DuplicateKind";
import type { DuplicateReport } from "#bindings/DuplicateReport";
import type { DuplicateRule } from "#bindings/DuplicateRule";
import type { Failure } from "#bindings/Failure";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";
import { onRooms } from "#lib/live.svelte.ts";

export type DuplicateView = "all" | DuplicateKind | "elsewhere";

/** Groups read at first, and more with each wish for more. */
const PAGE = 40;

export class Duplicates {
  view = $state<DuplicateView>("all");
  report = $state.raw<DuplicateReport | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Why the last rule was not carried out. */
  refused = $state.raw<Failure | null>(null);
  busy = $state(false);
  #turn = 0;
  readonly #staging: string;

  constructor(staging: string) {
    this.#staging = staging;
  }

  /** Reads now and whenever imports change; the answer stops it (return it from `onMount`). */
  follow = (): (() => void) => {
    void this.read();
    return onRooms(["import"], () => {
      if (!this.busy) void this.read();
    });
  };

  read = (): Promise<void> => this.#ask(0, Math.max(PAGE, this.report?.groups.length ?? 0));

  show(view: DuplicateView): void {
    this.view = view;
    void this.#ask(0, PAGE);
  }

  /** Further groups of the same comparison; made anew when something changed meanwhile. */
  more = (): Promise<void> => this.#ask(this.report?.groups.length ?? 0, PAGE * 5);

  async #ask(from: number, count: number): Promise<void> {
    const turn = ++this.#turn;
    const { view, report: last } = this;
    const kind = view === "exact" || view === "near" ? view : null;
    const query = { kind, elsewhere: view === "elsewhere" };
    try {
      const report = await host.importDuplicates(this.#staging, query, from, count);
      if (turn !== this.#turn) return;
      this.failure = null;
      if (from > 0 && last?.revision !== report.revision) return await this.#ask(0, from + count);
      const before = from > 0 ? (last?.groups ?? []) : [];
      this.report = { ...report, groups: [...before, ...report.groups] };
    } catch (thrown) {
      if (turn === this.#turn) this.failure = asFailure(thrown);
    }
  }

  /** Settles some groups, or all of a kind. */
  async resolve(groups: number[] | null, kind: DuplicateKind, rule: DuplicateRule): Promise<void> {
    if (this.busy || this.report === null) return;
    this.busy = true;
    const { revision } = this.report;
    try {
      await host.importResolveDuplicates(this.#staging, groups, kind, rule, revision);
      this.refused = null;
    } catch (thrown) {
      this.refused = asFailure(thrown);
    }
    await this.read();
    this.busy = false;
  }
}
