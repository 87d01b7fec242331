import { classNames } from "./class-names.ts";

/** Work under way where its length is unknown. Silent: the text beside it says what is going on. */
export function Spinner({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className={classNames("size-4 animate-turn", className)} fill="none" stroke="currentColor">
      <circle cx="8" cy="8" r="6" strokeWidth="2" opacity="0.25" />
      <path d="M8 2a6 6 0 0 1 6 6" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
