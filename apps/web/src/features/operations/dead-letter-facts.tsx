"use client";

import type { DeadLetterDetail } from "@crew/contracts/dead-letters";
import type { ReactNode } from "react";
import { Code } from "../../ui/code.tsx";
import { formatCount } from "../../ui/format-figures.ts";
import { Moment } from "../../ui/moment.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { LetterState } from "./dead-letter-columns.tsx";
import { codeAdvice, codeTitle, lastWords } from "./dead-letter-words.ts";

export function DeadLetterFacts({ letter }: { letter: DeadLetterDetail }) {
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <section className="rounded-lg border border-bad/40 bg-bad-soft p-4">
        <h3 className="font-semibold text-bad">{codeTitle(letter.code)}</h3>
        <p className="mt-1 break-words">{visibleText(letter.message)}</p>
        <p className="mt-1 text-sm text-muted">
          {letter.notRedrivable && letter.state === "open" ? `It cannot be redriven. ${letter.notRedrivable}` : codeAdvice(letter.code)}
        </p>
      </section>
      <dl className="grid grid-cols-[minmax(0,8rem)_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        <Fact name="State">
          <LetterState state={letter.state} />
        </Fact>
        {letter.resolvedAt ? (
          <Fact name={letter.state === "redriven" ? "Redriven" : "Discarded"}>
            <Moment at={letter.resolvedAt} /> by {letter.resolvedBy}
          </Fact>
        ) : null}
        {letter.reason ? <Fact name="Reason">{letter.reason}</Fact> : null}
        {letter.redrivenRunId ? (
          <Fact name="Goes on as">
            <TextLink href={`/runs/${letter.redrivenRunId}`}>the new run</TextLink>
          </Fact>
        ) : null}
        {letter.runId ? (
          <Fact name="Run">
            <TextLink href={`/runs/${letter.runId}`}>the run that failed</TextLink>
          </Fact>
        ) : null}
        <Fact name="Died">
          <Moment at={letter.createdAt} />
        </Fact>
        <Fact name="Attempts">{letter.attempts}</Fact>
        {letter.worker ? (
          <Fact name="Given up by">
            {letter.worker.host}, process {letter.worker.pid}
          </Fact>
        ) : null}
        {letter.lostWorkers.length > 0 ? <Fact name="Lost workers">{letter.lostWorkers.join(" · ")}</Fact> : null}
      </dl>
      <LastEvents letter={letter} />
      <WhatItWasToDo letter={letter} />
    </div>
  );
}

function LastEvents({ letter }: { letter: DeadLetterDetail }) {
  if (letter.events.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">What happened last</h3>
      <ol className="flex flex-col">
        {letter.events.map((event) => (
          <li key={event.seq} className="flex gap-3 border-b border-line py-1.5 text-sm last:border-b-0">
            <span className="w-18 shrink-0 text-xs leading-5 text-faint">
              <Moment at={event.at} />
            </span>
            <span className="min-w-0 break-words">{visibleText(lastWords(event))}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A run's inputs and the names of its documents; a job's payload. */
function WhatItWasToDo({ letter }: { letter: DeadLetterDetail }) {
  const given = letter.payload ?? letter.inputs;
  if (given === null) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">{letter.kind === "job" ? "What it was to do" : "What it was given"}</h3>
      {Object.keys(given).length > 0 ? (
        <Code text={JSON.stringify(given, null, 2)} label="Given" wrap />
      ) : (
        <p className="text-sm text-muted">No inputs.</p>
      )}
      {letter.documents.length > 0 ? (
        <ul aria-label="Documents" className="text-sm text-muted">
          {letter.documents.map(({ name, characters }) => (
            <li key={name}>
              {name}, {formatCount(characters)} characters
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
