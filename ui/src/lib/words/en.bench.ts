/** Words of the bench: the grid, one item, what is there twice, how healthy it is. */
import type { BenchActionKind } from "#bindings/BenchActionKind";
import type { DuplicateRule } from "#bindings/DuplicateRule";
import type { Fix } from "#bindings/Fix";

import { values } from "./en.values.ts";
import type { Terms } from "./terms.ts";

const items = (n: string) => (n === "1" ? "1 item" : `${n} items`);

/** What a button of a fix says. */
const fixes: Record<Fix, string> = {
  splitNotes: "Split the notes",
  moveToNotes: "Move the value into the notes",
  nameFromHost: "Name after the address",
  addScheme: "Put https:// in front",
  uriToField: "Make it a custom field",
  totpToField: "Make it a hidden field",
  toNote: "Make it a secure note",
  skip: "Skip",
};

const fixTexts: Record<Fix, string> = {
  splitNotes:
    "What does not fit goes into further secure notes beside the item, numbered in order. Nothing is cut off.",
  moveToNotes: "The value of the custom field goes to the end of the notes.",
  nameFromHost: "The item is called as its address, or as its user name where it has none.",
  addScheme: "https:// is put in front, so that browsers recognise the site.",
  uriToField: "What is not an address is kept as a custom field.",
  totpToField: "What is not an authenticator key is kept as a hidden custom field.",
  toNote: "The item becomes a secure note; its values become custom fields.",
  skip: "The items are left out. They stay here until you send the rest.",
};

const done: Record<BenchActionKind, (n: string) => string> = {
  skip: (n) => `skip ${items(n)}`,
  keep: (n) => `keep ${items(n)}`,
  edit: (n) => (n === "1" ? "one edit" : `edit ${items(n)}`),
  fix: (n) => `fix ${items(n)}`,
  move: (n) => `move ${items(n)}`,
  merge: (n) => `merge ${items(n)}`,
};

export const bench = (w: Terms) => ({
  views: { label: "What to look at", items: "Items", duplicates: "Duplicates", health: "Health" },
  filters: {
    kind: "Kind",
    allKinds: "All kinds",
    folder: "Folder",
    allFolders: "All folders",
    noFolder: "In no folder",
    file: "File",
    allFiles: "All files",
    option: (name: string, n: string) => `${name} (${n})`,
    finding: (title: string) => `Only: ${title}`,
    clear: "Show all",
  },
  undo: (what: string) => `Undo: ${what}`,
  redo: (what: string) => `Redo: ${what}`,
  undoPlain: "Undo",
  nothingToUndo: "Nothing to undo",
  nothingToRedo: "Nothing to redo",
  step: (kind: BenchActionKind, n: string) => done[kind](n),
  selected: (n: string) => `${n} selected`,
  select: (name: string) => `Select ${name}`,
  selectAll: (n: string) => (n === "1" ? "Select the one shown" : `Select all ${n} shown`),
  clear: "Clear the selection",
  skip: "Skip",
  keep: "Keep",
  move: "Move…",
  fix: "Fix…",
  fixes,
  fixTexts,
  fixAll: (fix: string, n: string) => (n === "1" ? fix : `${fix} · all ${n}`),
  skipped: "Skipped",
  moving: {
    title: (n: string) => `Move ${items(n)} to`,
    placeholder: "Folder, such as IT/Network",
    none: "No folder by that name",
    make: (name: string) => `New folder “${name}”`,
    out: "Out of all folders",
    keepOthers: "Leave them in their other folders, too",
    hint: `A folder becomes a ${w.collection} in the next step.`,
  },
  keys: "Space selects, Shift for a range, Enter opens, S skips, K keeps",
  whatToKnow: (n: string) => `What to know · ${n}`,
  panel: {
    label: "The item in detail",
    close: "Close the item (Esc)",
    previous: "Item before",
    next: "Item after",
    failed: "The item could not be read",
    row: (n: string) => `row ${n}`,
    inFolders: "Folders",
    noFolder: "In no folder",
    reveal: (what: string) => `Show: ${what}`,
    hide: (what: string) => `Hide: ${what}`,
    hidesIn: (seconds: string) => `hides in ${seconds} s`,
    edit: (what: string) => `Edit: ${what}`,
    save: "Save",
    cancel: "Cancel",
    empty: "Empty",
    showEmpty: (n: string) => `Fill in another value (${n} empty)`,
    hidden: "Hidden",
    newValue: "New value; empty removes it",
    length: (n: string, most: string) => `${n} of ${most} bytes`,
    tooLong: (n: string) => `${n} bytes too long`,
    findings: "What to know",
    fixed: "Sending has started, so nothing can be changed.",
    values,
    field: (name: string) => `Custom field “${name}”`,
  },
  readFailed: "The items could not be read",
  refused: "That was not done",
});

