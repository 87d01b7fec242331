"use client";

import type { Crew, CrewInput } from "@crew/contracts/crews";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { PageHeader } from "../../shell/page-header.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { LackNote } from "../members/lack-note.tsx";
import { ContainmentCard } from "./containment-card.tsx";
import { DraftForm } from "./draft-form.tsx";
import { draftPlaceholders } from "./draft-problems.ts";
import { EditorActions } from "./editor-actions.tsx";
import { ProblemList } from "./problem-list.tsx";
import { RunForm } from "./run-form.tsx";
import { UnsavedGuard } from "./unsaved-guard.tsx";
import { useCrewDraft } from "./use-crew-draft.ts";
import { useWide } from "./use-wide.ts";

const StaleDialog = lazy(() => import("./stale-dialog.tsx"));
const CrewGrants = lazy(() => import("./crew-grants.tsx"));
const CrewQueueCard = lazy(() => import("./crew-queue-card.tsx"));
const CrewVersions = lazy(() => import("./crew-versions.tsx"));
const CRUMBS = [{ label: "Crews", href: "/crews" }];

export default function CrewEditor({ crew }: { crew: Crew }) {
  const state = useCrewDraft(crew);
  const { input, problems, isDirty, isSaving, saved } = state;
  const [isRunOpen, setRunOpen] = useState(() => new URLSearchParams(location.search).get("run") === "1");
  const [isHistoryOpen, setHistoryOpen] = useState(false);
  const [isGrantsOpen, setGrantsOpen] = useState(false);
  const [jumpTo, setJumpTo] = useState<{ path: string } | null>(null);
  const isWide = useWide();

  const save = async (): Promise<Crew | null> => {
    if (problems[0]) {
      setJumpTo({ path: problems[0].path });
      return null;
    }
    const done = await state.save();
    if (done) showToast(`Saved as version ${done.version}`);
    return done;
  };
  const restore = async (older: CrewInput) => {
    const done = await state.restore(older);
    setHistoryOpen(false);
    if (done) showToast(`Restored as version ${done.version}`);
  };
  useSaveKey(() => isDirty && void save());

  const runForm = (
    <RunForm
      crew={{ id: saved.id, placeholders: draftPlaceholders(input), example: input.example }}
      prepare={async () => (isDirty ? await save() : saved)}
      runLabel={isDirty ? "Save and run" : "Run this crew"}
      blocked={problems.length > 0 ? "Solve the problems of the draft first." : null}
      note={`Runs version ${isDirty ? saved.version + 1 : saved.version}. A run keeps its version whatever is changed later.`}
    />
  );

  return (
    <>
      <PageHeader
        crumbs={CRUMBS}
        title={input.name || "Unnamed crew"}
        state={
          <>
            <Badge>version {saved.version}</Badge>
            {isDirty ? <Badge tone="warn">not saved</Badge> : null}
          </>
        }
        actions={
          <EditorActions
            crewId={saved.id}
            isDirty={isDirty}
            isSaving={isSaving}
            isWide={isWide}
            onGrants={() => setGrantsOpen(true)}
            onHistory={() => setHistoryOpen(true)}
            onRun={() => setRunOpen(true)}
            onSave={() => void save()}
          />
        }
      />
      <div className="grid min-w-0 flex-1 items-start gap-4 p-6 max-md:p-4 xl:grid-cols-[minmax(0,1fr)_360px]">
        <div className="flex min-w-0 flex-col gap-4">
          {state.wasRecalled ? (
            <DraftNote text="Your unsaved changes from before are here again." action="Discard them" onAct={() => state.discard()} />
          ) : null}
          {state.setAside ? (
            <DraftNote
              text={`This is version ${saved.version}. Your own draft is set aside.`}
              action="Bring it back"
              onAct={state.bringBack}
            />
          ) : null}
          {state.error ? <ErrorState error={state.error} what="The crew was not saved" kept="Your draft is kept in this page." /> : null}
          <LackNote permission="crews:write" mayBeGranted />
          <ContainmentCard crew={saved} isDirty={isDirty} onSignedOff={state.adopt} />
          <ProblemList crew={input} problems={isDirty ? problems : []} onJump={(path) => setJumpTo({ path })} />
          <DraftForm draft={state.draft} problems={isDirty ? problems : []} dispatch={state.dispatch} jumpTo={jumpTo} />
          <Suspense fallback={null}>
            <CrewQueueCard crewId={saved.id} />
          </Suspense>
        </div>
        {isWide ? (
          <Card title="Run" className="sticky top-[calc(var(--header)+16px)] max-h-[calc(100dvh-var(--header)-32px)] overflow-y-auto">
            {runForm}
          </Card>
        ) : null}
      </div>
      {isWide ? null : (
        <Drawer open={isRunOpen} onClose={() => setRunOpen(false)} title={`Run ${input.name}`}>
          {runForm}
        </Drawer>
      )}
      <UnsavedGuard isDirty={isDirty} onSave={async () => (await save()) !== null} onDiscard={() => state.discard()} />
      <Suspense fallback={null}>
        {isHistoryOpen ? (
          <CrewVersions crew={saved} busy={isSaving} onRestore={(older) => void restore(older)} onClose={() => setHistoryOpen(false)} />
        ) : null}
        {isGrantsOpen ? <CrewGrants crew={saved} onClose={() => setGrantsOpen(false)} /> : null}
        {state.stale ? (
          <StaleDialog
            mine={input}
            theirs={state.stale}
            busy={isSaving}
            onSaveMine={() => void state.save(state.stale ?? undefined)}
            onTakeTheirs={state.takeTheirs}
            onClose={state.dismissStale}
          />
        ) : null}
      </Suspense>
    </>
  );
}

function DraftNote({ text, action, onAct }: { text: string; action: string; onAct: () => void }) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-line bg-warn-soft px-4 py-2 text-sm"
    >
      <span>{text}</span>
      <Button size="sm" variant="ghost" onClick={onAct}>
        {action}
      </Button>
    </div>
  );
}

function useSaveKey(onSave: () => void): void {
  const latest = useRef(onSave);
  latest.current = onSave;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
