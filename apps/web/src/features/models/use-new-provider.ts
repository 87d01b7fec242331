"use client";

import { ApiError } from "@crew/client/api-error";
import { idempotencyKey } from "@crew/client/idempotency-key";
import { CreateModelProvider, type ModelProvider, type ModelTest } from "@crew/contracts/model-providers";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { modelProviderEndpoints } from "../../data/endpoints.ts";
import { issueWords } from "../../ui/issue-words.ts";
import { type ProviderForm, providerBody, startForm } from "./provider-form.ts";
import { limitIssues } from "./provider-limits.ts";

/** A provider on its way in: it is added, then tested, then corrected as often as needed or taken out again. */
export function useNewProvider(onClose: () => void) {
  const queries = useQueryClient();
  const [form, setForm] = useState<ProviderForm>(startForm);
  const [added, setAdded] = useState<ModelProvider | null>(null);
  const [test, setTest] = useState<ModelTest | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [issues, setIssues] = useState<Record<string, string>>({});
  const set = (change: Partial<ProviderForm>) => setForm({ ...form, ...change });

  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ["model-providers"] });
    void queries.invalidateQueries({ queryKey: ["models"] });
  };

  const submit = async () => {
    const parsed = CreateModelProvider.safeParse(providerBody(form));
    const told = parsed.error?.issues.map((issue) => [String(issue.path[0]), issueWords(issue)]) ?? [];
    setIssues({ ...Object.fromEntries(told), ...limitIssues(form.limits) });
    if (!parsed.success) return;
    setBusy(true);
    setError(null);
    try {
      const { kind: _kind, name: _name, apiKey, ...change } = parsed.data;
      const provider =
        added?.id != null
          ? await callApi(modelProviderEndpoints.update, {
              params: { providerId: added.id },
              body: { ...change, ...(apiKey ? { apiKey } : {}) },
            })
          : await callApi(modelProviderEndpoints.create, { body: parsed.data, headers: idempotencyKey() });
      setAdded(provider);
      if (provider.id) setTest(await callApi(modelProviderEndpoints.test, { params: { providerId: provider.id } }));
    } catch (cause) {
      setError(cause);
      if (cause instanceof ApiError) setIssues(Object.fromEntries(cause.issues.map((issue) => [issue.path, issue.message])));
    }
    refresh();
    setBusy(false);
  };

  const remove = async () => {
    if (!added?.id) return;
    try {
      await callApi(modelProviderEndpoints.delete, { params: { providerId: added.id } });
      refresh();
      onClose();
    } catch (cause) {
      setError(cause);
    }
  };

  return { form, set, added, test, isBusy, error, issues, submit, remove };
}
