import type { DeadLetter } from "@crew/contracts/dead-letters";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import type { Column } from "../../ui/table.tsx";
import { codeTitle, LETTER_STATES, letterTitle } from "./dead-letter-words.ts";

const TONES: Record<DeadLetter["state"], BadgeTone> = { open: "bad", redriven: "good", discarded: "plain" };

export function LetterState({ state }: { state: DeadLetter["state"] }) {
  const mark = { open: "✕", redriven: "↻", discarded: "⊘" }[state];
  return (
    <Badge tone={TONES[state]}>
      <span aria-hidden="true">{mark}</span> {LETTER_STATES[state]}
    </Badge>
  );
}

export interface LetterColumns {
  /** Those of the rows that can be chosen. */
  open: readonly DeadLetter[];
  ids: readonly string[];
  mayWrite: boolean;
  onChoose: (some: readonly DeadLetter[], isChosen: boolean) => void;
  onOpen: (letterId: string) => void;
}

export function letterColumns({ open, ids, mayWrite, onChoose, onOpen }: LetterColumns): Column<DeadLetter>[] {
  const choice: Column<DeadLetter> = {
    id: "choice",
    header: (
      <Tick
        label="Choose all that are open"
        checked={open.length > 0 && ids.length === open.length}
        disabled={open.length === 0}
        onChange={(isChosen) => onChoose(open, isChosen)}
      />
    ),
    className: "w-11",
    cell: (letter) =>
      letter.state === "open" ? (
        <Tick
          label={`Choose ${letterTitle(letter)}`}
          checked={ids.includes(letter.id)}
          onChange={(isChosen) => onChoose([letter], isChosen)}
        />
      ) : null,
  };
  return [
    ...(mayWrite ? [choice] : []),
    {
      id: "what",
      header: "What",
      className: "w-[30%] max-md:w-auto",
      cell: (letter) => <RowButton onPress={() => onOpen(letter.id)}>{letterTitle(letter)}</RowButton>,
    },
    {
      id: "why",
      header: "Why",
      cell: (letter) => (
        <span title={letter.message} className="text-sm">
          {codeTitle(letter.code)} <span className="text-faint max-lg:hidden">{letter.message}</span>
        </span>
      ),
    },
    { id: "attempts", header: "Attempts", align: "right", className: "w-20 max-md:hidden", cell: (letter) => letter.attempts },
    { id: "state", header: "State", className: "w-28 max-sm:hidden", cell: (letter) => <LetterState state={letter.state} /> },
    {
      id: "when",
      header: "Died",
      align: "right",
      className: "w-28 max-sm:w-24",
      cell: (letter) => <RelativeTime at={letter.createdAt} className="text-sm text-faint" />,
    },
  ];
}

interface TickProps {
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (isChosen: boolean) => void;
}

function Tick({ label, checked, disabled, onChange }: TickProps) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.target.checked)}
      className="relative z-10 size-4 align-middle accent-accent max-sm:size-5"
    />
  );
}
