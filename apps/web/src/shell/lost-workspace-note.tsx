"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { forgetLostWorkspace, lostWorkspace } from "../data/ended-access.ts";
import { meQuery } from "../data/session-queries.ts";
import { IconButton } from "../ui/icon-button.tsx";

/** After somebody was taken out of the workspace that this window worked in: which it was, and where they are now. */
export function LostWorkspaceNote() {
  const me = useQuery(meQuery).data;
  const [lost, setLost] = useState<string | null>(null);
  // Known only in the browser.
  useEffect(() => setLost(lostWorkspace()), []);
  if (!me || lost === null) return null;
  const close = () => {
    forgetLostWorkspace();
    setLost(null);
  };
  return (
    <div role="alert" className="flex items-center gap-3 border-b border-line bg-warn-soft px-6 py-2 text-sm max-md:px-4">
      <p className="min-w-0 flex-1 break-words">
        You are not in <strong>{lost}</strong> any more: somebody took you out, or it is gone. You are in{" "}
        <strong>{me.workspace.name}</strong> now.
      </p>
      <IconButton label="Close" icon={<X />} onClick={close} />
    </div>
  );
}
