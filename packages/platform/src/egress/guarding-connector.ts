import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { EgressError } from "@crew/core/egress/egress-port";
import { buildConnector } from "undici";
import { isAddressAllowed, type Reach } from "./address-rules.ts";
import type { EgressPolicy } from "./egress-policy.ts";

const CONNECT_MS = 10_000;

/** One text for what is denied and what is closed, so that nobody can map a network by asking. */
export function unreachable(detail: { isDenied: boolean }): EgressError {
  return new EgressError("The address cannot be reached, or may not be reached from here.", detail);
}

const denied = () => unreachable({ isDenied: true });

/**
 * Checks the address that is really dialled: literals before, every answer of the resolver at the moment of dialling
 * (a name may flip between a check and its use), and the peer of the open socket.
 */
export function guardingConnector(policy: EgressPolicy, lookup: LookupFunction = systemLookup as LookupFunction): buildConnector.connector {
  const connectors: Record<Reach, buildConnector.connector> = {
    public: buildConnector({ timeout: CONNECT_MS, allowH2: false, lookup: checkedLookup(lookup, "public") }),
    private: buildConnector({ timeout: CONNECT_MS, allowH2: false, lookup: checkedLookup(lookup, "private") }),
  };
  return (options, callback) => {
    const reach = policy(options);
    if (!reach) {
      callback(denied(), null);
      return;
    }
    connectors[reach](options, (...[error, socket]) => {
      if (error) return callback(error, null);
      if (!isAddressAllowed(socket?.remoteAddress ?? "", reach)) {
        socket?.destroy();
        return callback(denied(), null);
      }
      callback(null, socket);
    });
  };
}

function checkedLookup(lookup: LookupFunction, reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answers) => {
      if (error) return callback(error, []);
      const addresses = Array.isArray(answers) ? answers : [{ address: answers, family: answers.includes(":") ? 6 : 4 }];
      const first = addresses[0];
      // One private answer among public ones is enough to refuse: which of them is dialled is not ours to say.
      if (!first || !addresses.every(({ address }) => isAddressAllowed(address, reach))) return callback(denied(), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
