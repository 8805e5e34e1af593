// Ten thousand clients: the list draws what is in view, keeps up with scrolling and narrows as one types.
import assert from "node:assert/strict";

import { until } from "../wait.mjs";
import { openWindow } from "../window.mjs";
import { makeFolder, startSandbox } from "../world.mjs";

const CLIENTS = 10_000;

export async function crowd() {
  const sandbox = await startSandbox("--clients", String(CLIENTS));
  const { folder, remove } = makeFolder();
  const window = await openWindow({ data: `${folder}/data`, server: sandbox.url });
  const { screen, picture } = window;
  try {
    await screen.signIn(sandbox.accounts[0]);
    await screen.toClients();
    await until("the whole list", async () => (await screen.clientCount()) === CLIENTS);
    assert.ok((await screen.drawnClients()) < 100, "only rows in view are drawn");

    const before = await screen.lastClient();
    const frames = (await screen.scrollThrough(60)).sort((one, other) => one - other);
    const share = (part) => frames[Math.floor(frames.length * part)];
    console.log(`scrolling: p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, worst ${frames.at(-1)} ms`);
    assert.notEqual(await screen.lastClient(), before, "the list moved to other clients");
    assert.ok((await screen.drawnClients()) < 100, "rows out of view are taken away again");
    await picture("10-crowd");

    await screen.search(await screen.lastClient());
    await until("a narrower list", async () => (await screen.clientCount()) < 100);
    await picture("11-search");
  } finally {
    await window.close();
    await sandbox.stop();
    remove();
  }
}
