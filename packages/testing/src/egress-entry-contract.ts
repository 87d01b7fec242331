import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { egressCorpus } from "@crew/platform/egress/egress-corpus";

export interface EgressEntryOutcome {
  tried: number;
  /** Addresses that the entry point rejected; the others it took, without connecting anywhere. */
  rejected: number;
}

/**
 * For whatever takes an address from somebody and may connect to it: tries every address of the corpus, each of which
 * leads to a canary on this machine or to a network of somebody's own, and throws when the canary was touched. `entry`
 * should do all that can follow (save, test, send) and reject where it is refused.
 */
export async function egressEntryContract(entry: (url: string) => Promise<unknown>): Promise<EgressEntryOutcome> {
  const touched: string[] = [];
  let current = "";
  const canary = createServer((_, response) => response.end("canary")).on("connection", () => touched.push(current));
  await once(canary.listen(0), "listening");
  try {
    const urls = egressCorpus((canary.address() as AddressInfo).port);
    let rejected = 0;
    for (const url of urls) {
      current = url;
      await entry(url).catch(() => {
        rejected += 1;
      });
    }
    if (touched.length > 0) throw new Error(`the canary was reached by ${[...new Set(touched)].join(", ")}`);
    return { tried: urls.length, rejected };
  } finally {
    canary.closeAllConnections();
    canary.close();
  }
}
