"use client";

import { useState } from "react";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import type { ConversationFilter, ConversationView } from "./conversation-queries.ts";

/** Opening a conversation is another page: the list stays as it was. */
let lastFilter: ConversationFilter = { view: "mine", search: "" };

export function useConversationFilter() {
  const [filter, setFilter] = useState(lastFilter);
  const change = (part: Partial<ConversationFilter>) => {
    lastFilter = { ...filter, ...part };
    setFilter(lastFilter);
  };
  return { filter, change };
}

export interface ConversationFilterFormProps {
  value: ConversationFilter;
  onChange: (change: Partial<ConversationFilter>) => void;
}

export function ConversationFilterForm({ value, onChange }: ConversationFilterFormProps) {
  return (
    <search aria-label="Find conversations" className="mb-2 flex flex-col gap-1.5">
      <Input
        type="search"
        aria-label="Search titles and messages"
        placeholder="Search"
        maxLength={200}
        value={value.search}
        onChange={(event) => onChange({ search: event.target.value })}
      />
      <Select
        aria-label="Which conversations"
        value={value.view}
        onChange={(event) => onChange({ view: event.target.value as ConversationView })}
      >
        <option value="mine">My conversations</option>
        <option value="archived">Archived</option>
        <option value="shared">Shared by others</option>
      </Select>
    </search>
  );
}
