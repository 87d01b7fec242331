import type { NewWebhook } from "@crew/contracts/webhooks";
import { ShownOnce } from "../../ui/shown-once.tsx";

export interface ShownOnceWebhookProps {
  webhook: NewWebhook;
  /** The former secret signs beside it for a day. */
  isRotated: boolean;
  onDone: () => void;
}

/** The one moment at which the signing secret can be read. */
export function ShownOnceWebhook({ webhook, isRotated, onDone }: ShownOnceWebhookProps) {
  return (
    <ShownOnce
      title={isRotated ? "The new signing secret" : "The address is told from now on"}
      note="Copy the secret now: it is shown this once."
      label="Signing secret"
      text={webhook.secret}
      onDone={onDone}
    >
      <p className="text-sm text-muted">
        Whoever answers at <span className="break-all">{webhook.url}</span> checks with it that a message comes from here: the header{" "}
        <code className="font-mono text-xs">webhook-signature</code>, by the Standard Webhooks rules.
        {isRotated
          ? " For a day messages carry a signature of the former secret as well, so that nothing is lost while you change it."
          : ""}
      </p>
    </ShownOnce>
  );
}
