/** The one secret in view. It hides by itself, when one leaves, and when the window is out of sight. */

/** How long a secret stays in view. */
export const SHOWN_SECONDS = 30;

export class Revealed {
  /** Path of the value in view, or null. */
  path = $state<string | null>(null);
  text = $state("");
  /** Seconds until it hides. */
  left = $state(0);
  #timer: ReturnType<typeof setInterval> | undefined;
  #turn = 0;

  /** Asks for a value and shows it; the one shown before hides at once. */
  async show(path: string, ask: () => Promise<string>): Promise<void> {
    this.hide();
    const turn = this.#turn;
    const text = await ask();
    // One may have gone elsewhere while the answer was on its way.
    if (turn !== this.#turn) return;
    this.path = path;
    this.text = text;
    this.left = SHOWN_SECONDS;
    this.#timer = setInterval(() => {
      this.left -= 1;
      if (this.left <= 0) this.hide();
    }, 1_000);
  }

  hide = (): void => {
    this.#turn += 1;
    clearInterval(this.#timer);
    this.path = null;
    this.text = "";
    this.left = 0;
  };

  /** Hides when the window goes out of sight and when whoever shows it goes (return it from `onMount`). */
  start = (): (() => void) => {
    const away = () => {
      if (document.visibilityState === "hidden") this.hide();
    };
    document.addEventListener("visibilitychange", away);
    return () => {
      document.removeEventListener("visibilitychange", away);
      this.hide();
    };
  };
}
