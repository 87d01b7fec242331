"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Bot, Play, Plus } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { crewPickQuery } from "../data/crew-queries.ts";
import { Kbd } from "../ui/kbd.tsx";
import { useNavigate } from "../ui/use-navigate.ts";
import { useReturnFocus } from "../ui/use-return-focus.ts";
import { useScrimPress } from "../ui/use-scrim-press.ts";
import { PLACES } from "./navigation.ts";

const groupClass =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint";

/** Everything in one field: pages, crews, and a run of a crew. Mounted while it is open. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  const { push } = useNavigate();
  useScrimPress(element, onClose);
  useReturnFocus();

  useEffect(() => {
    element.current?.showModal();
    element.current?.querySelector("input")?.focus();
  }, []);
  const go = (href: string) => {
    onClose();
    push(href);
  };

  return (
    <dialog
      ref={element}
      aria-label="Command palette"
      onClose={onClose}
      className="fixed top-[12vh] left-1/2 m-0 max-h-[70vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 animate-appear overflow-hidden rounded-lg border border-line bg-raised p-0 text-text shadow-pop backdrop:bg-scrim"
    >
      <Command label="Command palette" loop className="flex max-h-[70vh] flex-col">
        <Command.Input
          placeholder="Go to, open a crew, start a run…"
          className="h-12 shrink-0 border-b border-line bg-transparent px-4 text-lg outline-none"
        />
        <Command.List className="overflow-y-auto p-1">
          <Command.Empty className="px-3 py-8 text-center text-muted">Nothing of that name.</Command.Empty>
          <Command.Group heading="Go to" className={groupClass}>
            {PLACES.map((place) => (
              <Item
                key={place.href}
                value={`go ${place.label}`}
                onSelect={() => go(place.href)}
                icon={<place.icon />}
                keys={["g", place.key]}
              >
                {place.label}
              </Item>
            ))}
            <Item value="create new crew" onSelect={() => go("/crews?new=1")} icon={<Plus />}>
              New crew
            </Item>
          </Command.Group>
          {crews.length > 0 ? (
            <Command.Group heading="Start a run" className={groupClass}>
              {crews.map((crew) => (
                <Item
                  key={crew.id}
                  value={`run start ${crew.name} ${crew.id}`}
                  onSelect={() => go(`/crews/${crew.id}?run=1`)}
                  icon={<Play />}
                >
                  Run {crew.name}
                </Item>
              ))}
            </Command.Group>
          ) : null}
          {crews.length > 0 ? (
            <Command.Group heading="Crews" className={groupClass}>
              {crews.map((crew) => (
                <Item key={crew.id} value={`open crew ${crew.name} ${crew.id}`} onSelect={() => go(`/crews/${crew.id}`)} icon={<Bot />}>
                  {crew.name}
                </Item>
              ))}
            </Command.Group>
          ) : null}
        </Command.List>
      </Command>
    </dialog>
  );
}

interface ItemProps {
  value: string;
  icon: ReactNode;
  keys?: string[];
  onSelect: () => void;
  children: ReactNode;
}

function Item({ value, icon, keys = [], onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:text-muted"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </Command.Item>
  );
}
