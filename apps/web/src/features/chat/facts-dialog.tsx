"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { useMay } from "../members/use-may.ts";
import { conversationQuery } from "./conversation-queries.ts";

const MOST_FACTS = 50;
const MOST_CHARACTERS = 500;

export default function FactsDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const facts = [...new Set(conversation.facts)];
  const [fresh, setFresh] = useState("");
  const form = useId();
  const change = useFactsChange(conversation.id);
  const mayChange = useMay("conversations:write") && conversation.isMine;
  const words = fresh.trim();
  const canAdd = words !== "" && !facts.includes(words) && facts.length < MOST_FACTS && !change.isPending;
  return (
    <Dialog open onClose={onClose} title="Pinned facts">
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">The model is reminded of these with every question of this conversation.</p>
        {facts.length === 0 ? <p className="text-sm text-faint">Nothing is pinned yet.</p> : null}
        <ul aria-label="Pinned facts" className="flex flex-col gap-1 empty:hidden">
          {facts.map((fact) => (
            <li key={fact} className="flex items-start gap-2 rounded-md bg-sunken py-1 pr-1 pl-2.5 text-sm">
              <span className="min-w-0 flex-1 py-0.5 break-words whitespace-pre-wrap">{fact}</span>
              {mayChange ? (
                <IconButton
                  label={`Unpin “${fact.slice(0, 40)}”`}
                  icon={<X />}
                  disabled={change.isPending}
                  onClick={() => change.mutate(facts.filter((other) => other !== fact))}
                />
              ) : null}
            </li>
          ))}
        </ul>
        {mayChange ? (
          <form
            id={form}
            onSubmit={(event) => {
              event.preventDefault();
              if (canAdd) change.mutate([...facts, words], { onSuccess: () => setFresh("") });
            }}
            className="flex items-end gap-2"
          >
            <Field label="A fact to remember" aside={`${facts.length} of ${MOST_FACTS}`} className="flex-1">
              <Input value={fresh} maxLength={MOST_CHARACTERS} onChange={(event) => setFresh(event.target.value)} />
            </Field>
            <Button type="submit" variant="primary" busy={change.isPending} disabled={!canAdd && !change.isPending}>
              Pin
            </Button>
          </form>
        ) : null}
        {change.isError ? <ErrorState error={change.error} what="The facts were not changed" /> : null}
      </div>
    </Dialog>
  );
}

function useFactsChange(conversationId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (facts: string[]) => callApi(conversationEndpoints.update, { params: { conversationId }, body: { facts } }),
    onSuccess: (conversation) => queries.setQueryData(conversationQuery(conversationId).queryKey, conversation),
  });
}
