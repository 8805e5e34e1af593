/** A real door in miniature, so that the sealing on the page is tried for real. */
import type { Door } from "#bindings/Door";
import type { SealedPassword } from "#bindings/SealedPassword";

const RSA = { name: "RSA-OAEP", hash: "SHA-1" };
const bytesOf = (text: string) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** Doors that nothing has come through yet. */
const doors: CryptoKey[] = [];

export const makePair = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(
    { ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["encrypt", "decrypt"],
  );

export async function doorOf(pair: CryptoKeyPair): Promise<Door> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { publicKey: btoa(String.fromCharCode(...spki)) };
}

export async function makeDoor(): Promise<Door> {
  const pair = await makePair();
  doors.push(pair.privateKey);
  return doorOf(pair);
}

/** Opens one text with the key of its door. */
export async function openWith(door: CryptoKey, { key, text }: SealedPassword): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.decrypt(RSA, door, bytesOf(key.slice(2))));
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

/** Opens one text by the newest door that fits; that door is gone afterwards. */
export async function openSealed(sealed: SealedPassword): Promise<string> {
  for (const door of [...doors].reverse()) {
    try {
      const text = await openWith(door, sealed);
      doors.splice(doors.indexOf(door), 1);
      return text;
    } catch {
      // Another door's.
    }
  }
  throw new Error("no door is open");
}
