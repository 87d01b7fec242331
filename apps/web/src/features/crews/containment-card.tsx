"use client";

import type { Crew } from "@crew/contracts/crews";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { crewEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";

export interface ContainmentCardProps {
  crew: Crew;
  /** The draft is ahead of the version that this is about. */
  isDirty: boolean;
  onSignedOff: (crew: Crew) => void;
}

/** Where a crew reads what is private and what strangers wrote, and may send freely, somebody has to take it on them. */
export function ContainmentCard({ crew, isDirty, onSignedOff }: ContainmentCardProps) {
  const { containment } = crew;
  const mayDecide = useMay("security:write");
  const queries = useQueryClient();
  const signOff = useMutation({
    mutationFn: () => callApi(crewEndpoints.signOff, { params: { crewId: crew.id }, body: { version: crew.version } }),
    onSuccess: (signed) => {
      onSignedOff(signed);
      void queries.invalidateQueries({ queryKey: ["crews"] });
      showToast(`Version ${signed.version} may run`);
    },
  });
  if (!containment.needsSignOff && !containment.signedOff) return null;
  return (
    <Card
      title={containment.needsSignOff ? `Version ${crew.version} needs a sign-off before it runs` : `Version ${crew.version} is signed off`}
      note="It could be talked into sending private things out: it has all three of these."
      className={containment.needsSignOff ? "border-warn/60" : undefined}
    >
      <div className="flex flex-col gap-3">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-sm">
          <Reason name="Private data" list={containment.privateData} />
          <Reason name="Content from outside" list={containment.untrustedContent} />
          <Reason name="Ways to send" list={containment.openEgress} />
        </dl>
        {containment.signedOff ? (
          <p className="text-sm text-muted">
            {containment.signedOff.by} took it on themselves <RelativeTime at={containment.signedOff.at} />. Any change asks again.
          </p>
        ) : null}
        {containment.needsSignOff && mayDecide ? (
          <Button variant="danger" className="self-start" busy={signOff.isPending} disabled={isDirty} onClick={() => signOff.mutate()}>
            Sign version {crew.version} off
          </Button>
        ) : null}
        {containment.needsSignOff && isDirty ? (
          <p className="text-xs text-faint">Save the draft first: the sign-off is for what is saved.</p>
        ) : null}
        {containment.needsSignOff && !mayDecide ? (
          <p className="text-sm text-muted">
            Narrow one of the three, or have it signed off. <WhomToAsk />
          </p>
        ) : null}
        {signOff.isError ? <ErrorState error={signOff.error} what="It was not signed off" /> : null}
      </div>
    </Card>
  );
}

function Reason({ name, list }: { name: string; list: readonly string[] }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{list.join(", ") || "none"}</dd>
    </>
  );
}
