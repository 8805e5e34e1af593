/** The time-out as a list of choices, as Bitwarden's own apps have them. Pure. */
import type { LockAfter } from "#bindings/LockAfter";
import type { TimeoutPolicy } from "#bindings/TimeoutPolicy";
import { t } from "#lib/words/index.svelte.ts";

export const MINUTES = [1, 5, 15, 30, 60, 240] as const;

/** A longer time is as good as never; a week is what the field takes at most. */
export const LONGEST_MINUTES = 7 * 24 * 60;

/** A length of time in words: "4 hours", "1 hour 30 minutes". */
export function timeWords(minutes: number): string {
  const words = t.security.times;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return words.minutes(minutes);
  return rest === 0 ? words.hours(hours) : words.both(words.hours(hours), words.minutes(rest));
}

/** What a select calls a choice. */
export function choiceOf(after: LockAfter): string {
  if (after.kind !== "minutes") return after.kind;
  return MINUTES.some((minutes) => minutes === after.minutes) ? `${after.minutes}` : "custom";
}

/** What a choice of the select stands for; null for "custom", which needs a number first. */
export function afterOf(choice: string): LockAfter | null {
  if (choice === "restart" || choice === "never") return { kind: choice };
  return choice === "custom" ? null : { kind: "minutes", minutes: Number(choice) };
}

/** Whether the organization forbids a choice. */
export function isTooLong(choice: string, policy: TimeoutPolicy | null): boolean {
  const longest = policy?.longestMinutes ?? null;
  if (longest === null || choice === "custom") return false;
  return choice === "restart" || choice === "never" || Number(choice) > longest;
}

/** Whether a time typed by hand can be used. */
export function isUsable(minutes: number, policy: TimeoutPolicy | null): boolean {
  const longest = Math.min(policy?.longestMinutes ?? LONGEST_MINUTES, LONGEST_MINUTES);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= longest;
}
