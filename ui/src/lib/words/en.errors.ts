/** What each failure says: what happened, what is safe, what to do. */
import type { Code } from "#bindings/Code";

import type { Terms } from "./terms.ts";

export const errors = (w: Terms): Record<Code, { title: string; text: string }> => ({
  signedOut: { title: "Signed out", text: "Sign in to go on." },
  locked: { title: "Locked", text: "Unlock to go on. Staged imports are safe." },
  wrongPassword: {
    title: "That password does not fit",
    text: "Check the e-mail, the server and the keyboard layout, then try again.",
  },
  wrongCode: {
    title: "That code did not work",
    text: "Codes are short-lived. Ask for a new one, or wait for the next.",
  },
  moreNeeded: {
    title: "One more step to sign in",
    text: "The server asks for something besides the password.",
  },
  signInUnsupported: {
    title: "This account needs another way to sign in",
    text: "Nothing was changed.",
  },
  notPermitted: {
    title: "Your role does not allow this",
    text: "Nothing was changed. A provider admin can do it, or can change your role.",
  },
  notFound: {
    title: "It is no longer there",
    text: "It may have been removed elsewhere. Refresh to see what is there now.",
  },
  offline: {
    title: "The server cannot be reached",
    text: `What was read before is still here. Check the connection, then try again.`,
  },
  slowDown: {
    title: "The server asks to slow down",
    text: "Nothing is lost. Wait a minute, then try again.",
  },
  serverTrouble: {
    title: "The server has trouble",
    text: "Nothing is lost on this machine. Try again in a few minutes.",
  },
  inputRefused: { title: "This cannot be used as it is", text: "" },
  outcomeUnknown: {
    title: "It is not known yet whether the last step arrived",
    text: "Nothing is lost. Continue: Wardroom looks at the server first and sends nothing twice.",
  },
  cacheTooNew: {
    title: "A newer Wardroom has written this machine’s data",
    text: `It was left untouched. Update Wardroom, or sign out to start with an empty ${w.client} list.`,
  },
  cacheLocked: {
    title: "This machine’s data cannot be opened",
    text: "Its key is not in the system keyring. Unlock the keyring and try again, or sign out and in.",
  },
  cacheDamaged: {
    title: "This machine’s data is damaged",
    text: "Nothing on the server is affected. Sign out and in again; staged imports in it are lost.",
  },
  unexpected: {
    title: "Something went wrong",
    text: "Nothing was sent that is not shown here. Try again; if it stays, please report it.",
  },
});
