"use client";

import type { MemberRole } from "@crew/contracts/permissions";
import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "../../data/people-queries.ts";
import { Select } from "../../ui/select.tsx";

export interface ChosenRole {
  role: MemberRole;
  customRoleId: string | null;
}

export interface RoleSelectProps {
  value: ChosenRole;
  onChange: (role: ChosenRole) => void;
  /** Without a field around it: what the choice is for. */
  label?: string;
  disabled?: boolean;
}

/** The five roles that every workspace has, and its own. Owner is nobody made by choice: that is a transfer. */
export function RoleSelect({ value, onChange, label, disabled }: RoleSelectProps) {
  const roles = useQuery(rolesQuery).data?.filter((role) => role.role !== "owner") ?? [];
  const own = roles.filter((role) => role.id !== null);
  const isKnown = roles.some((role) => keyOf({ role: role.role, customRoleId: role.id }) === keyOf(value));
  return (
    <Select
      aria-label={label}
      disabled={disabled}
      value={keyOf(value)}
      onChange={(event) => {
        const role = roles.find((one) => keyOf({ role: one.role, customRoleId: one.id }) === event.target.value);
        if (role) onChange({ role: role.role, customRoleId: role.id });
      }}
    >
      {isKnown ? null : <option value={keyOf(value)}>{value.role}</option>}
      {roles
        .filter((role) => role.id === null)
        .map((role) => (
          <option key={role.role} value={role.role}>
            {role.name}
          </option>
        ))}
      {own.length > 0 ? (
        <optgroup label="Own roles">
          {own.map((role) => (
            <option key={role.id} value={role.id ?? ""}>
              {role.name}
            </option>
          ))}
        </optgroup>
      ) : null}
    </Select>
  );
}

function keyOf({ role, customRoleId }: ChosenRole): string {
  return customRoleId ?? role;
}
