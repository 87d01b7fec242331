"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { backupEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { formatPlural } from "../../ui/format-figures.ts";
import { showToast } from "../../ui/toast-store.ts";

/** Asked once more, since what is sent cannot be taken back. */
export default function ReleaseDialog({ held, onClose }: { held: number; onClose: () => void }) {
  const queries = useQueryClient();
  const [dropDeliveries, setDrop] = useState(false);
  const release = useMutation({
    mutationFn: () => callApi(backupEndpoints.release, { body: { dropDeliveries } }),
    onSuccess: ({ sent, dropped }) => {
      showToast("Webhooks are told again what happens", {
        detail: `${formatPlural(sent, "message is", "messages are")} sent${dropped > 0 ? `, ${dropped} given up` : ""}.`,
      });
      void queries.invalidateQueries({ queryKey: ["backups"] });
      onClose();
    },
    onError: (error) => showToast("Nothing was released", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Release what is held?"
      actions={
        <>
          <Button onClick={onClose}>Hold on to it</Button>
          <Button variant="danger" busy={release.isPending} onClick={() => release.mutate()}>
            Release
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          {held === 0
            ? "No message waits. From now on webhooks are"
            : `${formatPlural(held, "message")} of webhooks will be sent, which cannot be taken back. From then on they are`}{" "}
          told what happens as it happens. Messages keep the ids that they had, so that a receiver which looks at them takes none twice.
        </p>
        <Checkbox
          label="Give up what may have been sent before"
          hint="Those messages stay in the list of each webhook, with a note, and can be sent again one by one."
          checked={dropDeliveries}
          onChange={(event) => setDrop(event.target.checked)}
        />
      </div>
    </Dialog>
  );
}
