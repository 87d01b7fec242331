"use client";

import type { AuditEvent } from "@crew/contracts/audit";
import type { ReactNode } from "react";
import { Code } from "../../ui/code.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { actionWords } from "./audit-words.ts";

export function AuditEventDrawer({ event, onClose }: { event: AuditEvent | null; onClose: () => void }) {
  return (
    <Drawer open={event !== null} onClose={onClose} title={event ? actionWords(event.action) : ""}>
      {event ? (
        <div className="flex flex-col gap-4">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
            <Fact name="When">{new Date(event.createdAt).toLocaleString()}</Fact>
            <Fact name="Who">
              {event.actor.name} <span className="text-faint">({event.actor.kind.replaceAll("_", " ")})</span>
            </Fact>
            <Fact name="Their id" isCode>
              {event.actor.apiKeyId ?? event.actor.oauthClientId ?? event.actor.userId ?? "none"}
            </Fact>
            <Fact name="Action" isCode>
              {event.action}
            </Fact>
            <Fact name="To what" isCode>
              {event.subject}
            </Fact>
            <Fact name="Outcome">{event.outcome === "ok" ? "done" : "refused"}</Fact>
            <Fact name="From">{[event.address, event.userAgent].filter(Boolean).join(" · ") || "unknown"}</Fact>
            <Fact name="Request" isCode>
              {event.requestId ?? "none"}
            </Fact>
            <Fact name="Place in the chain">{event.seq}</Fact>
            <Fact name="Hash" isCode>
              {event.hash}
            </Fact>
          </dl>
          <Code label="Detail" text={JSON.stringify(event.detail, null, 2)} />
        </div>
      ) : null}
    </Drawer>
  );
}

function Fact({ name, isCode = false, children }: { name: string; isCode?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className={`min-w-0 break-all ${isCode ? "font-mono text-xs" : ""}`}>{children}</dd>
    </>
  );
}
