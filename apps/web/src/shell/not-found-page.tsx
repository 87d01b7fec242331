import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RouteLink } from "../ui/route-link.tsx";

export function NotFound() {
  return (
    <EmptyState
      title={<h1>There is no page at this address</h1>}
      className="py-24"
      action={
        <RouteLink href="/" className={buttonClass("primary")}>
          Go to Home
        </RouteLink>
      }
    >
      The link may be old, or a letter of it may be missing.
    </EmptyState>
  );
}
