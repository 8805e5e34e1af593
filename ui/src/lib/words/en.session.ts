/** What the frame and the locked window say about the session. */
import type { Terms } from "./terms.ts";

export const session = (w: Terms) => ({
  unlock: {
    title: "Unlock",
    submit: "Unlock",
    busy: "Unlocking…",
    wrong: "This is not the master password of this account.",
    offline: "Unlocking works offline.",
    other: "Sign in to another account",
    pin: "PIN",
    showPin: "Show PIN",
    hidePin: "Hide PIN",
    pinMissing: "Enter your PIN.",
    pinWrong: (left: number) =>
      left === 1
        ? "This is not the PIN. One try left; after that only the master password opens."
        : `This is not the PIN. ${left} tries left.`,
    pinGone: "Too many wrong PINs. The PIN is deleted; the master password opens.",
    withPassword: "Use the master password",
    withPin: "Use the PIN",
    presence: "Use fingerprint, face or system password",
    presenceBusy: "Waiting for your system…",
    noWay: "This account has no master password. Sign in again to open it.",
    again: "Sign in again",
    accounts: "Other accounts",
  },
  problem: {
    damaged: {
      title: "Data of this account is damaged",
      text: "What this machine keeps for the account cannot be opened. Nothing on the server is affected. Sign out to remove it, then sign in again; staged imports in it are lost.",
    },
    newer: {
      title: "A newer Wardroom has written this account’s data",
      text: "It was left untouched. Update Wardroom to open it.",
    },
  },
  signOut: {
    title: "Sign out?",
    text: `This removes the ${w.client} list, the seat history and every staged import of this account from this machine. Nothing on the server changes.`,
    confirm: "Sign out",
  },
  state: {
    upToDate: (age: string) => (age === "now" ? "Up to date" : `Up to date · ${age}`),
    asOf: (when: string) => `As of ${when}`,
    offline: (when: string) => `Offline, as of ${when}`,
    offlineNever: "Offline",
    refreshing: "Refreshing…",
    refreshingOf: (done: string, total: string) => `Refreshing ${done} of ${total}`,
    slowDown: (until: string) => `Server asked to slow down until ${until}`,
    slowDownOpen: "Server asked to slow down",
    trouble: (until: string) => `Server has trouble, next try ${until}`,
    troubleOpen: "Server has trouble",
    batterySaver: "Paused on battery saver",
    ended: "Session ended",
    never: "Never refreshed",
    refresh: "Refresh",
    lastRead: (when: string) => `Last complete refresh: ${when}`,
    live: "Live: the server says when something of your account changes.",
    notLive: "Not live: changes are found at the next refresh.",
    lock: "Lock",
  },
  offlineBar: {
    title: "Working offline.",
    text: (when: string) =>
      `You see what was read as of ${when}. Files can be staged; sending needs the server.`,
    never: "Nothing has been read on this machine yet.",
  },
  endedBar: {
    title: "Your session has ended on the server.",
    text: "What was read before is still here, and staged imports are safe.",
    action: "Sign in again",
  },
  failedBar: { title: "That did not work." },
  keyringBar: {
    title: "No system keyring here.",
    text: "The key to this machine’s data is locked with your master password instead.",
  },
  accounts: {
    menu: (email: string, server: string) =>
      `Account ${email} on ${server}. Switch, add or sign out`,
    label: "Accounts",
    states: {
      unlocked: "Open",
      locked: "Locked",
      signedOut: "Signed out",
      damaged: "Damaged",
      newer: "Too new",
    },
    current: "In view",
    add: "Add account…",
    colour: "Colour of this account",
    colours: ["Blue", "Green", "Orange", "Purple", "Teal", "Red", "Olive", "Pink"] as const,
    lock: "Lock",
    lockAll: "Lock all accounts",
    signOut: "Sign out…",
  },
});
