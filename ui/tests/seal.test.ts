/// <reference types="node" />
// @vitest-environment node
import {
  constants,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  privateDecrypt,
} from "node:crypto";

import { expect, test } from "vitest";

import { seal, sealInput } from "../src/lib/seal.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const door = {
  publicKey: pair.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
};

/** The other side, written with Node's own ciphers, so that both cannot share a mistake. */
function open({ key, text }: { key: string; text: string }): { password: string; mac: boolean } {
  const bytes = privateDecrypt(
    { key: pair.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" },
    Buffer.from(key.replace(/^4\./, ""), "base64"),
  );
  const [iv, hidden, mac] = text
    .replace(/^2\./, "")
    .split("|")
    .map((part) => Buffer.from(part, "base64"));
  if (!iv || !hidden || !mac) throw new Error("three parts expected");
  const cipher = createDecipheriv("aes-256-cbc", bytes.subarray(0, 32), iv);
  const password = Buffer.concat([cipher.update(hidden), cipher.final()]).toString("utf8");
  const expected = createHmac("sha256", bytes.subarray(32, 64)).update(iv).update(hidden).digest();
  return { password, mac: bytes.length === 64 && expected.equals(mac) };
}

test("what is sealed here opens behind the door, seal unbroken", async () => {
  for (const password of ["harbour light 42", "pässwörd 🔑", "x".repeat(500)]) {
    expect(open(await seal(door, password))).toEqual({ password, mac: true });
  }
});

test("the same password never looks the same twice", async () => {
  const [first, second] = [await seal(door, "same"), await seal(door, "same")];
  expect(first.key).not.toBe(second.key);
  expect(first.text).not.toBe(second.text);
});

test("the input is empty once its password is sealed", async () => {
  const input = { value: "harbour light 42" } as HTMLInputElement;
  const sealed = await sealInput(door, input);
  expect(input.value).toBe("");
  expect(open(sealed).password).toBe("harbour light 42");
});
