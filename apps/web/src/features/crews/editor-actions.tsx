"use client";

import { CalendarClock, History, MessageSquare, Play, Save, Users } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useMay } from "../members/use-may.ts";

export interface EditorActionsProps {
  crewId: string;
  isDirty: boolean;
  isSaving: boolean;
  /** The run panel stands beside the form already. */
  isWide: boolean;
  onGrants: () => void;
  onHistory: () => void;
  onRun: () => void;
  onSave: () => void;
}

/** What stands in the header of the crew editor. */
export function EditorActions({ crewId, isDirty, isSaving, isWide, onGrants, onHistory, onRun, onSave }: EditorActionsProps) {
  const mayGrant = useMay("crews:grant");
  const maySchedule = useMay("schedules:write");
  const mayTalk = useMay("conversations:write");
  const { push } = useNavigate();
  return (
    <>
      {mayGrant ? (
        <Button variant="ghost" icon={<Users className="size-4" />} onClick={onGrants} aria-label="Access: who may use this crew">
          <span className="max-sm:hidden">Access</span>
        </Button>
      ) : null}
      {maySchedule ? (
        <Button
          variant="ghost"
          icon={<CalendarClock className="size-4" />}
          onClick={() => push(`/schedules?new=${crewId}`)}
          aria-label="Schedule: run this crew at set times"
        >
          <span className="max-xl:hidden">Schedule</span>
        </Button>
      ) : null}
      {mayTalk ? (
        <Button
          variant="ghost"
          icon={<MessageSquare className="size-4" />}
          onClick={() => push(`/chat?crew=${crewId}`)}
          aria-label="Talk to this crew"
        >
          <span className="max-xl:hidden">Talk</span>
        </Button>
      ) : null}
      <Button variant="ghost" icon={<History className="size-4" />} onClick={onHistory} aria-label="Versions">
        <span className="max-sm:hidden">Versions</span>
      </Button>
      {isWide ? null : (
        <Button icon={<Play className="size-4" />} onClick={onRun}>
          Run
        </Button>
      )}
      <Button
        variant={isWide && !isDirty ? "secondary" : "primary"}
        busy={isSaving}
        disabled={!isDirty}
        icon={<Save className="size-4" />}
        onClick={onSave}
      >
        Save
      </Button>
    </>
  );
}
