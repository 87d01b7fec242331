"use client";

import { type ModelProvider, UpdateModelProvider } from "@crew/contracts/model-providers";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { modelProviderEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { issueWords } from "../../ui/issue-words.ts";
import { showToast } from "../../ui/toast-store.ts";
import { ContextField } from "./context-field.tsx";
import { contextText, contextTokensOf } from "./context-tokens.ts";
import { LIMITS_HINT, LimitFields } from "./limit-fields.tsx";
import { limitIssues, limitsOf, limitTexts } from "./provider-limits.ts";

/** Says how fast a provider that is there already may be asked, and how much its models read. */
export default function ProviderLimitsDialog({
  provider,
  providerId,
  onClose,
}: {
  provider: ModelProvider;
  providerId: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [texts, setTexts] = useState(() => limitTexts(provider));
  const [contexts, setContexts] = useState(() => contextText(provider.contextTokens));
  const [issues, setIssues] = useState<Record<string, string>>({});
  const save = useMutation({
    mutationFn: (body: UpdateModelProvider) => callApi(modelProviderEndpoints.update, { params: { providerId }, body }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["model-providers"] });
      showToast(`The limits of ${provider.name} are kept`);
      onClose();
    },
  });
  const submit = () => {
    const parsed = UpdateModelProvider.safeParse({ ...limitsOf(texts), contextTokens: contextTokensOf(contexts) });
    const told = parsed.error?.issues.map((issue) => [String(issue.path[0]), issueWords(issue)]) ?? [];
    setIssues({ ...Object.fromEntries(told), ...limitIssues(texts) });
    if (parsed.success) save.mutate(parsed.data);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Limits of ${provider.name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="limits-form" variant="primary" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id="limits-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className="text-sm text-muted">{LIMITS_HINT}</p>
        <LimitFields
          value={texts}
          issues={issues}
          onChange={(change) => {
            setTexts({ ...texts, ...change });
            setIssues({});
          }}
        />
        <ContextField
          value={contexts}
          error={issues.contextTokens}
          onChange={(text) => {
            setContexts(text);
            setIssues({});
          }}
        />
        {save.isError ? <ErrorState error={save.error} what="The limits were not saved" kept="What you entered is still here." /> : null}
      </form>
    </Dialog>
  );
}
