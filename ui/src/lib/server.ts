/** Servers as people choose them: two regions, or an address of one's own. */

export type Region = "us" | "eu" | "own";

/** Short names of the regions, as the frame shows them. */
export const REGION_HOSTS = { us: "bitwarden.com", eu: "bitwarden.eu" } as const;

/** The address without its scheme, for a label. */
export function hostOf(address: string): string {
  return address
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/\/+$/, "");
}

/** What stands for a stored server in words: `us`, `eu` or an address. */
export function serverName(server: string): string {
  return server === "us" || server === "eu" ? REGION_HOSTS[server] : hostOf(server);
}

export function regionOf(server: string): Region {
  return server === "us" || server === "eu" ? server : "own";
}
