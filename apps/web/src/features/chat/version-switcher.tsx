"use client";

import type { Message } from "@crew/contracts/conversations";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { IconButton } from "../../ui/icon-button.tsx";

/** The version that was asked for from here, and by which side: its own switcher takes the focus over. */
let asked: { messageId: string; step: 1 | -1 } | null = null;

export interface VersionSwitcherProps {
  message: Pick<Message, "id" | "versionIds" | "role">;
  onShow: (messageId: string) => void;
}

/** Which of the versions of a turn is shown: two buttons, or the arrow keys on them. */
export function VersionSwitcher({ message: { id, versionIds, role }, onShow }: VersionSwitcherProps) {
  const group = useRef<HTMLFieldSetElement>(null);
  const at = versionIds.indexOf(id);
  useEffect(() => {
    if (asked?.messageId !== id) return;
    group.current?.querySelectorAll("button")[asked.step === 1 ? 1 : 0]?.focus();
    asked = null;
  }, [id]);
  if (versionIds.length < 2) return null;
  const go = (step: 1 | -1) => {
    const next = versionIds[at + step];
    if (next === undefined) return;
    asked = { messageId: next, step };
    onShow(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    go(event.key === "ArrowLeft" ? -1 : 1);
  };
  return (
    <fieldset ref={group} onKeyDown={onKeyDown} className="flex items-center text-xs text-muted tabular-nums">
      <legend className="sr-only">Versions of this {role === "user" ? "message" : "answer"}</legend>
      <Step label="Previous version" icon={<ChevronLeft />} isEnd={at <= 0} onClick={() => go(-1)} />
      <span className="px-0.5">
        <span className="sr-only">Version </span>
        {at + 1} / {versionIds.length}
      </span>
      <Step label="Next version" icon={<ChevronRight />} isEnd={at >= versionIds.length - 1} onClick={() => go(1)} />
    </fieldset>
  );
}

/** At an end it stays where it is, so that the focus does too. */
function Step({ label, icon, isEnd, onClick }: { label: string; icon: React.ReactNode; isEnd: boolean; onClick: () => void }) {
  return <IconButton label={label} icon={icon} aria-disabled={isEnd} onClick={onClick} className="aria-disabled:opacity-40" />;
}
