"use client";

import type { ModelProvider } from "@crew/contracts/model-providers";
import { Badge } from "../../ui/badge.tsx";
import { Countdown } from "../runs/countdown.tsx";
import { useNow } from "../runs/use-now.ts";
import { limitsWords, slowedWords } from "./provider-limits.ts";

/** What a provider's key is allowed, and how it is doing. */
export function ProviderPace({ provider }: { provider: ModelProvider }) {
  const until = provider.pace?.closedUntil ?? null;
  const isClosed = useNow(until !== null) < (until === null ? 0 : Date.parse(until));
  const limits = limitsWords(provider);
  const slowed = slowedWords(provider);
  if (!limits && !slowed && !isClosed) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      {limits ? <span>{limits}</span> : null}
      {isClosed && until !== null ? (
        <Badge tone="warn">
          asked to wait, goes on <Countdown until={until} />
        </Badge>
      ) : null}
      {slowed ? <span className="text-warn">{slowed}</span> : null}
    </div>
  );
}
