import type { CrewContainment } from "@crew/contracts/crews";
import { AppError } from "../app-error.ts";

/** Throws `conflict` for a version that has private data, untrusted content and open egress, and no admin's word. */
export function requireContainment({ needsSignOff, privateData, untrustedContent, openEgress }: CrewContainment): void {
  if (!needsSignOff) return;
  throw new AppError(
    "conflict",
    `This version of the crew reads what is confidential (${privateData.join(", ")}) and what strangers may have written (${untrustedContent.join(", ")}), and may send to any host without asking (${openEgress.join(", ")}): a text that it reads could make it give everything away. Name the hosts that it needs instead of "*", take one of the three away, or ask an admin to sign this version off.`,
  );
}
