import type { Backup, BackupPlaceKind, BackupStatus } from "@crew/contracts/backups";
import type { BadgeTone } from "../../ui/badge.tsx";

export const PLACE_WORDS: Record<BackupPlaceKind, string> = { folder: "A folder", s3: "S3 storage" };

export interface Words {
  tone: BadgeTone;
  /** A sign beside the word, so that it reads without its color. */
  mark: string;
  words: string;
}

export const STATE_WORDS: Record<Backup["state"], Words> = {
  running: { tone: "accent", mark: "…", words: "Under way" },
  complete: { tone: "good", mark: "✓", words: "Complete" },
  failed: { tone: "bad", mark: "✕", words: "Failed" },
};

/** Whether it could be restored; of one that never came to its end there is nothing to say. */
export function verifyWords({ state, verifyState }: Pick<Backup, "state" | "verifyState">): Words | null {
  if (state !== "complete") return null;
  if (verifyState === "verified") return { tone: "good", mark: "✓", words: "Verified" };
  if (verifyState === "failed") return { tone: "bad", mark: "✕", words: "Cannot be restored" };
  return { tone: "plain", mark: "–", words: "Not verified" };
}

/** How backups stand, before any figure. */
export function standing({ isConfigured, isLate, lastGoodAt }: BackupStatus): Words {
  if (!isConfigured) return { tone: "warn", mark: "!", words: "Not set up" };
  if (isLate) return { tone: "bad", mark: "!", words: lastGoodAt ? "Late" : "No backup yet" };
  return { tone: "good", mark: "✓", words: "On time" };
}

/** Whether a moment would come back by the server's own files. */
export function physicalStanding({ isLate, problem, failedWal, lastBaseAt }: NonNullable<BackupStatus["physical"]>): Words {
  if (isLate) return { tone: "bad", mark: "!", words: lastBaseAt ? "Late" : "No base backup" };
  if (problem || failedWal) return { tone: "warn", mark: "!", words: "Something failed" };
  return { tone: "good", mark: "✓", words: "On time" };
}

/** `every day`, `every 6 hours`, `every 30 minutes`. */
export function intervalWords(hours: number): string {
  if (hours === 24) return "every day";
  if (hours === 1) return "every hour";
  if (hours < 1) return `every ${Math.round(hours * 60)} minutes`;
  return hours % 24 === 0 ? `every ${hours / 24} days` : `every ${hours} hours`;
}

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

/** `840 B`, `3.1 MB`, `42 GB`: in thousands, as disks are sold. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < SIZES.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || size >= 9.95 ? Math.round(size) : size.toFixed(1)} ${SIZES[unit]}`;
}
