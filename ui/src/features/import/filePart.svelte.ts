/** One file of a new import: recognised, looked into, and how it is to be read. */
import type { ChosenFile } from "#bindings/ChosenFile";
import type { Detection } from "#bindings/Detection";
import type { Failure } from "#bindings/Failure";
import type { Inspection } from "#bindings/Inspection";
import type { Recipe } from "#bindings/Recipe";
import { asFailure } from "#lib/errors.ts";
import { host, type Reading } from "#lib/host.ts";
import { sealInput } from "#lib/seal.ts";

/** The format of a spreadsheet of no known product; only this one takes a recipe. */
export const SPREADSHEET = "genericcsv";

export type Look =
  | { kind: "reading" }
  /** Nothing recognised it; the person says what it is. */
  | { kind: "unrecognised" }
  /** Protected by a password of its own, so its content shows only once staged. */
  | { kind: "protected" }
  /** Columns are given their meaning first. */
  | { kind: "spreadsheet" }
  | { kind: "inspected"; inspection: Inspection }
  | { kind: "failed"; failure: Failure };

export class FilePart {
  look = $state.raw<Look>({ kind: "reading" });
  detection = $state.raw<Detection | null>(null);
  /** Format id; empty while none is known. */
  format = $state("");
  recipe = $state.raw<Recipe | null>(null);
  /** A second file that opens this one. */
  keyFile = $state.raw<ChosenFile | null>(null);
  /** Where the password of the export is typed. */
  password = $state.raw<HTMLInputElement>();

  readonly file: ChosenFile;
  readonly ready = $derived(
    this.look.kind === "inspected" ||
      this.look.kind === "protected" ||
      (this.look.kind === "spreadsheet" && this.recipe !== null),
  );

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
    this.recipe = null;
    await this.#inspect();
  }

  async chooseKeyFile(): Promise<void> {
    try {
      const [file] = await host.importChoose();
      this.keyFile = file ?? this.keyFile;
    } catch (thrown) {
      this.look = { kind: "failed", failure: asFailure(thrown) };
    }
  }

  /** How it is to be read, with its password sealed; the field is empty afterwards. */
  async sealed(): Promise<Reading> {
    const reading = this.#reading();
    if (this.look.kind === "protected" && this.password)
      reading.sealedPassword = await sealInput(await host.sessionDoor(), this.password);
    return reading;
  }

  async #inspect(): Promise<void> {
    if (this.format === "") {
      this.look = { kind: "unrecognised" };
      return;
    }
    if (this.format === SPREADSHEET) {
      this.look = { kind: "spreadsheet" };
      return;
    }
    if (this.detection?.needsPassword === true && this.format === this.detection.format) {
      this.look = { kind: "protected" };
      return;
    }
    this.look = { kind: "reading" };
    const { format } = this;
    try {
      const inspection = await host.importInspect(this.#reading());
      if (format === this.format) this.look = { kind: "inspected", inspection };
    } catch (thrown) {
      if (format === this.format) this.look = { kind: "failed", failure: asFailure(thrown) };
    }
  }

  #reading(): Reading {
    return {
      fileId: this.file.fileId,
      format: this.format,
      ...(this.keyFile && { keyFileId: this.keyFile.fileId }),
      ...(this.recipe && { recipe: this.recipe }),
    };
  }
}
