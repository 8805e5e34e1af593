/**
 * Seals a password for the door of this program's own Rust side.
 *
 * The web view's native code copies every message it carries and wipes none of them. So a password
 * leaves this page only under a key that the door alone can open, and the door opens once.
 */

import type { Door } from "#bindings/Door";
import type { SealedPassword } from "#bindings/SealedPassword";

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** EncString type 4: the bytes under RSA-OAEP with SHA-1. */
async function wrapKey(door: Door, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const algorithm = { name: "RSA-OAEP", hash: "SHA-1" };
  const spki = fromBase64(door.publicKey);
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["encrypt"]);
  return `4.${toBase64(new Uint8Array(await crypto.subtle.encrypt(algorithm, key, bytes)))}`;
}

/** EncString type 2: the text under those bytes, AES-256-CBC then HMAC-SHA-256. */
async function sealText(
  bytes: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const cipher = { name: "AES-CBC", iv };
  const lock = await crypto.subtle.importKey("raw", bytes.slice(0, 32), cipher, false, ["encrypt"]);
  const hidden = new Uint8Array(await crypto.subtle.encrypt(cipher, lock, text));
  const signed = new Uint8Array(iv.length + hidden.length);
  signed.set(iv);
  signed.set(hidden, iv.length);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const stamp = await crypto.subtle.importKey("raw", bytes.slice(32), hmac, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", stamp, signed));
  return `2.${toBase64(iv)}|${toBase64(hidden)}|${toBase64(mac)}`;
}

/** Seals `password` for `door`. Every byte array made on the way is overwritten. */
export async function seal(door: Door, password: string): Promise<SealedPassword> {
  const bytes = crypto.getRandomValues(new Uint8Array(64));
  const text = new TextEncoder().encode(password);
  try {
    return { key: await wrapKey(door, bytes), text: await sealText(bytes, text) };
  } finally {
    bytes.fill(0);
    text.fill(0);
  }
}

/** Takes the secret out of its field, leaving the field empty, and seals it. */
export async function sealInput(
  door: Door,
  input: HTMLInputElement | HTMLTextAreaElement,
): Promise<SealedPassword> {
  const sealed = await seal(door, input.value);
  input.value = "";
  return sealed;
}
