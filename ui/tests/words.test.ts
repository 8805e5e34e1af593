import { afterEach, expect, test } from "vitest";

import { preferences } from "../src/lib/preferences.svelte.ts";
import { t } from "../src/lib/words/index.svelte.ts";

afterEach(() => {
  preferences.set({ clientTerm: "clients", collectionTerm: "collections" });
});

test("clients and collections are called as the house calls them, everywhere at once", () => {
  preferences.set({ clientTerm: "businessUnits", collectionTerm: "sharedFolders" });
  expect(t.clients.title).toBe("Business units");
  expect(t.app.rooms.clients).toBe("Business units");
  expect(t.place.folders).toBe("Make a shared folder of each folder");
});

test("people who learned Add new organization find those words", () => {
  expect(t.clients.empty.text).toContain("Add new organization");
});
