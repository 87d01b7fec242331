"use client";

import type { SecurityEvent } from "@crew/contracts/security-events";
import type { ReactNode } from "react";
import { Drawer } from "../../ui/drawer.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { TextLink } from "../../ui/text-link.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { kindWords, SECURITY_KINDS, type SecurityFact, securityFacts } from "./security-words.ts";
import { SeverityBadge } from "./severity-badge.tsx";

/** What an event means, what is known of it, and where one looks next. */
export function SecurityEventDrawer({ event, onClose }: { event: SecurityEvent | null; onClose: () => void }) {
  return (
    <Drawer open={event !== null} onClose={onClose} title={event ? kindWords(event.kind) : ""}>
      {event ? <EventFacts event={event} /> : null}
    </Drawer>
  );
}

function EventFacts({ event }: { event: SecurityEvent }) {
  const kind = SECURITY_KINDS[event.kind];
  return (
    <div className="flex flex-col gap-4">
      <p>
        <SeverityBadge value={event.severity} />
      </p>
      {kind ? <p className="text-muted">{kind.meaning}</p> : null}
      <dl className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        <Fact name="When">{new Date(event.createdAt).toLocaleString()}</Fact>
        <Fact name="How often">{event.count === 1 ? "once" : `${formatPlural(event.count, "time")} within the second`}</Fact>
        <Fact name="Who">{event.user ? event.user.name : "not known"}</Fact>
        {event.user ? (
          <Fact name="Their id">
            <span className="font-mono text-xs">{event.user.id}</span>
          </Fact>
        ) : null}
        <Fact name="From">{event.address ?? "not known"}</Fact>
        {securityFacts(event.detail).map((fact) => (
          <Fact key={fact.key} name={fact.name}>
            <FactText fact={fact} />
          </Fact>
        ))}
        <Fact name="Kind">
          <span className="font-mono text-xs">{event.kind}</span>
        </Fact>
      </dl>
      {kind?.place ? (
        <p className="text-sm text-muted">
          Look further: <TextLink href={kind.place.href}>{kind.place.label}</TextLink>
        </p>
      ) : null}
    </div>
  );
}

/** A run is one press away; what agents and servers have said is shown character by character. */
function FactText({ fact }: { fact: SecurityFact }) {
  if (fact.key === "runId" && /^run_[0-9a-z]{26}$/.test(fact.text)) {
    return <TextLink href={`/runs/${fact.text}`}>{fact.text}</TextLink>;
  }
  return visibleText(fact.text);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
