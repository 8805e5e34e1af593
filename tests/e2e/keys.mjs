// The account's keys, opened from what the server holds, as Bitwarden's white paper describes the chain.
// A third hand beside core and the sandbox: the memory story must know what it looks for.
import { createDecipheriv, createHmac, createPrivateKey, pbkdf2Sync, privateDecrypt, timingSafeEqual } from "node:crypto";
import { constants } from "node:crypto";

/** Signs in and returns every raw key as `{name: Buffer}`. Knows PBKDF2 accounts only. */
export async function keysOf(url, email, password) {
  const { kdf, kdfIterations } = await post(`${url}/identity/accounts/prelogin/password`, { email });
  if (kdf !== 0) throw new Error("this story needs an account with PBKDF2");
  const master = pbkdf2Sync(password, email.trim().toLowerCase(), kdfIterations, 32, "sha256");
  const hash = pbkdf2Sync(master, password, 1, 32, "sha256").toString("base64");
  const token = await signIn(url, email, hash);
  const user = open(field(token, "key"), Buffer.concat([expand(master, "enc"), expand(master, "mac")]));
  const pkcs8 = open(field(token, "privateKey"), user);
  const rsa = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const keys = { "master key": master, "user key": user, ...primes(rsa) };
  const headers = { authorization: `Bearer ${token.access_token}`, ...DEVICE };
  const profile = await get(`${url}/api/accounts/profile`, headers);
  for (const provider of profile.providers ?? []) {
    const key = openFor(provider.key, rsa);
    keys["provider key"] = key;
    const { data } = await get(`${url}/api/providers/${provider.id}/organizations`, headers);
    for (const client of data) keys[`key of ${client.organizationName}`] = open(client.key, key);
  }
  return keys;
}

const DEVICE = { "Device-Type": "8", "Bitwarden-Client-Name": "desktop", "Bitwarden-Client-Version": "2026.8.0" };

async function signIn(url, email, password) {
  const form = { grant_type: "password", scope: "api offline_access", client_id: "desktop", username: email, password, deviceType: "8", deviceName: "linux", deviceIdentifier: "00000000-0000-4000-8000-0000000000e2" };
  const headers = { ...DEVICE, "content-type": "application/x-www-form-urlencoded" };
  return await json(`${url}/identity/connect/token`, { method: "POST", headers, body: new URLSearchParams(form) });
}

/** The sign-in answer has both casings in its history. */
function field(token, name) {
  return token[name] ?? token[name[0].toUpperCase() + name.slice(1)];
}

/** The parts of an RSA key that are secret by themselves. */
function primes(rsa) {
  const { p, d } = rsa.export({ format: "jwk" });
  return { "private key (d)": Buffer.from(d, "base64url"), "private key (p)": Buffer.from(p, "base64url") };
}

/** HKDF-Expand (RFC 5869) of one block. */
function expand(key, info) {
  return createHmac("sha256", key).update(info).update(Buffer.of(1)).digest();
}

/** EncString type 2: AES-256-CBC, then HMAC-SHA256 over iv and ciphertext. */
function open(text, key) {
  const [iv, sealed, mac] = text.replace(/^2\./, "").split("|").map((part) => Buffer.from(part, "base64"));
  const own = createHmac("sha256", key.subarray(32)).update(iv).update(sealed).digest();
  if (!timingSafeEqual(own, mac)) throw new Error("a key of the chain does not fit");
  const cipher = createDecipheriv("aes-256-cbc", key.subarray(0, 32), iv);
  return Buffer.concat([cipher.update(sealed), cipher.final()]);
}

/** EncString type 4: RSA-OAEP with SHA-1. */
function openFor(text, rsa) {
  const sealed = Buffer.from(text.replace(/^4\./, ""), "base64");
  return privateDecrypt({ key: rsa, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, sealed);
}

const post = (url, body) => json(url, { method: "POST", headers: { ...DEVICE, "content-type": "application/json" }, body: JSON.stringify(body) });
const get = (url, headers) => json(url, { headers });
async function json(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${answer.status} from ${new URL(url).pathname}`);
  return await answer.json();
}
