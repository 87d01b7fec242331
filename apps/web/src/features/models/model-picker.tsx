"use client";

import type { Model } from "@crew/contracts/model-providers";
import { useQuery } from "@tanstack/react-query";
import { modelsQuery } from "../../data/model-queries.ts";
import { Select } from "../../ui/select.tsx";
import { DEMO_LABEL } from "./demo-note.tsx";

export interface ModelPickerProps {
  value: string | null;
  onChange: (model: string | null) => void;
  /** Offers "the crew's model" as `null`, and names it. */
  inherited?: string;
  path?: string;
}

/** The models of all providers, by provider and with their prices. A model that is gone stays shown until it is replaced. */
export function ModelPicker({ value, onChange, inherited, path }: ModelPickerProps) {
  const models = useQuery(modelsQuery).data ?? [];
  const groups = Map.groupBy(models, (model) => model.provider);
  const isKnown = value === null || models.some((model) => model.name === value);
  return (
    <Select value={value ?? ""} data-path={path} onChange={(event) => onChange(event.target.value || null)}>
      {inherited !== undefined ? <option value="">The crew's model ({inherited})</option> : null}
      {isKnown ? null : <option value={value ?? ""}>{value} (not offered now)</option>}
      {[...groups].map(([provider, offered]) => (
        <optgroup key={provider} label={provider === "demo" ? `demo: ${DEMO_LABEL}` : provider}>
          {offered.map((model) => (
            <option key={model.name} value={model.name}>
              {model.name} {priceOf(model)}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  );
}

function priceOf(model: Model): string {
  if (model.isDemo) return "· free";
  if (model.inputUsdPerMillion === null || model.outputUsdPerMillion === null) return "· price unknown";
  return `· $${model.inputUsdPerMillion} in, $${model.outputUsdPerMillion} out per million tokens`;
}
