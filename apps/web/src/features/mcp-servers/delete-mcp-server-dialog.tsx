"use client";

import type { McpServer } from "@crew/contracts/mcp-servers";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { mcpServerEndpoints } from "../../data/endpoints.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { mcpServerQuery } from "./mcp-server-queries.ts";

export function DeleteMcpServerDialog({ server, onClose }: { server: McpServer | null; onClose: () => void }) {
  const queries = useQueryClient();
  const { push } = useNavigate();
  const remove = useMutation({
    mutationFn: (one: McpServer) => callApi(mcpServerEndpoints.delete, { params: { mcpServerId: one.id } }),
    onSuccess: (_, one) => {
      push("/settings/mcp-servers");
      queries.removeQueries({ queryKey: mcpServerQuery(one.id).queryKey });
      void queries.invalidateQueries({ queryKey: ["mcp-servers", "list"] });
      void queries.invalidateQueries({ queryKey: ["tools"] });
      showToast(`${one.name} is gone`);
      onClose();
    },
    onError: (error) => showToast("The server was not deleted", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={server !== null}
      title={`Delete ${server?.name ?? "server"}?`}
      confirm="Delete server"
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => server && remove.mutate(server)}
    >
      Its tools and what was decided about them go with it; agents that use one cannot do so any more, in runs under way too. Switching it
      off keeps the decisions.
    </ConfirmDialog>
  );
}
