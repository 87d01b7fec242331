"use client";

import { urlOf } from "@crew/client/call";
import type { UsageGroup } from "@crew/contracts/usage";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { downloadFrom } from "../../data/download-from.ts";
import { usageEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Select } from "../../ui/select.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { BudgetsCard } from "./budgets-card.tsx";
import { ModelPricesCard } from "./model-prices-card.tsx";
import { SpendCard } from "./spend-card.tsx";
import { SPANS, type SpanName, spanOf, type UsageSpan } from "./usage-span.ts";
import { UsageTable } from "./usage-table.tsx";

const NotAllowed = lazy(() => import("../members/not-allowed.tsx"));

const GROUPS: Record<UsageGroup, string> = {
  crew: "Crews",
  agent: "Agents",
  model: "Models",
  user: "People",
  key: "API keys",
  day: "Days",
};

/** What model calls have cost, and what they may. */
export function UsagePage() {
  const [name, setName] = useState<SpanName>("month");
  const span = spanOf(name, new Date());
  const me = useQuery(meQuery).data;
  const may = me?.permissions.includes("usage:read");
  return (
    <>
      <PageHeader title="Usage" actions={may ? <ExportButton span={span} /> : null} />
      <PageBody>
        {may === false ? (
          <Suspense fallback={null}>
            <NotAllowed permission="usage:read" what="see what runs have cost" />
          </Suspense>
        ) : null}
        {may ? (
          <div className="flex flex-col gap-4">
            <SpendCard name={name} picker={<SpanPicker value={name} onChange={setName} />} />
            <BudgetsCard />
            <Card flush title="Where it went" note={SPANS[name]}>
              <Tabs
                label="Usage by"
                className="px-4 pt-1"
                contentClassName="-mx-4 !pt-0"
                tabs={(Object.keys(GROUPS) as UsageGroup[]).map((group) => ({
                  id: group,
                  label: GROUPS[group],
                  content: <UsageTable span={span} group={group} />,
                }))}
              />
            </Card>
            <ModelPricesCard />
          </div>
        ) : null}
      </PageBody>
    </>
  );
}

function SpanPicker({ value, onChange }: { value: SpanName; onChange: (name: SpanName) => void }) {
  return (
    <Select className="w-36" aria-label="Time" value={value} onChange={(event) => onChange(event.target.value as SpanName)}>
      {Object.entries(SPANS).map(([name, label]) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </Select>
  );
}

function ExportButton({ span }: { span: UsageSpan }) {
  const download = useMutation({
    mutationFn: () =>
      downloadFrom(urlOf(usageEndpoints.export, { query: { ...span } }), `usage-${span.from.slice(0, 10)}-${span.to.slice(0, 10)}.csv`),
    onError: (error) => showToast("The usage could not be exported", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Button size="sm" icon={<Download className="size-3.5" />} busy={download.isPending} onClick={() => download.mutate()}>
      Export CSV
    </Button>
  );
}
