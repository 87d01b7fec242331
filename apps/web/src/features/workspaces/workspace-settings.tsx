"use client";

import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../data/session-queries.ts";
import { EndWorkspaceCard } from "./end-workspace-card.tsx";
import { QuestionMailCard } from "./question-mail-card.tsx";
import { RunLimitsCard } from "./run-limits-card.tsx";
import { SecondFactorRuleCard } from "./second-factor-rule-card.tsx";
import { WorkspaceListCard } from "./workspace-list-card.tsx";
import { WorkspaceNameCard } from "./workspace-name-card.tsx";

export function WorkspaceSettings() {
  const me = useQuery(meQuery).data;
  if (!me) return null;
  return (
    <>
      <WorkspaceNameCard key={me.workspace.id} me={me} />
      <RunLimitsCard me={me} />
      <SecondFactorRuleCard me={me} />
      <QuestionMailCard key={`mail of ${me.workspace.id}`} me={me} />
      <WorkspaceListCard me={me} />
      <EndWorkspaceCard me={me} />
    </>
  );
}
