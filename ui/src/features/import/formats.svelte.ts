/** The formats this version reads; asked for once. */
import type { FormatInfo } from "#bindings/FormatInfo";
import { host } from "#lib/host.ts";

class Formats {
  list = $state.raw<FormatInfo[]>([]);

  async read(): Promise<void> {
    if (this.list.length > 0) return;
    try {
      this.list = (await host.importFormats()).toSorted((a, b) => a.rank - b.rank);
    } catch {
      // Names fall back to ids; the file itself will say what is wrong.
    }
  }

  /** What people call a format. */
  name(id: string): string {
    return this.list.find((format) => format.id === id)?.name ?? id;
  }
}

export const formats = new Formats();
