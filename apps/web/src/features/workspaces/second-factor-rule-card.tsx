"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";

/** The rule that nobody works here without a second factor. */
export function SecondFactorRuleCard({ me }: { me: Me }) {
  const queries = useQueryClient();
  const isOn = me.workspace.requiresSecondFactor;
  const mayWrite = me.permissions.includes("security:write");
  const set = useMutation({
    mutationFn: (requiresSecondFactor: boolean) =>
      callApi(workspaceEndpoints.update, { params: { workspaceId: me.workspace.id }, body: { requiresSecondFactor } }),
    onSuccess: async (workspace) => {
      showToast(workspace.requiresSecondFactor ? "A second factor is asked for from now on" : "The password alone lets in again");
      await queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  const lacksOwn = !isOn && !me.secondFactor.enabled;
  return (
    <Card
      title="Second factor for everybody"
      note={
        <>
          Members without one see nothing here until they have set it up.
          {mayWrite ? null : (
            <>
              {" "}
              Your role does not set this. <WhomToAsk />
            </>
          )}
        </>
      }
      actions={<Badge tone={isOn ? "good" : "plain"}>{isOn ? "asked for" : "not asked for"}</Badge>}
    >
      <div className="flex flex-col gap-3">
        {mayWrite && lacksOwn ? (
          <p className="text-sm text-muted">
            Set up <TextLink href="/settings/security">your own</TextLink> first, or the rule shuts you out too.
          </p>
        ) : null}
        {set.isError ? <ErrorState error={set.error} what="The rule is the same as before" /> : null}
        {mayWrite ? (
          <Button
            variant={isOn ? "danger" : "secondary"}
            className="self-start"
            disabled={lacksOwn}
            busy={set.isPending}
            onClick={() => set.mutate(!isOn)}
          >
            {isOn ? "Stop asking for it" : "Ask everybody for it"}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}
