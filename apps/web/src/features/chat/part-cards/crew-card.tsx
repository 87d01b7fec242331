"use client";

import type { Crew, CrewInput } from "@crew/contracts/crews";
import type { MessagePart } from "@crew/contracts/message-parts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../../data/call-api.ts";
import { crewQuery } from "../../../data/crew-queries.ts";
import { crewEndpoints } from "../../../data/endpoints.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { RouteLink } from "../../../ui/route-link.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { visibleText } from "../../../ui/visible-text.ts";
import { crewDifferences, type Difference } from "../../crews/crew-differences.ts";
import { crewInputOf } from "../../crews/crew-input-of.ts";
import { DifferenceList } from "../../crews/difference-list.tsx";
import { LackNote } from "../../members/lack-note.tsx";
import { useMay } from "../../members/use-may.ts";
import { ProposedCrew } from "./proposed-crew.tsx";

type CrewPart = Extract<MessagePart, { type: "crew" }>;

/** A crew as it was proposed. Nothing of it is stored until a person presses the button. `name` tells proposals apart. */
export default function CrewCard({ part, name }: { part: CrewPart; name: string }) {
  // As the platform has checked it before it became a part.
  const input = part.definition as unknown as CrewInput;
  return part.crewId === null ? <NewCrew input={input} name={name} /> : <ChangedCrew input={input} crewId={part.crewId} />;
}

function NewCrew({ input, name }: { input: CrewInput; name: string }) {
  const mayWrite = useMay("crews:write");
  const queries = useQueryClient();
  const create = useMutation({
    // Named after the proposal: pressed again, also in another window, it makes no second crew.
    mutationFn: () =>
      callApi(crewEndpoints.create, { body: input, headers: { "idempotency-key": `proposal ${name}`.replaceAll(" ", "-") } }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["crews"] }),
  });
  return (
    <Card title={`Proposed crew: ${visibleText(input.name)}`} note="Nothing is stored yet.">
      <div className="flex min-w-0 flex-col gap-3">
        <ProposedCrew input={input} />
        {create.data ? <Done crew={create.data} words="The crew is created." /> : null}
        {create.isError ? <ErrorState error={create.error} what="The crew was not created" /> : null}
        <LackNote permission="crews:write" />
        {mayWrite && !create.data ? (
          <Button variant="primary" className="self-start" busy={create.isPending} onClick={() => create.mutate()}>
            Create this crew
          </Button>
        ) : null}
      </div>
    </Card>
  );
}

function ChangedCrew({ input, crewId }: { input: CrewInput; crewId: string }) {
  const queries = useQueryClient();
  const query = useQuery(crewQuery(crewId));
  const crew = query.data;
  const apply = useMutation({
    mutationFn: (over: Crew) =>
      callApi(crewEndpoints.update, { params: { crewId }, body: input, headers: { "if-match": `"${over.version}"` } }),
    onSuccess: (changed) => {
      queries.setQueryData(crewQuery(crewId).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ["crews"] });
    },
    onError: () => void query.refetch(),
  });
  if (query.isError && !crew) return <ErrorState error={query.error} what="The crew that this would change cannot be read" />;
  if (!crew) return <Skeleton className="h-40 rounded-lg" />;
  const differences = crewDifferences(input, crewInputOf(crew)).map(shown);
  return (
    <Card title={`Proposed change of ${visibleText(crew.name)}`} note={apply.data ? undefined : "Nothing is stored yet."}>
      <div className="flex min-w-0 flex-col gap-3">
        {apply.data ? <Done crew={apply.data} words={`It is version ${apply.data.version} now.`} /> : null}
        {!apply.data && differences.length === 0 ? <p className="text-sm text-muted">The crew is like this already.</p> : null}
        {!apply.data && differences.length > 0 ? (
          <>
            <DifferenceList differences={differences} mineTitle="Proposed" theirsTitle={`Version ${crew.version}, current`} />
            <Button variant="primary" className="self-start" busy={apply.isPending} onClick={() => apply.mutate(crew)}>
              Apply as version {crew.version + 1}
            </Button>
          </>
        ) : null}
        {apply.isError ? <ErrorState error={apply.error} what="The change was not applied" kept="The crew is as it was." /> : null}
      </div>
    </Card>
  );
}

/** A model wrote it: what is judged by eye must hold nothing unseen. */
function shown({ place, mine, theirs }: Difference): Difference {
  return { place: visibleText(place), mine: mine && visibleText(mine), theirs: theirs && visibleText(theirs) };
}

function Done({ crew, words }: { crew: Crew; words: string }) {
  return (
    <p role="status" className="flex flex-wrap items-center gap-3">
      <span className="font-medium text-good">{words}</span>
      <RouteLink href={`/crews/${crew.id}`} className={buttonClass("secondary", "sm")}>
        Open the crew
      </RouteLink>
    </p>
  );
}
