/** What mock.html shows, from its address: `mock.html?state=unlocked&clients=10000&online=0`. */

const asked = new URLSearchParams(location.search);

export const scene = {
  /** signedOut, locked or unlocked. */
  state: asked.get("state") ?? "signedOut",
  clients: Number(asked.get("clients") ?? 40),
  online: asked.get("online") !== "0",
  keyring: asked.get("keyring") === "password" ? "password" : "os",
  /** Minutes since the last refresh; below zero is never. */
  age: Number(asked.get("age") ?? 2),
  demo: asked.get("demo") !== "0",
  /** Items of the large staged import. */
  items: Number(asked.get("items") ?? 20_000),
  /** Commands that fail, such as `clients_list:cacheDamaged,import_plan:offline`. */
  fail: new Map(
    (asked.get("fail") ?? "")
      .split(",")
      .filter((part) => part !== "")
      .map((part) => part.split(":") as [string, string]),
  ),
  /** Milliseconds every command takes. */
  slow: Number(asked.get("slow") ?? 0),
};

/** Reproducible chance. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export const ago = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString();

export const PASSWORD = "harbour light 42";
