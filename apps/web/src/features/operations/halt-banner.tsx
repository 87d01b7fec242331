"use client";

import { useQuery } from "@tanstack/react-query";
import { OctagonX } from "lucide-react";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useMay } from "../members/use-may.ts";
import { haltsQuery } from "./halt-queries.ts";

/** On every page while the workspace, or the whole installation, is halted. */
export default function HaltBanner() {
  const mayRead = useMay("runs:read");
  const mayHalt = useMay("runs:halt");
  const halts = useQuery({ ...haltsQuery, enabled: mayRead }).data;
  const halt = halts?.find(({ scope }) => scope === "installation") ?? halts?.find(({ scope }) => scope === "workspace");
  if (!halt) return null;
  const isInstallation = halt.scope === "installation";
  return (
    <div role="status" className="flex items-start gap-2 border-b border-line bg-bad-soft px-6 py-2 text-sm max-md:px-4">
      <OctagonX aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
      <p className="min-w-0 flex-1 break-words">
        <strong>{isInstallation ? "This installation is halted." : "This workspace is halted."}</strong> “{halt.reason}”{" "}
        <span className="text-muted">
          ({halt.by}, <RelativeTime at={halt.createdAt} />
          ).
        </span>{" "}
        Nothing starts until the halt is lifted.{" "}
        {mayHalt && !isInstallation ? <TextLink href="/operations">Lift it in Operations</TextLink> : null}
      </p>
    </div>
  );
}
