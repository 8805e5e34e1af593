/** Uploads that run in this window. They go on while one looks at something else. */
import { SvelteMap } from "svelte/reactivity";

import type { Failure } from "#bindings/Failure";
import type { UploadEvent } from "#bindings/UploadEvent";
import type { UploadProgress } from "#bindings/UploadProgress";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";

export type Run =
  | { kind: "running"; progress: UploadProgress | null; stopping: boolean }
  | { kind: "stopped" }
  | { kind: "failed"; failure: Failure }
  | { kind: "finished" };

class Uploads {
  readonly #runs = new SvelteMap<string, Run>();

  get(staging: string): Run | undefined {
    return this.#runs.get(staging);
  }

  isRunning(staging: string): boolean {
    return this.get(staging)?.kind === "running";
  }

  /** Starts or continues; the core looks before it sends, so this is safe at any time. */
  start(staging: string): void {
    if (this.isRunning(staging)) return;
    this.#runs.set(staging, { kind: "running", progress: null, stopping: false });
    host
      .importUpload(staging, (event) => {
        this.#hear(staging, event);
      })
      .catch((thrown: unknown) => {
        this.#end(staging, { kind: "failed", failure: asFailure(thrown) });
      });
  }

  /** Asks to stop at the next safe point; the channel says when it has. */
  stop(staging: string): void {
    const run = this.get(staging);
    if (run?.kind !== "running") return;
    this.#runs.set(staging, { ...run, stopping: true });
    host.importCancel(staging).catch((thrown: unknown) => {
      this.#end(staging, { kind: "failed", failure: asFailure(thrown) });
    });
  }

  #hear(staging: string, event: UploadEvent): void {
    const run = this.get(staging);
    if (run?.kind !== "running") return;
    if (event.kind === "progress") {
      this.#runs.set(staging, { ...run, progress: event.progress });
    } else if (event.kind === "finished") {
      this.#end(staging, { kind: "finished" });
    } else {
      this.#end(
        staging,
        run.stopping ? { kind: "stopped" } : { kind: "failed", failure: event.failure },
      );
    }
  }

  #end(staging: string, end: Run): void {
    this.#runs.set(staging, end);
  }
}

export const uploads = new Uploads();
