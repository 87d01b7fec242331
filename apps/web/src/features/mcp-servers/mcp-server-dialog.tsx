"use client";

import { CreateMcpServer, type McpServer, type McpServerWithTools, UpdateMcpServer } from "@crew/contracts/mcp-servers";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { mcpServerEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { headersOfText, textOfHeaders } from "./header-lines.ts";
import { keepMcpServer } from "./mcp-server-queries.ts";
import { SecretReference } from "./secret-reference.tsx";

export interface McpServerDialogProps {
  server: McpServer | null;
  onClose: () => void;
  onSaved: (server: McpServerWithTools) => void;
}

interface Values {
  name: string;
  url: string;
  headers: string;
}

/** Adds a server by its address, or changes where and with what it is asked. */
export default function McpServerDialog({ server, onClose, onSaved }: McpServerDialogProps) {
  const queries = useQueryClient();
  const initial: Values = { name: server?.name ?? "", url: server?.url ?? "", headers: textOfHeaders(server?.headers ?? {}) };
  const form = useContractForm<Values, CreateMcpServer | UpdateMcpServer>(server ? UpdateMcpServer : CreateMcpServer, initial);
  const [lineProblem, setLineProblem] = useState<string | null>(null);
  const { values, problems, set } = form;
  const save = useMutation({
    mutationFn: (body: CreateMcpServer | UpdateMcpServer) =>
      server
        ? callApi(mcpServerEndpoints.update, { params: { mcpServerId: server.id }, body: body as UpdateMcpServer })
        : callApi(mcpServerEndpoints.create, { body: body as CreateMcpServer }),
    onSuccess: (saved) => {
      keepMcpServer(queries, saved);
      onClose();
      onSaved(saved);
    },
  });
  const submit = () => {
    const { headers, problem } = headersOfText(values.headers);
    setLineProblem(problem);
    const url = values.url.trim();
    const body = form.check(server ? { url, headers } : { name: values.name.trim(), url, headers });
    if (body && problem === null && !save.isPending) save.mutate(body);
  };
  const insert = (reference: string) => set({ headers: withReference(values.headers, reference) });
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={server ? `Server “${server.name}”` : "New MCP server"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="mcp-server-form" variant="primary" busy={save.isPending}>
            {server ? "Save" : "Add"}
          </Button>
        </>
      }
    >
      <form
        id="mcp-server-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {server ? null : (
          <Field label="Name" hint="Begins the names of its tools, such as tracker__create_ticket. It stays." error={problems.name}>
            <Input
              maxLength={20}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              placeholder="tracker"
              value={values.name}
              onChange={(event) => set({ name: event.target.value.toLowerCase() })}
            />
          </Field>
        )}
        <Field
          label="Address"
          hint={
            server
              ? "A new address needs every tool to be approved again."
              : "Streamable HTTP. Programs on this machine (stdio) cannot be added."
          }
          error={problems.url}
        >
          <Input
            type="url"
            inputMode="url"
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            placeholder="https://mcp.example.org/mcp"
            value={values.url}
            onChange={(event) => set({ url: event.target.value })}
          />
        </Field>
        <Field
          label="Headers"
          optional
          hint="One a line, sent with every request. Everybody who sees servers sees them: a credential stands here as {{secret:NAME}}."
          error={lineProblem ?? problems.headers}
        >
          <Textarea
            rows={3}
            spellCheck={false}
            autoComplete="off"
            className="font-mono text-sm"
            placeholder="Authorization: Bearer {{secret:TRACKER_TOKEN}}"
            value={values.headers}
            onChange={(event) => set({ headers: event.target.value })}
          />
        </Field>
        <SecretReference host={URL.parse(values.url)?.host ?? null} onInsert={insert} />
        {save.isError ? <ErrorState error={save.error} what="The server was not saved" kept="What you typed is kept here." /> : null}
      </form>
    </Dialog>
  );
}

/** Behind what is there; an empty field begins with the header that most servers want. */
function withReference(headers: string, reference: string): string {
  return headers.trim() === ""
    ? `Authorization: Bearer ${reference}`
    : `${headers.trimEnd()}${/[:\s]$/.test(headers) ? " " : ""}${reference}`;
}
