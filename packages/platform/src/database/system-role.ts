import type { DatabaseAddress } from "./open-pool.ts";

/**
 * The address for a process at work: its connections act as `crew_system` from their first moment, which owns no table,
 * changes none and cannot be told to. Migrations use the address as it is.
 */
export function asSystemRole(address: DatabaseAddress, settings = ""): DatabaseAddress {
  const setRole = ["-c role=crew_system", settings].filter(Boolean).join(" ");
  const url = address.connectionString;
  // What a URL says about `options` would replace ours.
  if (!url || !/[?&]options=/.test(url)) return { ...address, options: [address.options, setRole].filter(Boolean).join(" ") };
  const changed = new URL(url);
  changed.searchParams.set("options", `${changed.searchParams.get("options")} ${setRole}`);
  return { ...address, connectionString: changed.href };
}
