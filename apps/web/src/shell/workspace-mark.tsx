/** The mark of the platform: three that work as one. */
export function WorkspaceMark({ className = "size-5" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={`shrink-0 text-accent ${className}`}>
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <g className="fill-on-accent">
        <circle cx="11" cy="12" r="3.5" />
        <circle cx="21" cy="12" r="3.5" opacity=".75" />
        <circle cx="16" cy="21.5" r="3.5" opacity=".9" />
      </g>
    </svg>
  );
}
