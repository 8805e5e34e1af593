/** How a made-up command fails, and how it takes its time. */
import type { Code } from "#bindings/Code";

export function fail(code: Code, message: string): never {
  // The host throws plain objects, not errors.

  throw { code, message, hint: null };
}

export const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
