"use client";

import type { ModelProvider, ModelTest } from "@crew/contracts/model-providers";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { modelProviderEndpoints } from "../../data/endpoints.ts";
import { modelProvidersQuery } from "../../data/model-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { LackNote } from "../members/lack-note.tsx";
import { useMay } from "../members/use-may.ts";
import { DemoBadge } from "../models/demo-note.tsx";
import { ProviderPace } from "../models/provider-pace.tsx";
import { TestResult } from "../models/test-result.tsx";

const ProviderLimitsDialog = lazy(() => import("../models/provider-limits-dialog.tsx"));
const ProviderDialog = lazy(() => import("../models/provider-dialog.tsx"));

/** How a key is doing changes without a word on the socket. */
const PACE_MS = 10_000;

export function ProviderSettings() {
  const providers = useQuery({ ...modelProvidersQuery, refetchInterval: PACE_MS });
  const mayWrite = useMay("model-providers:write");
  const [isAdding, setAdding] = useState(false);
  return (
    <Card
      flush
      title="Model providers"
      note="Where agents think. Those of the environment are set by whoever runs this installation."
      actions={
        <Button size="sm" disabled={!mayWrite} icon={<Plus className="size-3.5" />} onClick={() => setAdding(true)}>
          Add provider
        </Button>
      }
    >
      {mayWrite ? null : (
        <div className="border-b border-line px-4 py-2">
          <LackNote permission="model-providers:write" />
        </div>
      )}
      {providers.isPending ? <SkeletonRows rows={2} /> : null}
      {providers.isError ? (
        <ErrorState error={providers.error} what="The providers could not be read" onRetry={() => void providers.refetch()} />
      ) : null}
      <ul>
        {providers.data?.map((provider) => (
          <ProviderRow key={provider.name} provider={provider} mayWrite={mayWrite} />
        ))}
      </ul>
      <Suspense fallback={null}>{isAdding ? <ProviderDialog onClose={() => setAdding(false)} /> : null}</Suspense>
    </Card>
  );
}

function ProviderRow({ provider, mayWrite }: { provider: ModelProvider; mayWrite: boolean }) {
  const queries = useQueryClient();
  const [test, setTest] = useState<ModelTest | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const [isLimiting, setLimiting] = useState(false);
  const providerId = provider.id;

  const tryIt = useMutation({
    mutationFn: (id: string) => callApi(modelProviderEndpoints.test, { params: { providerId: id } }),
    onSuccess: setTest,
    onError: (error) => showToast(`${provider.name} could not be tested`, { tone: "bad", detail: explainError(error).reason }),
  });
  const remove = useMutation({
    mutationFn: (id: string) => callApi(modelProviderEndpoints.delete, { params: { providerId: id } }),
    onSuccess: () => {
      setRemoving(false);
      void queries.invalidateQueries({ queryKey: ["model-providers"] });
      void queries.invalidateQueries({ queryKey: ["models"] });
      showToast(`${provider.name} is removed`);
    },
    onError: (error) => showToast(`${provider.name} was not removed`, { tone: "bad", detail: explainError(error).reason }),
  });

  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-mono text-sm font-medium">{provider.name}</span>
            {provider.source === "builtin" ? <DemoBadge /> : <Badge>{provider.kind}</Badge>}
            {provider.source === "environment" ? <Badge>set by environment</Badge> : null}
          </p>
          <p className="truncate text-xs text-faint">
            {provider.source === "builtin"
              ? "Built in: picks sentences from your own text. No key, no network, no cost."
              : [provider.baseUrl ?? "the vendor's own address", keyWords(provider.keyLastFour)].join(" · ")}
          </p>
          <ProviderPace provider={provider} />
        </div>
        {providerId && mayWrite ? (
          <>
            <Button size="sm" busy={tryIt.isPending} onClick={() => tryIt.mutate(providerId)}>
              Test
            </Button>
            <Button size="sm" onClick={() => setLimiting(true)}>
              Limits
            </Button>
            <IconButton label={`Remove ${provider.name}`} icon={<Trash2 />} onClick={() => setRemoving(true)} />
          </>
        ) : null}
      </div>
      {test ? <TestResult test={test} /> : null}
      <Suspense fallback={null}>
        {isLimiting && providerId ? (
          <ProviderLimitsDialog provider={provider} providerId={providerId} onClose={() => setLimiting(false)} />
        ) : null}
      </Suspense>
      {providerId ? (
        <ConfirmDialog
          open={isRemoving}
          title={`Remove ${provider.name}?`}
          confirm="Remove provider"
          busy={remove.isPending}
          onClose={() => setRemoving(false)}
          onConfirm={() => remove.mutate(providerId)}
        >
          Its key is erased. Crews that name its models cannot run until they are given another one; past runs stay readable.
        </ConfirmDialog>
      ) : null}
    </li>
  );
}

function keyWords(lastFour: string | null): string {
  if (lastFour === null) return "no key";
  return lastFour ? `key …${lastFour}` : "a short key";
}
