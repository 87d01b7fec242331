"use client";

import type { ConversationTarget } from "@crew/contracts/conversations";
import { useQuery } from "@tanstack/react-query";
import { EyeOff, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { DemoBadge, isDemoModel, ShortDemoBadge } from "../models/demo-note.tsx";
import { ModelPicker } from "../models/model-picker.tsx";
import { ChatModel } from "./chat-model.tsx";
import { FallbackChoice } from "./fallback-choice.tsx";
import { TargetPicker } from "./target-picker.tsx";

export interface TalkSettingsValue {
  target: ConversationTarget;
  /** Of an agent, where it is known: the crew that it was chosen from. */
  crewId: string | null;
  /** null: the target brings its own. */
  model: string | null;
  /** Asked when it gives up. */
  fallbackModels: string[];
  isTemporary: boolean;
}

interface TalkSettingsProps {
  value: TalkSettingsValue;
  onChange: (change: Partial<TalkSettingsValue>) => void;
}

/** With whom a new conversation is, and how: side by side, or where there is little room behind one button that says what is chosen. */
export function TalkSettings(props: TalkSettingsProps) {
  const { value, onChange } = props;
  return (
    <div className="@container min-w-0">
      <div className="hidden min-w-0 flex-wrap items-center gap-1 @xl:flex">
        <Target {...props} />
        {value.model === null ? null : (
          <>
            <ChatModel value={value.model} onChange={(model) => onChange({ model })} />
            <IfItFails {...props} model={value.model} />
          </>
        )}
        <Temporary {...props} className="px-2.5 text-muted" />
      </div>
      <TalkSheet {...props} />
    </div>
  );
}

function TalkSheet(props: TalkSettingsProps) {
  const { value, onChange } = props;
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="flex h-8 w-full min-w-0 items-center gap-2 rounded-md px-2 text-left text-sm text-muted hover:bg-hover hover:text-text max-sm:h-10 @xl:hidden"
      >
        <SlidersHorizontal aria-hidden="true" className="size-4 shrink-0" />
        <span className="sr-only">Whom to talk to, and how: </span>
        <Chosen {...value} />
      </button>
      <Dialog
        open={isOpen}
        onClose={close}
        title="Whom to talk to, and how"
        actions={
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <div className="flex flex-col gap-1">
            <span aria-hidden="true" className="text-sm font-medium">
              Talk to
            </span>
            <Target {...props} className="max-w-none [&_select]:h-10 [&_select]:text-lg" />
          </div>
          {value.model === null ? null : (
            <div className="flex min-w-0 flex-col items-start gap-1">
              <Field label="Model" aside={isDemoModel(value.model) ? <DemoBadge /> : null} className="w-full">
                <ModelPicker value={value.model} onChange={(model) => model !== null && onChange({ model })} />
              </Field>
              <IfItFails {...props} model={value.model} />
            </div>
          )}
          <Temporary {...props} hint="In no list, and gone with its texts when you leave its page." />
        </div>
      </Dialog>
    </>
  );
}

/** In one line, of which the end gives way. */
function Chosen({ target, crewId, model, isTemporary }: TalkSettingsValue) {
  const whom = useTargetWords(target, crewId);
  const isDemo = isDemoModel(model);
  return (
    <>
      {/* The badge stands for the name of that model. */}
      <span className="min-w-0 truncate">{model === null || isDemo ? whom : `${whom} · ${model}`}</span>
      {isTemporary ? (
        <span className="shrink-0">
          <EyeOff aria-hidden="true" className="size-4" />
          <span className="sr-only">Temporary</span>
        </span>
      ) : null}
      {isDemo ? <ShortDemoBadge /> : null}
    </>
  );
}

function useTargetWords({ kind }: ConversationTarget, crewId: string | null): string {
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  if (kind === "model") return "The model";
  if (kind === "platform") return "The platform";
  const crew = crews.find(({ id }) => id === crewId);
  const name = crew ? visibleText(crew.name) : "a crew";
  return kind === "agent" ? `An agent of ${name}` : name;
}

function IfItFails({ value: { fallbackModels }, onChange, model }: TalkSettingsProps & { model: string }) {
  return <FallbackChoice model={model} value={fallbackModels} onChange={(models) => onChange({ fallbackModels: models })} />;
}

function Target({ value: { target, crewId }, onChange, ...rest }: TalkSettingsProps & { className?: string }) {
  return <TargetPicker value={target} crewId={crewId} onChange={(target, crewId) => onChange({ target, crewId })} {...rest} />;
}

function Temporary({ value, onChange, ...rest }: TalkSettingsProps & { hint?: string; className?: string }) {
  return (
    <Checkbox
      label="Temporary"
      checked={value.isTemporary}
      onChange={(event) => onChange({ isTemporary: event.target.checked })}
      {...rest}
    />
  );
}
