/** The masked items of one import: read page by page, narrowed, kept or skipped. */
import type { Failure } from "#bindings/Failure";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { StagedImport } from "#bindings/StagedImport";
import { asFailure } from "#lib/errors.ts";
import { fold, matches } from "#lib/format.ts";
import { host } from "#lib/host.ts";

/** Items asked for at once: a page of this size is read and drawn within one frame or two. */
const PAGE = 2_000;

export type ItemFilter = "all" | "flagged" | "skipped";

const searched = (item: MaskedItem): string =>
  fold([item.name, item.username, item.host, ...item.folders].join(" "));

export class Items {
  all = $state.raw<MaskedItem[]>([]);
  complete = $state(false);
  failure = $state.raw<Failure | null>(null);
  query = $state("");
  filter = $state<ItemFilter>("all");
  /** Only these, when one looks at the items of one finding. */
  only = $state.raw<{ title: string; items: ReadonlySet<number> } | null>(null);

  readonly #staging: string;
  #folded = new Map<number, string>();

  readonly shown = $derived.by(() => {
    const { filter, only } = this;
    const query = this.query.trim();
    return this.all.filter(
      (item) =>
        (filter === "all" || (filter === "skipped" ? item.skipped : item.findings > 0)) &&
        (only === null || only.items.has(item.item)) &&
        (query === "" || matches(this.#foldedOf(item), query)),
    );
  });

  constructor(staging: string) {
    this.#staging = staging;
  }

  /** Reads all pages; the first ones are there while later ones come. */
  async read(): Promise<void> {
    try {
      for (;;) {
        const page = await host.importItems(this.#staging, this.all.length, PAGE);
        this.all = [...this.all, ...page];
        if (page.length < PAGE) break;
      }
      this.complete = true;
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Leaves items out, or takes them back in. */
  async skip(items: number[], skipped: boolean): Promise<StagedImport | null> {
    try {
      const staged = await host.importSkip(this.#staging, items, skipped);
      const changed = new Set(items);
      this.all = this.all.map((item) => (changed.has(item.item) ? { ...item, skipped } : item));
      this.failure = null;
      return staged;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return null;
    }
  }

  showOnly(title: string, items: readonly number[]): void {
    this.query = "";
    this.filter = "all";
    this.only = { title, items: new Set(items) };
  }

  showAll = (): void => {
    this.query = "";
    this.filter = "all";
    this.only = null;
  };

  #foldedOf(item: MaskedItem): string {
    const known = this.#folded.get(item.item);
    if (known !== undefined) return known;
    const folded = searched(item);
    this.#folded.set(item.item, folded);
    return folded;
  }
}
