"use client";

import { partsOfTool } from "@crew/client/parts-of-tool";
import { CrewInput } from "@crew/contracts/crews";
import { useMemo } from "react";
import type { LiveCallProps } from "./live-call.tsx";
import { PartCards } from "./part-cards.tsx";

/** A crew that an answer under way proposes; it brings the schemas, so it is loaded when there is one. */
export default function LiveProposal({ tool, ...place }: LiveCallProps) {
  const parts = useMemo(() => {
    const all = partsOfTool(tool, (definition) => CrewInput.safeParse(definition).data);
    return all.filter(({ type }) => type === "crew");
  }, [tool]);
  return <PartCards parts={parts} {...place} />;
}
