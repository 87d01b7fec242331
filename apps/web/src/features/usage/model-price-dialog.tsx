"use client";

import { SetModelPrice } from "@crew/contracts/model-prices";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { modelPriceEndpoints } from "../../data/endpoints.ts";
import { modelsQuery } from "../../data/model-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";

interface Values {
  model: string;
  input: string;
  output: string;
}

export default function ModelPriceDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const models = (useQuery(modelsQuery).data ?? []).filter(({ provider }) => provider !== "demo");
  const { values, problems, set, check } = useContractForm<Values, SetModelPrice>(SetModelPrice, { model: "", input: "", output: "" });
  const save = useMutation({
    mutationFn: (body: SetModelPrice) => callApi(modelPriceEndpoints.set, { body }),
    onSuccess: () => {
      showToast("The price counts from the next calls on");
      onClose();
      return queries.invalidateQueries({ queryKey: ["model-prices"] });
    },
  });
  const submit = () => {
    const price = { inputPerMillionUsd: values.input.trim(), outputPerMillionUsd: values.output.trim() };
    const body = check({ model: values.model, price });
    if (body && !save.isPending) save.mutate(body);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Set a model's price"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="price-form" variant="primary" busy={save.isPending}>
            Set price
          </Button>
        </>
      }
    >
      <form
        id="price-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Model" error={problems.model}>
          <Select value={values.model} onChange={(event) => set({ model: event.target.value })}>
            <option value="">Choose a model</option>
            {models.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <div className="grid grid-cols-2 gap-4">
          <Field label="Input, $ a million tokens" error={problems.price}>
            <Input inputMode="decimal" value={values.input} placeholder="0.15" onChange={(event) => set({ input: event.target.value })} />
          </Field>
          <Field label="Output, $ a million tokens">
            <Input inputMode="decimal" value={values.output} placeholder="0.60" onChange={(event) => set({ output: event.target.value })} />
          </Field>
        </div>
        {save.isError ? <ErrorState error={save.error} what="The price was not set" kept="What you typed is kept here." /> : null}
      </form>
    </Dialog>
  );
}
