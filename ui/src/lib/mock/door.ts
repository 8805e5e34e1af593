/** A real door in miniature, so that the sealing on the page is tried for real. */
import type { Door } from "#bindings/Door";
import type { SealedPassword } from "#bindings/SealedPassword";

const RSA = { name: "RSA-OAEP", hash: "SHA-1" };
const bytesOf = (text: string) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

let pair: CryptoKeyPair | null = null;

export async function makeDoor(): Promise<Door> {
  pair = await crypto.subtle.generateKey(
    { ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["encrypt", "decrypt"],
  );
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { publicKey: btoa(String.fromCharCode(...spki)) };
}

/** Opens one password; the door is gone afterwards. */
export async function openSealed({ key, text }: SealedPassword): Promise<string> {
  if (pair === null) throw new Error("no door is open");
  const bytes = new Uint8Array(
    await crypto.subtle.decrypt(RSA, pair.privateKey, bytesOf(key.slice(2))),
  );
  pair = null;
  const [iv = "", hidden = "", mac = ""] = text.slice(2).split("|");
  const signed = new Uint8Array([...bytesOf(iv), ...bytesOf(hidden)]);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const stamp = await crypto.subtle.importKey("raw", bytes.slice(32), hmac, false, ["verify"]);
  if (!(await crypto.subtle.verify("HMAC", stamp, bytesOf(mac), signed))) {
    throw new Error("the seal is broken");
  }
  const aes = { name: "AES-CBC", iv: bytesOf(iv) };
  const lock = await crypto.subtle.importKey("raw", bytes.slice(0, 32), "AES-CBC", false, [
    "decrypt",
  ]);
  return new TextDecoder().decode(await crypto.subtle.decrypt(aes, lock, bytesOf(hidden)));
}
