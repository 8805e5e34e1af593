/** Which items the person has chosen for an action. They stay chosen while one searches for more. */
import type { Selection } from "#bindings/Selection";

export class Chosen {
  #items = $state.raw<ReadonlySet<number>>(new Set());
  #anchor = -1;
  readonly #order: () => Promise<number[]>;
  readonly #itemAt: (place: number) => number | undefined;

  /** `order` answers all items that match, in the order shown; `itemAt` those already here. */
  constructor(order: () => Promise<number[]>, itemAt: (place: number) => number | undefined) {
    this.#order = order;
    this.#itemAt = itemAt;
  }

  get size(): number {
    return this.#items.size;
  }

  has(item: number): boolean {
    return this.#items.has(item);
  }

  /** As the program wants it. */
  get selection(): Selection {
    return { items: [...this.#items] };
  }

  /** A range will start here. */
  anchorAt(place: number): void {
    this.#anchor = place;
  }

  clear = (): void => {
    this.#items = new Set();
    this.#anchor = -1;
  };

  toggle(place: number): void {
    const item = this.#itemAt(place);
    if (item === undefined) return;
    const next = new Set(this.#items);
    if (!next.delete(item)) next.add(item);
    this.#items = next;
    this.#anchor = place;
  }

  /** Everything from where the last choice was made to here, whether its rows are here or not. */
  async range(place: number): Promise<void> {
    const from = this.#anchor < 0 ? place : this.#anchor;
    this.#anchor = from;
    const [first, last] = [Math.min(from, place), Math.max(from, place)];
    const here = Array.from({ length: last - first + 1 }, (_, step) => this.#itemAt(first + step));
    const known = here.filter((item) => item !== undefined);
    const items =
      known.length === here.length ? known : (await this.#order()).slice(first, last + 1);
    this.#items = new Set([...this.#items, ...items]);
  }

  /** Everything that matches. */
  async all(): Promise<void> {
    this.#items = new Set([...this.#items, ...(await this.#order())]);
  }
}
