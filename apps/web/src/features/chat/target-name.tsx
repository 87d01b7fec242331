"use client";

import type { ConversationTarget } from "@crew/contracts/conversations";
import { useQuery } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { crewQuery } from "../../data/crew-queries.ts";
import { agentEndpoints } from "../../data/endpoints.ts";
import { TextLink } from "../../ui/text-link.tsx";
import { visibleText } from "../../ui/visible-text.ts";

/** Who answers in this conversation, when it is not the model alone. */
export function TargetName({ target }: { target: ConversationTarget }) {
  if (target.kind === "model") return null;
  return (
    <span className="flex min-w-0 max-w-72 items-center gap-1 truncate max-sm:max-w-36">
      <span className="max-sm:sr-only">with</span>
      {target.kind === "platform" ? <span>the platform</span> : null}
      {target.kind === "crew" ? <CrewName crewId={target.crewId} /> : null}
      {target.kind === "agent" ? <AgentName agentId={target.agentId} /> : null}
    </span>
  );
}

function CrewName({ crewId }: { crewId: string }) {
  const { data, isError } = useQuery(crewQuery(crewId));
  if (!data) return <span>{isError ? "a crew that is gone" : "a crew"}</span>;
  return (
    <TextLink href={`/crews/${crewId}`} className="truncate text-accent underline underline-offset-2">
      {visibleText(data.name)}
    </TextLink>
  );
}

function AgentName({ agentId }: { agentId: string }) {
  const { data, isError } = useQuery({
    queryKey: ["agent", agentId],
    queryFn: ({ signal }) => callApi(agentEndpoints.get, { params: { agentId }, signal }),
    retry: false,
  });
  if (!data) return <span>{isError ? "an agent that is gone" : "an agent"}</span>;
  return (
    <TextLink href={`/crews/${data.crewId}`} className="truncate text-accent underline underline-offset-2">
      {visibleText(data.role)}
    </TextLink>
  );
}
