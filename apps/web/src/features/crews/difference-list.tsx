import type { Difference } from "./crew-differences.ts";

export interface DifferenceListProps {
  differences: Difference[];
  mineTitle: string;
  theirsTitle: string;
}

/** Two writings of one crew side by side, where they differ. */
export function DifferenceList({ differences, mineTitle, theirsTitle }: DifferenceListProps) {
  if (differences.length === 0) return <p>The two say the same.</p>;
  return differences.map((difference) => (
    <section key={difference.place} className="rounded-md border border-line">
      <h3 className="border-b border-line px-3 py-1.5 text-sm font-medium">{difference.place}</h3>
      <div className="grid sm:grid-cols-2">
        <Side title={mineTitle} text={difference.mine} />
        <Side title={theirsTitle} text={difference.theirs} />
      </div>
    </section>
  ));
}

function Side({ title, text }: { title: string; text: string | null }) {
  return (
    <div className="min-w-0 p-3 first:border-line max-sm:first:border-b sm:first:border-r">
      <p className="text-xs text-faint">{title}</p>
      <p className="text-sm break-words whitespace-pre-wrap">{text ?? <span className="text-faint">is not there</span>}</p>
    </div>
  );
}
