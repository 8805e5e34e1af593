/** The present, as far as ages on screen need it: it moves twice a minute. */

class Clock {
  now = $state(Date.now());

  /** Starts moving; the answer stops it. */
  start = (): (() => void) => {
    const timer = setInterval(() => {
      this.now = Date.now();
    }, 30_000);
    return () => {
      clearInterval(timer);
    };
  };

  /** To be called after something was read, so that it is not younger than the present. */
  tick(): void {
    this.now = Date.now();
  }
}

export const clock = new Clock();
