"use client";

import type { Permission } from "@crew/contracts/permissions";
import { Checkbox } from "../../ui/checkbox.tsx";
import { PERMISSION_GROUPS, PERMISSION_WORDS } from "./permission-words.ts";

export interface PermissionPickerProps {
  legend: string;
  /** Those that may be given: nobody hands on what they do not have. */
  offered: readonly Permission[];
  chosen: ReadonlySet<Permission>;
  onChange: (chosen: ReadonlySet<Permission>) => void;
  disabled?: boolean;
}

/** Permissions in words, noun by noun. */
export function PermissionPicker({ legend, offered, chosen, onChange, disabled = false }: PermissionPickerProps) {
  const toggle = (permission: Permission, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(permission);
    else next.delete(permission);
    onChange(next);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-3" disabled={disabled}>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      {PERMISSION_GROUPS.map((group) => {
        const permissions = group.permissions.filter((permission) => offered.includes(permission));
        if (permissions.length === 0) return null;
        return (
          <fieldset key={group.label} aria-label={group.label} className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[8rem_1fr]">
            <span className="text-sm text-faint">{group.label}</span>
            <div className="flex flex-col gap-1.5">
              {permissions.map((permission) => (
                <Checkbox
                  key={permission}
                  label={<span className="text-sm">{PERMISSION_WORDS[permission]}</span>}
                  checked={chosen.has(permission)}
                  onChange={(event) => toggle(permission, event.target.checked)}
                />
              ))}
            </div>
          </fieldset>
        );
      })}
    </fieldset>
  );
}
