"use client";

import type { Permission } from "@crew/contracts/permissions";
import { Lock } from "lucide-react";
import { permissionWords } from "../roles/permission-words.ts";
import { WhomToAsk } from "./whom-to-ask.tsx";

/** In the place of what one may not see. */
export default function NotAllowed({ permission, what }: { permission: Permission; what: string }) {
  return (
    <section aria-label="Not allowed" className="flex gap-3 rounded-lg border border-line bg-surface p-4">
      <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
      <div className="flex flex-col gap-1">
        <p className="font-medium">Your role does not let you {what}.</p>
        <p className="text-sm text-muted">
          It lacks the permission to {permissionWords(permission)} (<code className="font-mono text-xs">{permission}</code>). <WhomToAsk />
        </p>
      </div>
    </section>
  );
}
