/** Keys of the bench, beside those of its table. */

export type BenchKey = "undo" | "redo" | "skip" | "keep" | "move";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type));

/** What a key asks for; fields keep their own undo, and letters are for typing there. */
export function benchKey(event: KeyboardEvent): BenchKey | null {
  if (event.altKey || isTyping(event.target)) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    return key === "y" ? "redo" : null;
  }
  // A letter without a command key counts only on the rows, so that nothing is skipped by mistake.
  if (!(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "grid")
    return null;
  return ({ s: "skip", k: "keep", m: "move" } as Partial<Record<string, BenchKey>>)[key] ?? null;
}
