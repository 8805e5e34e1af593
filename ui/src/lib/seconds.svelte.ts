/** The present to the second, for what runs out while one looks at it. */

export class Seconds {
  now = $state(Date.now());

  /** Starts moving; the answer stops it (return it from `onMount`). */
  start = (): (() => void) => {
    this.now = Date.now();
    const timer = setInterval(() => {
      this.now = Date.now();
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  };

  /** Whole seconds until a moment, never below zero. */
  until(moment: number): number {
    return Math.max(0, Math.ceil((moment - this.now) / 1_000));
  }
}
