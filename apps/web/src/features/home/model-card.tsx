"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { modelProvidersQuery } from "../../data/model-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";

import { useMay } from "../members/use-may.ts";

const ProviderDialog = lazy(() => import("../models/provider-dialog.tsx"));

/** Shown until a real model is there: calm, and never in the way. */
export function ModelCard() {
  const mayAdd = useMay("model-providers:write");
  const providers = useQuery({ ...modelProvidersQuery, enabled: mayAdd }).data;
  const [isAdding, setAdding] = useState(false);
  const hasReal = providers?.some((provider) => provider.source !== "builtin") ?? true;
  if (hasReal && !isAdding) return null;
  return (
    <Card title="Use a real model">
      <div className="flex flex-col items-start gap-3">
        <p className="text-sm text-muted">
          Add OpenAI, Anthropic, Google, or any server that speaks OpenAI's protocol, such as Ollama or vLLM. The key is tested at once,
          kept encrypted, and never shown again.
        </p>
        <Button icon={<Plus className="size-4" />} onClick={() => setAdding(true)}>
          Add a model provider
        </Button>
      </div>
      <Suspense fallback={null}>{isAdding ? <ProviderDialog onClose={() => setAdding(false)} /> : null}</Suspense>
    </Card>
  );
}
