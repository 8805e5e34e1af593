/** One health check of an import: what is asked, how far it is, what it found. */
import type { ExposedSource } from "#bindings/ExposedSource";
import type { Failure } from "#bindings/Failure";
import type { HealthReport } from "#bindings/HealthReport";
import { asFailure } from "#lib/errors.ts";
import { host, type HealthProgress } from "#lib/host.ts";

/** The worst logins that are listed here; the grid has them all. */
const WORST = 200;

export type Check =
  | { kind: "none" }
  | { kind: "running"; progress: HealthProgress | null; stopping: boolean }
  | { kind: "stopped" }
  | { kind: "failed"; failure: Failure }
  | { kind: "done" };

/** Lives as long as the import is open, so that a report is not lost by looking elsewhere. */
export class Health {
  check = $state.raw<Check>({ kind: "none" });
  report = $state.raw<HealthReport | null>(null);
  /** Off until the person says otherwise, each time anew. */
  exposed = $state<ExposedSource>("off");
  /** Name of the downloaded list. */
  list = $state<string | null>(null);
  readonly staging: string;

  constructor(staging: string) {
    this.staging = staging;
  }

  /** Whether the check can start as things are. */
  readonly ready = $derived(this.exposed !== "list" || this.list !== null);

  async run(): Promise<void> {
    if (this.check.kind === "running" || !this.ready) return;
    this.check = { kind: "running", progress: null, stopping: false };
    try {
      this.report = await host.importHealth(this.staging, this.exposed, WORST, (progress) => {
        if (this.check.kind === "running") this.check = { ...this.check, progress };
      });
      this.check = { kind: "done" };
    } catch (thrown) {
      this.check = this.#wasStopping()
        ? { kind: "stopped" }
        : { kind: "failed", failure: asFailure(thrown) };
    }
  }

  #wasStopping(): boolean {
    return this.check.kind === "running" && this.check.stopping;
  }

  async stop(): Promise<void> {
    if (this.check.kind !== "running") return;
    this.check = { ...this.check, stopping: true };
    await host.importHealthCancel(this.staging).catch(() => undefined);
  }

  async chooseList(): Promise<void> {
    try {
      this.list = (await host.importChooseHashList()) ?? this.list;
    } catch (thrown) {
      this.check = { kind: "failed", failure: asFailure(thrown) };
    }
  }
}
