/** One question to the Rust side: whether it is under way, and how it failed. */
import type { Code } from "#bindings/Code";
import type { Failure } from "#bindings/Failure";

import { asFailure, present, type Shown } from "./errors.ts";

export class Asking {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #turn = 0;
  readonly #fieldCodes: readonly Code[];

  /** `fieldCodes`: failures that belong beside the field they are about. */
  constructor(fieldCodes: readonly Code[] = []) {
    this.#fieldCodes = fieldCodes;
  }

  /** Asks, unless an earlier question is still open. Answers whether it went well. */
  async ask(question: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    const turn = ++this.#turn;
    this.busy = true;
    this.failure = null;
    let failure: Failure | null = null;
    try {
      await question();
    } catch (thrown) {
      failure = asFailure(thrown);
    }
    if (turn !== this.#turn) return false;
    this.busy = false;
    this.failure = failure;
    return failure === null;
  }

  /** Nobody waits for the answer any more; another question may be asked. */
  stop(): void {
    this.#turn += 1;
    this.busy = false;
  }

  clear(): void {
    this.failure = null;
  }

  #isAtField(failure: Failure): boolean {
    return this.#fieldCodes.includes(failure.code);
  }

  /** What to say beside the field; empty when nothing is wrong there. */
  get atField(): string {
    if (this.failure === null || !this.#isAtField(this.failure)) return "";
    const shown = present(this.failure);
    return shown.showsMessage && this.failure.message !== "" ? shown.text : shown.story;
  }

  /** What to say in a place of its own. */
  get apart(): Shown | null {
    if (this.failure === null || this.#isAtField(this.failure)) return null;
    return present(this.failure);
  }
}