export const duplicates = (w: Terms) => ({
  label: "What is there twice",
  reading: "Comparing…",
  failed: "Duplicates could not be compared",
  none: "Nothing is there twice",
  noneText: `No two items of this import are alike, and none of them was uploaded to this ${w.client} before from this machine.`,
  noneKind: "Nothing of this kind.",
  kinds: {
    label: "Which duplicates",
    all: "All",
    exact: "Exactly alike",
    near: "Nearly alike",
    elsewhere: "In other imports",
  },
  exact: "Exactly alike",
  near: "Same account, other values",
  exactText: "Every value is the same.",
  differs: (what: string) => `Differs in: ${what}`,
  members: (n: string) => `${n} items`,
  superfluous: (n: string) =>
    n === "1" ? "1 item is superfluous." : `${n} items are superfluous.`,
  earlier: (n: string) =>
    `${n === "1" ? "1 item was" : `${n} items were`} uploaded to this ${w.client} before, as far as this machine knows.`,
  summary: (exact: string, near: string) =>
    `${exact} ${exact === "1" ? "group" : "groups"} exactly alike, ${near} nearly.`,
  uploaded: (day: string) => `uploaded ${day}`,
  otherImport: "in another import",
  row: (n: string) => `row ${n}`,
  skipped: "skipped",
  rules: {
    keep: "Keep all",
    skipLater: "Keep the first",
    keepFullest: "Keep the fullest",
    merge: "Merge",
  } satisfies Record<DuplicateRule, string>,
  ruleTexts: {
    keep: "All of them are sent.",
    skipLater: "The first is sent, the others are skipped; none, where one was uploaded before.",
    keepFullest: "The one with most values is sent, the others are skipped.",
    merge:
      "One item gets the values of all: addresses and folders together, other passwords into its history, other values into fields and notes. The others are skipped.",
  } satisfies Record<DuplicateRule, string>,
  allExact: (n: string) => `For all ${n} exact groups`,
  allNear: (n: string) => `For all ${n} near groups`,
  open: "Open",
  more: (n: string) => `Show ${n} more groups`,
  stale: "Something changed meanwhile, so this list was read again. Choose once more.",
});

export const health = (w: Terms) => ({
  label: "How healthy it is",
  intro: "Weak, reused and exposed passwords, found before they reach the new vault.",
  run: "Check now",
  again: "Check again",
  stop: "Stop",
  running: (done: string, total: string) => `${done} of ${total}`,
  starting: "Starting…",
  stopped: "The check was stopped. Nothing was changed.",
  failed: "The check could not be finished",
  stale: "Items changed since this check.",
  checked: (age: string) => (age === "now" ? "Checked just now" : `Checked ${age} ago`),
  exposed: {
    label: "Passwords known from breaches",
    off: "Do not ask",
    online: "Ask Have I Been Pwned",
    list: "Use a downloaded list",
    offText: "Nothing leaves this machine.",
    onlineText:
      "For each distinct password, the first 5 of the 40 characters of its SHA-1 hash go to api.pwnedpasswords.com, which answers with about a thousand known hashes to compare here; it learns this machine’s address and those 5 characters, never the password.",
    listText: "Compared on this machine with a list of hashes that you downloaded.",
    choose: "Choose the list…",
    chosen: (name: string) => `List: ${name}`,
    needList: "Choose the list first.",
  },
  numbers: {
    exposed: "Exposed",
    weak: "Weak",
    reused: "Reused",
    plainHttp: "Without encryption",
    missingTwoStep: "Two-step login unused",
  },
  notAsked: "Not asked",
  incomplete: "Some passwords could not be asked about, so there may be more.",
  scores: "Strength of the passwords",
  scoreNames: ["Very weak", "Weak", "Fair", "Good", "Strong"],
  of: (n: string, of: string) => `${n} of ${of} logins have something to mend`,
  allFine: "Nothing to mend",
  allFineText: "Every password is strong enough and used once.",
  noPasswords: "No passwords to check",
  noPasswordsText: "None of the items that will be sent is a login with a password.",
  worst: "Worst first",
  columns: { name: "Name", username: "User name", score: "Strength", why: "What to mend" },
  reusedTimes: (n: string) => `used ${n} times`,
  exposedTimes: (n: string) =>
    n === "1" ? "seen once in breaches" : `seen ${n} times in breaches`,
  http: "http address",
  twoStep: "two-step login unused",
  shownWorst: (n: string, of: string) =>
    `The worst ${n} of ${of}. All are in the grid, by finding.`,
  tag: {
    title: `Put them into a ${w.collection} of their own`,
    text: `So that the ${w.client} sees what to change first.`,
    placeholder: `Name of a ${w.collection}`,
    name: "To change",
    do: "Put in",
    done: (name: string) => `Done. They will also be in “${name}”.`,
    needsPick: "Tick at least one kind.",
  },
  save: {
    title: `Report for the ${w.client}`,
    text: "Names and counts only: no password, no user name in clear.",
    html: "Page to print",
    csv: "CSV",
    json: "JSON",
    saved: "Saved.",
  },
});
