"use client";

import { CHAT_TASK, type LiveRunView } from "@crew/client/live-run-view";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { TaskCard, taskElementId } from "./task-card.tsx";
import { useFollowScroll } from "./use-follow-scroll.ts";

/** What happens, task by task; it follows the end while the run works and the reader does not scroll up. */
export function RunStream({ view, isDemo, runId }: { view: LiveRunView; isDemo: boolean; runId: string }) {
  const isLive = view.endedAt === null && view.state === "running";
  const working = view.tasks.findLast((task) => task.state === "running");
  const { isFollowing, follow } = useFollowScroll(isLive && working ? taskElementId(working.key) : null, view);
  const unfolded = useUnfolded(view);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {view.tasks.map((task) => (
        <TaskCard
          key={task.key}
          task={task}
          defaultOpen={unfolded.has(task.key)}
          namesDemo={!isDemo}
          runId={view.endedAt === null && task.key !== CHAT_TASK ? runId : null}
        />
      ))}
      {isLive && !isFollowing ? (
        <div className="sticky bottom-4 flex justify-center max-md:bottom-20">
          <Button size="sm" icon={<ArrowDown className="size-3.5" />} onClick={follow} className="shadow-pop">
            Follow the live end
          </Button>
        </div>
      ) : null}
      <ReturnToTop hasEnded={view.endedAt !== null} wasFollowing={isFollowing} />
    </div>
  );
}

/**
 * Tasks that are at work or went wrong, and every one that was seen at work here: a card never folds under the eyes of
 * who reads it. A run that is opened after its end shows its result, with the tasks folded below.
 */
function useUnfolded(view: LiveRunView): ReadonlySet<string> {
  const seen = useRef(new Set<string>());
  for (const task of view.tasks) {
    const isOnly = view.tasks.length === 1;
    if (task.state === "running" || task.state === "waiting" || task.state === "failed" || isOnly) seen.current.add(task.key);
  }
  return seen.current;
}

/** The result stands at the top: who watched to the end is brought to it. */
function ReturnToTop({ hasEnded, wasFollowing }: { hasEnded: boolean; wasFollowing: boolean }) {
  const before = useRef(hasEnded);
  useEffect(() => {
    if (hasEnded && !before.current && wasFollowing) window.scrollTo({ top: 0 });
    before.current = hasEnded;
  }, [hasEnded, wasFollowing]);
  return null;
}
