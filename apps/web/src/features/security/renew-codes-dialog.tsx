"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dialog } from "../../ui/dialog.tsx";
import { callAuth } from "../sessions/auth-calls.ts";
import { PasswordPrompt } from "./password-prompt.tsx";

export default function RenewCodesDialog({ onClose, onCodes }: { onClose: () => void; onCodes: (codes: string[]) => void }) {
  const queries = useQueryClient();
  const renew = useMutation({
    mutationFn: (password: string) => callAuth<{ recoveryCodes: string[] }>("/two-factor/recovery-codes", { password }),
    onSuccess: ({ recoveryCodes }) => {
      onCodes(recoveryCodes);
      onClose();
      return queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  return (
    <Dialog open onClose={onClose} title="New recovery codes">
      <PasswordPrompt
        submit="Make new codes"
        hint="The codes of before count no more."
        busy={renew.isPending}
        error={renew.error}
        what="The codes of before still count"
        onSubmit={renew.mutate}
        onCancel={onClose}
      />
    </Dialog>
  );
}
