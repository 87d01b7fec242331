import type { ModelTest } from "@crew/contracts/model-providers";

const SHOWN = 12;

/** What the provider said, in its own words. */
export function TestResult({ test }: { test: ModelTest }) {
  return (
    <div role="status" className={`rounded-md border border-line p-3 text-sm ${test.ok ? "bg-good-soft" : "bg-bad-soft"}`}>
      <p className="font-medium">
        <span aria-hidden="true" className={test.ok ? "text-good" : "text-bad"}>
          {test.ok ? "✓" : "✕"}
        </span>{" "}
        {test.ok ? "It answers" : "It does not work yet"} <span className="font-normal text-muted">after {test.durationMs} ms</span>
      </p>
      <p className="break-words text-muted">{test.message}</p>
      {test.models.length > 0 ? (
        <p className="mt-1 font-mono text-xs break-words text-muted">
          {test.models.slice(0, SHOWN).join(" · ")}
          {test.models.length > SHOWN ? ` · ${test.models.length - SHOWN} more` : ""}
        </p>
      ) : null}
    </div>
  );
}
