import { classNames } from "./class-names.ts";

/** Holds the place of something that is on its way; give it the size of what will come. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames("block h-4 animate-pulse-soft rounded-sm bg-hover", className)} />;
}

/** Rows of a list on their way, as high as the rows of `Table`. */
export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((row) => (
        <div key={row} className="flex h-11 items-center gap-4 border-b border-line px-3 last:border-b-0">
          <Skeleton className="w-1/3" />
          <Skeleton className="w-1/5 max-sm:hidden" />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}
