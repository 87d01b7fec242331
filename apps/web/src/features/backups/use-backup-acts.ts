"use client";

import type { Backup } from "@crew/contracts/backups";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { backupEndpoints } from "../../data/endpoints.ts";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";

/** Making and verifying. What was asked for is done elsewhere, and within the minute. */
export function useBackupActs() {
  const queries = useQueryClient();
  /** When each was verified before it was asked for: until that changes it is awaited. */
  const [asked, setAsked] = useState<Readonly<Record<string, string | null>>>({});
  const settle = () => void queries.invalidateQueries({ queryKey: ["backups"] });
  const fail = (text: string) => (error: unknown) => showToast(text, { tone: "bad", detail: explainError(error).reason });
  const make = useMutation({
    mutationFn: () => callApi(backupEndpoints.create),
    onSuccess: () => {
      showToast("A backup is on its way", { detail: "It stands first in the list, and says when it is complete." });
      settle();
    },
    onError: fail("No backup was begun"),
  });
  const verify = useMutation({
    mutationFn: ({ id }: Backup) => callApi(backupEndpoints.verify, { params: { backupId: id } }),
    onSuccess: (_, { id, verifiedAt }) => {
      setAsked((before) => ({ ...before, [id]: verifiedAt }));
      showToast("It is being restored elsewhere and compared");
      settle();
    },
    onError: fail("It is not being verified"),
  });
  const isVerifying = ({ id, verifiedAt }: Backup) => id in asked && asked[id] === verifiedAt;
  return { make, verify, isVerifying };
}
