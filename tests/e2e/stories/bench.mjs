// A file with doubles and weak passwords: searched, skipped and taken back, cleaned, checked, sent.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";

import { until } from "../wait.mjs";
import { openWindow } from "../window.mjs";
import { makeFolder, startSandbox, writeLastPass } from "../world.mjs";
import { contents, emptyClient } from "./main-job.mjs";

const ITEMS = 40;
const DOUBLES = 5;

export async function bench() {
  const sandbox = await startSandbox();
  const { folder, remove } = makeFolder();
  const [admin] = sandbox.accounts;
  const file = writeLastPass(folder, { rows: ITEMS, marker: "hunter2" });
  const lines = readFileSync(file, "utf8").split("\n").slice(1, 1 + DOUBLES);
  appendFileSync(file, `${lines.join("\n")}\n`);
  const window = await openWindow({ data: `${folder}/data`, server: sandbox.url, files: [file] });
  const { screen, picture } = window;
  try {
    await screen.signIn(admin);
    const client = await emptyClient(sandbox);
    await screen.lookIntoWaitingFile();
    await screen.stageFor(client.name);

    await screen.searchItems("host 39", 1);
    await screen.skipShown();
    assert.match(await screen.undo(), /skip 1 item/, "undo says what it takes back");
    await screen.showAllItems(ITEMS + DOUBLES);
    await picture("bench-items");

    await screen.lookAt("Duplicates");
    await until("the doubles are told", async () => (await screen.words()).includes(`${DOUBLES} items are superfluous`));
    await picture("bench-duplicates");
    await screen.keepTheFirst();
    await until("none is superfluous", async () => !(await screen.words()).includes("superfluous"));

    await screen.lookAt("Health");
    const health = await screen.checkHealth();
    assert.match(health, /Weak/);
    await picture("bench-health");

    await screen.place("From LastPass");
    await picture("bench-place");
    await screen.toSend();
    const receipt = await screen.send();
    assert.match(receipt, new RegExp(`${ITEMS} items are on the server`), "each of the doubles once");
    await picture("bench-receipt");
    const { items, duplicates } = await contents(sandbox, client.id);
    assert.deepEqual({ items, duplicates }, { items: ITEMS, duplicates: 0 });
  } finally {
    await window.close();
    await sandbox.stop();
    remove();
  }
}
