import { emit } from "@tauri-apps/api/event";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { expect, test } from "vitest";

import { followChanges, Live, onRooms } from "../src/lib/live.svelte.ts";

test("an older answer never overwrites a newer one", async () => {
  const answers: ((value: string) => void)[] = [];
  const live = new Live<string>([], () => new Promise((resolve) => answers.push(resolve)));
  const [first, second] = [live.read(), live.read()];
  answers[1]?.("new");
  await second;
  answers[0]?.("old");
  await first;
  expect(live.value).toBe("new");
});

test("what is known stays in view when it cannot be read again", async () => {
  let broken = false;
  const live = new Live<number>([], () =>
    broken ? Promise.reject({ code: "offline", message: "", hint: null }) : Promise.resolve(40),
  );
  await live.read();
  broken = true;
  await live.read();
  expect(live.reading).toMatchObject({ kind: "failed", failure: { code: "offline" } });
  expect(live.value, "the list does not vanish with the network").toBe(40);
});

test("the answer of a write is shown at once and outlives a reading under way", async () => {
  let answer: (value: string) => void = () => undefined;
  const live = new Live<string>([], () => new Promise((resolve) => (answer = resolve)));
  const reading = live.read();
  live.set("written");
  answer("stale");
  await reading;
  expect(live.value).toBe("written");
});

test("a change is heard once by who shows its rooms, and not by who has left", async () => {
  mockIPC(() => null, { shouldMockEvents: true });
  const heard: string[] = [];
  const stopFollowing = await followChanges();
  const leave = onRooms(["clients"], () => heard.push("left"));
  const stay = onRooms(["clients", "import"], () => heard.push("stays"));
  onRooms(["session"], () => heard.push("other room"));
  leave();
  await emit("changed", ["clients", "import"]);
  expect(heard).toEqual(["stays"]);
  stay();
  stopFollowing();
  clearMocks();
});
