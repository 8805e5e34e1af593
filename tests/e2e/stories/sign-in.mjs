// A day at the door: two-step login, PIN, a second account by another device, switching, locking by key.
import assert from "node:assert/strict";

import { openWindow } from "../window.mjs";
import { until } from "../wait.mjs";
import { makeFolder, startSandbox } from "../world.mjs";

const TWO_STEP = "twostep@northwind.example";
const PIN = "2846-kestrel";

export async function signIn() {
  const sandbox = await startSandbox("--no-delay");
  const { folder, remove } = makeFolder();
  const window = await openWindow({ data: `${folder}/data`, server: sandbox.url });
  const { screen, picture } = window;
  try {
    const careful = sandbox.accounts.find((account) => account.email === TWO_STEP);
    await screen.beginSignIn(careful);
    await screen.typeCode("000000");
    assert.match(await screen.codeTrouble(), /code/i, "a wrong code is told beside the field");
    await picture("20-two-step");
    await screen.typeCode(await authenticatorCode(sandbox, TWO_STEP));
    await screen.isOpen();

    await screen.setPin(PIN);
    await picture("21-security");
    await screen.lockByKey();
    await screen.unlockWithPin(PIN);

    const [admin] = sandbox.accounts;
    await screen.beginOtherAccount(admin.email);
    await approve(sandbox, admin.email, async (phrase) => {
      await until("the window shows the phrase", async () => (await screen.phrase()) === phrase);
      await picture("22-another-device");
    });
    await screen.isOpen();
    assert.equal(await screen.accountShown(), admin.email, "the new account is the visible one");
    await screen.switchTo(TWO_STEP);
    await screen.isOpen();
    await picture("23-accounts");
    assert.ok(!(await screen.words()).includes(admin.email), "nothing of the other account is on the page");
    await screen.switchTo(admin.email);
    await screen.isOpen();
  } finally {
    await window.close();
    await sandbox.stop();
    remove();
  }
}

async function authenticatorCode({ url }, email) {
  const state = await json(`${url}/sandbox/two-step/${email}`);
  const code = state.authenticatorCode ?? state.secrets?.authenticatorCode;
  assert.match(String(code), /^\d{6}$/, "the sandbox tells the code that is good now");
  return code;
}

/** The person's other device: shows the same phrase, then lets the new one in. */
async function approve({ url }, email, compare) {
  const asked = await until("the request reaches the server", async () => {
    const requests = await json(`${url}/sandbox/device-requests`);
    return requests.find((request) => request.email === email && request.approved === null);
  });
  await compare(asked.fingerprint);
  await json(`${url}/sandbox/device-requests/${asked.id}/approve`, { method: "POST", body: "{}" });
}

async function json(url, options = {}) {
  const answer = await fetch(url, { headers: { "content-type": "application/json" }, ...options });
  if (!answer.ok) throw new Error(`${answer.status} from ${new URL(url).pathname}`);
  const text = await answer.text();
  return text === "" ? null : JSON.parse(text);
}
