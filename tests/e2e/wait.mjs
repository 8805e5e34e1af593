// Waiting for conditions; nothing here waits for time alone.
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** How long anything may take before the story fails. Builds of others may be running beside it. */
const PATIENCE_MS = 60_000;

/** Asks again until the answer is truthy; a refused question counts as "not yet". */
export async function until(what, ask, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (let last; ; await pause(50)) {
    const answer = await Promise.resolve().then(ask).catch((error) => void (last = error));
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`, { cause: last });
  }
}

/** A port nobody listens on at the moment. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
