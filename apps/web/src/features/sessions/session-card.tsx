import type { ReactNode } from "react";
import { WorkspaceMark } from "../../shell/workspace-mark.tsx";

export function SessionCard({ title, note, children, foot }: { title: string; note?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <div className="flex w-full max-w-90 flex-col gap-6">
      <div className="flex flex-col items-center gap-3 text-center">
        <WorkspaceMark className="size-9" />
        <div>
          <h1 className="text-xl font-semibold">{title}</h1>
          {note ? <p className="mt-1 text-sm text-muted">{note}</p> : null}
        </div>
      </div>
      <div className="rounded-lg border border-line bg-surface p-5">{children}</div>
      {foot ? <p className="text-center text-sm text-muted">{foot}</p> : null}
    </div>
  );
}
