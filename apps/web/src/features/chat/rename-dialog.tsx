"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export default function RenameDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const [title, setTitle] = useState(conversation.title);
  const queries = useQueryClient();
  const form = useId();
  const rename = useMutation({
    mutationFn: () => callApi(conversationEndpoints.update, { params: { conversationId: conversation.id }, body: { title: title.trim() } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["conversations"] });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rename the conversation"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={rename.isPending} disabled={title.trim() === ""}>
            Rename
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim() !== "") rename.mutate();
        }}
        className="flex flex-col gap-3"
      >
        <Field label="Title">
          <Input value={title} maxLength={200} autoFocus onChange={(event) => setTitle(event.target.value)} />
        </Field>
        {rename.isError ? <ErrorState error={rename.error} what="The title was not changed" /> : null}
      </form>
    </Dialog>
  );
}
