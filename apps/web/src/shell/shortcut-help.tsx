"use client";

import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useModKey } from "../ui/use-mod-key.ts";
import { PLACES } from "./navigation.ts";

const GENERAL: [string[], string][] = [
  [["⌘", "K"], "Go to a page or a crew, start a run"],
  [["j"], "Next row of a list"],
  [["k"], "Previous row of a list"],
  [["Enter"], "Open the row"],
  [["⌘", "S"], "Save in the crew editor"],
  [["⌘", "Enter"], "Run, in the run panel"],
  [["?"], "Show these keys"],
];

export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const mod = useModKey();
  const rows: [string[], string][] = [...GENERAL, ...PLACES.map((place): [string[], string] => [["g", place.key], `Go to ${place.label}`])];
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2">
        {rows.map(([keys, does]) => (
          <div key={does} className="col-span-2 grid grid-cols-subgrid items-center">
            <dt className="text-muted">{does}</dt>
            <dd className="flex gap-1 justify-self-end">
              {keys.map((key) => (
                <Kbd key={key}>{key === "⌘" ? mod : key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
