/** Chosen files on their way to being staged: recognised, looked into, given one client. */
import type { ChosenFile } from "#bindings/ChosenFile";
import type { Failure } from "#bindings/Failure";
import type { Placement } from "#bindings/Placement";
import type { StagedImport } from "#bindings/StagedImport";
import { asFailure } from "#lib/errors.ts";
import { host, type Reading } from "#lib/host.ts";

import { FilePart } from "./filePart.svelte.ts";

/** Folders become collections unless the person decides otherwise: that is what they mostly mean. */
const FIRST_PLACEMENT: Placement = {
  collections: [],
  foldersToCollections: true,
  access: [],
  separator: null,
  flatten: "whole",
  prefix: "",
  parents: false,
  rules: [],
};

export class NewImport {
  parts = $state.raw<FilePart[]>([]);
  /** Items read so far while staging; null otherwise. */
  staging = $state<number | null>(null);
  stopping = $state(false);
  failure = $state.raw<Failure | null>(null);

  readonly ready = $derived(this.parts.length > 0 && this.parts.every((part) => part.ready));

  /** Also those taken out again, so that they stay out. */
  readonly #taken = new Set<string>();

  /** Takes files in, each once, and looks into them. */
  add(files: readonly ChosenFile[]): void {
    const fresh = files
      .filter((file) => !this.#taken.has(file.fileId))
      .map((file) => new FilePart(file));
    if (fresh.length === 0) return;
    for (const { file } of fresh) this.#taken.add(file.fileId);
    this.parts = [...this.parts, ...fresh];
    for (const part of fresh) void part.detect();
  }

  remove(gone: FilePart): void {
    this.parts = this.parts.filter((part) => part !== gone);
  }

  /** More files, by the system's own dialog. */
  async choose(): Promise<void> {
    this.failure = null;
    try {
      this.add(await host.importChoose());
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Seals the items for `client` on this machine; empties the password fields there are. */
  async stage(client: string): Promise<StagedImport | null> {
    this.failure = null;
    this.staging = 0;
    this.stopping = false;
    try {
      const readings: Reading[] = [];
      for (const part of this.parts) readings.push(await part.sealed());
      return await host.importStage(readings, client, FIRST_PLACEMENT, (read) => {
        if (this.staging !== null) this.staging = read;
      });
    } catch (thrown) {
      this.failure = this.stopping ? null : asFailure(thrown);
      return null;
    } finally {
      this.staging = null;
    }
  }

  /** Nothing is kept of an import whose staging was stopped. */
  async stop(): Promise<void> {
    this.stopping = true;
    await host.importStageCancel().catch(() => undefined);
  }
}
