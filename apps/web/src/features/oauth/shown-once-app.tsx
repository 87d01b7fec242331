import type { NewOAuthClient } from "@crew/contracts/oauth-clients";
import { Code } from "../../ui/code.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";

/** What the app's own settings need: its id, its secret where it has one, and where to begin. */
export function ShownOnceApp({ app, onDone }: { app: NewOAuthClient; onDone: () => void }) {
  return (
    <ShownOnce
      title={`“${app.name}” is ready`}
      note={
        app.secret
          ? "Copy the secret now: it is shown this once and kept only as a hash."
          : "A public app has no secret: it proves itself by PKCE."
      }
      label={app.secret ? "Client secret" : "Client id"}
      text={app.secret ?? app.id}
      onDone={onDone}
    >
      {app.secret ? <Code label="Client id" text={app.id} wrap /> : null}
      <p className="text-sm text-muted">Everything else the app finds at this address:</p>
      <Code label="Metadata of the authorization server" text={`${location.origin}/.well-known/oauth-authorization-server`} wrap />
    </ShownOnce>
  );
}
