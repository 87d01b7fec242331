"use client";

import type { McpTool } from "@crew/contracts/mcp-servers";
import type { ToolClass } from "@crew/contracts/tools";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useId, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { mcpServerEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { CLASS_CHOICES } from "./mcp-words.ts";

/** Approves the very text that is shown, as what the person says it is; or rejects it. */
export function McpToolDecision({ serverId, tool }: { serverId: string; tool: McpTool }) {
  const queries = useQueryClient();
  const id = useId();
  const [chosen, setChosen] = useState<ToolClass>(tool.class);
  const params = { mcpServerId: serverId, toolName: tool.name };
  const decide = useMutation({
    mutationFn: (what: "approve" | "reject") =>
      what === "approve"
        ? callApi(mcpServerEndpoints.approveTool, { params, body: { hash: tool.hash, class: chosen } })
        : callApi(mcpServerEndpoints.rejectTool, { params, body: {} }),
    onSuccess: (decided) => showToast(decided.state === "approved" ? `${tool.name} may be used` : `${tool.name} is rejected`),
    // A text that has changed meanwhile is refused: then too the page must show what the server says now.
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ["mcp-servers"] }), queries.invalidateQueries({ queryKey: ["tools"] })]),
  });
  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-sm font-medium">What does it do?</legend>
        {CLASS_CHOICES.map(({ value, words, meaning }) => (
          <div key={value} className="flex items-start gap-2">
            <input
              id={`${id}-${value}`}
              type="radio"
              name={`${id}-class`}
              aria-describedby={`${id}-${value}-meaning`}
              className="mt-0.5 size-4 shrink-0 accent-accent max-sm:size-5"
              checked={chosen === value}
              onChange={() => setChosen(value)}
            />
            <span className="min-w-0">
              <label htmlFor={`${id}-${value}`} className="text-sm">
                {words} <span className="font-mono text-xs text-faint">{value}</span>
              </label>
              <span id={`${id}-${value}-meaning`} className="block text-xs text-faint">
                {meaning}
              </span>
            </span>
          </div>
        ))}
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          icon={<Check className="size-4" />}
          disabled={!tool.isOffered || (tool.state === "approved" && tool.class === chosen)}
          busy={decide.isPending && decide.variables === "approve"}
          onClick={() => decide.mutate("approve")}
        >
          {tool.state === "approved" ? "Change" : tool.state === "changed" ? "Approve the new text" : "Approve"}
        </Button>
        <Button
          variant="danger"
          icon={<X className="size-4" />}
          disabled={tool.state === "rejected"}
          busy={decide.isPending && decide.variables === "reject"}
          onClick={() => decide.mutate("reject")}
        >
          Reject
        </Button>
      </div>
      {decide.isError ? <ErrorState error={decide.error} what="Nothing was decided" /> : null}
    </div>
  );
}
