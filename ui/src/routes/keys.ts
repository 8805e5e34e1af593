/** Keys of the whole window. */

const isMac = /mac/i.test(navigator.userAgent);

/** How the command key is written here. */
export const modifier = isMac ? "⌘" : "Ctrl ";

/** What a key press asks of the window, wherever the focus is. */
export type WindowAction =
  "palette" | "search" | "shortcuts" | "accounts" | "lock" | "lockAll" | "refresh" | "escape";

/** What the frame does by key and by palette. */
export type FrameActions = Record<"lock" | "lockAll" | "refresh" | "accounts", () => void>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type));

export function actionOf(event: KeyboardEvent): WindowAction | null {
  const command = event.metaKey || event.ctrlKey;
  const key = event.key.toLowerCase();
  if (command && !event.altKey) {
    if (key === "k") return "palette";
    if (key === "l") return event.shiftKey ? "lockAll" : "lock";
    if (event.shiftKey) return key === "a" ? "accounts" : null;
    return key === "r" ? "refresh" : null;
  }
  if (event.key === "Escape") return "escape";
  if (event.altKey || isTyping(event.target)) return null;
  if (key === "/") return "search";
  return key === "?" ? "shortcuts" : null;
}
