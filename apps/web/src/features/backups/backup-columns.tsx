import type { Backup } from "@crew/contracts/backups";
import { Button } from "../../ui/button.tsx";
import { Moment } from "../../ui/moment.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import type { Column } from "../../ui/table.tsx";
import { BackupBadge } from "./backup-badge.tsx";
import { formatBytes, PLACE_WORDS, STATE_WORDS, verifyWords, type Words } from "./backup-words.ts";

export interface BackupColumns {
  isVerifying: (backup: Backup) => boolean;
  onVerify: (backup: Backup) => void;
  onOpen: (backup: Backup) => void;
}

export function backupColumns({ isVerifying, onVerify, onOpen }: BackupColumns): Column<Backup>[] {
  return [
    {
      id: "when",
      header: "Begun",
      className: "w-32 max-sm:w-auto",
      cell: (backup) => (
        <RowButton onPress={() => onOpen(backup)}>
          <Moment at={backup.startedAt} />
        </RowButton>
      ),
    },
    {
      id: "state",
      header: "State",
      className: "w-28",
      cell: ({ state }) => <BackupBadge value={STATE_WORDS[state]} />,
    },
    {
      id: "verified",
      header: <span className="max-sm:sr-only">Verified</span>,
      className: "w-40 max-sm:w-14",
      cell: (backup) => <Verified backup={backup} isVerifying={isVerifying(backup)} isShort />,
    },
    {
      id: "where",
      header: "Where",
      className: "max-md:hidden",
      cell: ({ place, name, problem }) =>
        problem ? (
          <span title={problem} className="text-sm text-bad">
            {problem}
          </span>
        ) : (
          <span title={`${PLACE_WORDS[place]}: ${name}`} className="font-mono text-xs text-muted">
            {name}
          </span>
        ),
    },
    {
      id: "size",
      header: "Size",
      align: "right",
      className: "w-20 text-sm text-muted max-sm:hidden",
      cell: ({ sizeBytes }) => (sizeBytes === null ? "–" : formatBytes(sizeBytes)),
    },
    {
      id: "verify",
      header: <span className="sr-only">Verify</span>,
      align: "right",
      className: "w-20 max-md:hidden",
      cell: (backup) =>
        backup.state === "complete" && backup.kind === "logical" ? (
          <Button
            size="sm"
            className="relative z-10"
            aria-label={`Verify the backup ${backup.name}`}
            busy={isVerifying(backup)}
            onClick={() => onVerify(backup)}
          >
            Verify
          </Button>
        ) : null,
    },
  ];
}

const VERIFYING: Words = { tone: "accent", mark: "…", words: "Being verified" };

export function Verified({ backup, isVerifying, isShort = false }: { backup: Backup; isVerifying: boolean; isShort?: boolean }) {
  const words = isVerifying ? VERIFYING : verifyWords(backup);
  return words ? <BackupBadge value={words} isShort={isShort} /> : <span className="text-faint">–</span>;
}
