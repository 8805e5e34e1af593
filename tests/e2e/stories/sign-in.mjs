// A day at the door: two-step login, locking by key, a PIN, a second account beside the first, switching.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { openWindow } from "../window.mjs";
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
    assert.notEqual(await screen.codeTrouble(), "", "a wrong code is told beside the field");
    await picture("20-two-step");
    await screen.typeCode(authenticatorCode(careful.twoStep.authenticatorSecret));
    await screen.isOpen();

    await screen.setPin(PIN);
    await picture("21-security");
    await screen.lockByKey();
    await screen.unlockWithPin(PIN);

    const [admin] = sandbox.accounts;
    await screen.addAccount(admin, sandbox.url);
    assert.match(await screen.accountShown(), new RegExp(admin.email), "the new account is the visible one");
    await screen.switchTo(TWO_STEP);
    assert.ok(!(await screen.words()).includes(admin.email), "nothing of the other account is on the page");
    await picture("22-switched");
    await screen.switchTo(admin.email);
  } finally {
    await window.close();
    await sandbox.stop();
    remove();
  }
}

/** RFC 6238 with the usual six digits and thirty seconds: a third hand beside core and the sandbox. */
function authenticatorCode(secret) {
  const bits = [...secret.replace(/=+$/, "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
