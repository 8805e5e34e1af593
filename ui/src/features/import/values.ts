/** Values of an item as people call them. */
import type { DetailValue } from "#bindings/DetailValue";
import { t } from "#lib/words/index.svelte.ts";

/** What a value is called; the path itself where nobody has a word for it. */
export function valueName(path: string, label: string | null): string {
  if (label !== null && label !== "" && !path.endsWith(".name")) return label;
  const words = t.bench.panel.values;
  const plain = path.replace(/\[\d+\]/g, "[#]");
  const place = /\[(\d+)\]/.exec(path)?.[1];
  const name = words[plain] ?? path;
  return place === undefined || place === "0" ? name : `${name} ${Number(place) + 1}`;
}

/** From here on, the length of a value is worth a word. */
const NEARLY = 0.6;

export type Fit = "fine" | "nearly" | "over";

export function fitOf({ bytes, most }: Pick<DetailValue, "bytes" | "most">): Fit {
  if (most === 0 || bytes <= most * NEARLY) return "fine";
  return bytes > most ? "over" : "nearly";
}

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
