/** A chosen file on its way to being staged: recognised, looked into, given a client. */
import type { ChosenFile } from "#bindings/ChosenFile";
import type { Detection } from "#bindings/Detection";
import type { Failure } from "#bindings/Failure";
import type { Inspection } from "#bindings/Inspection";
import type { Placement } from "#bindings/Placement";
import type { StagedImport } from "#bindings/StagedImport";
import { asFailure } from "#lib/errors.ts";
import { host, type Reading } from "#lib/host.ts";
import { sealInput } from "#lib/seal.ts";

export type Look =
  | { kind: "reading" }
  /** Nothing recognised it; the person says what it is. */
  | { kind: "unrecognised" }
  /** Protected by a password of its own, so its content shows only once staged. */
  | { kind: "protected" }
  | { kind: "inspected"; inspection: Inspection }
  | { kind: "failed"; failure: Failure };

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
  look = $state.raw<Look>({ kind: "reading" });
  detection = $state.raw<Detection | null>(null);
  /** Format id; empty while none is known. */
  format = $state("");
  /** Items read so far while staging; null otherwise. */
  staging = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);

  readonly file: ChosenFile;

  constructor(file: ChosenFile) {
    this.file = file;
  }

  /** Recognises the file by its content and looks into it. */
  async detect(): Promise<void> {
    try {
      this.detection = await host.importDetect(this.file.fileId);
      this.format = this.detection.format ?? "";
      await this.#inspect();
    } catch (thrown) {
      this.look = { kind: "failed", failure: asFailure(thrown) };
    }
  }

  /** Takes the person's word for the format. */
  async choose(format: string): Promise<void> {
    this.format = format;
    await this.#inspect();
  }

  async #inspect(): Promise<void> {
    this.failure = null;
    if (this.format === "") {
      this.look = { kind: "unrecognised" };
      return;
    }
    if (this.detection?.needsPassword === true && this.format === this.detection.format) {
      this.look = { kind: "protected" };
      return;
    }
    this.look = { kind: "reading" };
    try {
      this.look = { kind: "inspected", inspection: await host.importInspect(this.#reading()) };
    } catch (thrown) {
      this.look = { kind: "failed", failure: asFailure(thrown) };
    }
  }

  /** Seals the items for `client` on this machine; empties `password` when there is one. */
  async stage(
    client: string,
    password: HTMLInputElement | undefined,
  ): Promise<StagedImport | null> {
    this.failure = null;
    this.staging = 0;
    try {
      const reading = this.#reading();
      if (password !== undefined) {
        reading.sealedPassword = await sealInput(await host.sessionDoor(), password);
      }
      return await host.importStage([reading], client, FIRST_PLACEMENT, (read) => {
        if (this.staging !== null) this.staging = read;
      });
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return null;
    } finally {
      this.staging = null;
    }
  }

  #reading(): Reading {
    return { fileId: this.file.fileId, format: this.format };
  }
}
