/** Numbers, sizes, ages and order, as people read them. Pure: the present is passed in. */

/** Shown for what is not known; never a zero. */
export const UNKNOWN = "–";

const THIN_SPACE = "\u2009";
const locale = languageTag(typeof navigator === "undefined" ? "en" : navigator.language);
const collator = new Intl.Collator(locale, { sensitivity: "base", numeric: true });
const exactly = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });

/** 12345 as "12 345"; four digits stay together; unknown is an en dash. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  const digits = Math.abs(value).toString();
  const grouped = digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return value < 0 ? `\u2212${grouped}` : grouped;
}

/** A file's size in the largest unit that keeps it above one. */
export function size(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const value = bytes / 1024 ** step;
  return `${value.toFixed(step > 0 && value < 10 ? 1 : 0)} ${units[step] ?? ""}`;
}

/** How long ago, in words short enough for a table. A clock that is behind reads as now. */
export function age(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (Number.isNaN(minutes)) return UNKNOWN;
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}

/** Numbers older than this are shown with their age; younger ones look plain. */
export const FRESH_MINUTES = 60;

export function isFresh(iso: string, now: number): boolean {
  return now - Date.parse(iso) < FRESH_MINUTES * 60_000;
}

/** The exact moment, for a tooltip. */
export const moment = (iso: string): string => exactly.format(new Date(iso));

/** The day only. */
export const date = (iso: string): string => day.format(new Date(iso));

/** The time alone when it was today, else the day and the time. */
export function since(iso: string, now: number): string {
  const then = new Date(iso);
  const today = new Date(now).toDateString() === then.toDateString();
  return today ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
}

/** Order of names as a person expects it: "Client 2" before "Client 10", "É" beside "E". */
export const byName = (left: string, right: string): number => collator.compare(left, right);

/** The time of day, of a moment that is near. */
export const timeOfDay = (iso: string): string => clock.format(new Date(iso));

/** What is left of something that runs out: minutes and seconds, or days and hours when it is long. */
export function untilWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  if (hours >= 1) return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toString().padStart(2, "0")}`;
}

/** Text as search compares it: no accents, no case. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("Ø", "o")
    .replaceAll("ł", "l")
    .replaceAll("Ł", "l")
    .toLowerCase();
}

/** Whether every word of `query` occurs in `folded`, in any order. */
export function matches(folded: string, query: string): boolean {
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

/** First letters of the first two words, for a round badge. */
export function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? "");
  return letters.join("").toLocaleUpperCase() || "?";
}

/** A system without a locale calls its language "C", which WebKit passes on and `Intl` refuses. */
function languageTag(told: string): string {
  try {
    return Intl.getCanonicalLocales(told)[0] ?? "en";
  } catch {
    return "en";
  }
}
