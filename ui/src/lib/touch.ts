/** Tells the Rust side that somebody is here, for the time-out: at most once in ten seconds. */
import { host } from "./host.ts";

export const TOUCH_EVERY_MS = 10_000;

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Listens until the answer is called. The clock is passed in for tests. */
export function reportActivity(now: () => number = Date.now): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const touched = () => {
    if (now() - last < TOUCH_EVERY_MS) return;
    last = now();
    // A report that did not arrive only means an earlier lock.
    host.sessionTouched().catch(() => undefined);
  };
  for (const sign of SIGNS) addEventListener(sign, touched, { passive: true, capture: true });
  return () => {
    for (const sign of SIGNS) removeEventListener(sign, touched, { capture: true });
  };
}
