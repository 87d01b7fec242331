import { Lock } from "lucide-react";

/** In the place of what concerns the whole installation, for who does not operate it. */
export default function OperatorsOnly({ what }: { what: string }) {
  return (
    <section aria-label="Not allowed" className="flex gap-3 rounded-lg border border-line bg-surface p-4">
      <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
      <div className="flex flex-col gap-1">
        <p className="font-medium">“{what}” is for the operators of this installation.</p>
        <p className="text-sm text-muted">
          It concerns all workspaces together, so no role of this one opens it. Whoever runs the installation makes you an operator, on the
          machine: <code className="font-mono text-xs">npm run account -- operator you@example.org on</code>
        </p>
      </div>
    </section>
  );
}
