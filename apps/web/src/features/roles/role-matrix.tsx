import type { WorkspaceRole } from "@crew/contracts/roles";
import { Fragment } from "react";
import { Card } from "../../ui/card.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { PERMISSION_GROUPS, PERMISSION_WORDS } from "./permission-words.ts";

/** Who may do what, in words: one column a role. Scrolls inside itself, by keyboard too. */
export function RoleMatrix({ roles }: { roles: readonly WorkspaceRole[] }) {
  return (
    <Card flush title="What each role may do" note="What is not ticked is denied.">
      <ScrollRegion label="Roles and permissions" className="relative overflow-x-auto -outline-offset-2">
        <table className="w-full border-collapse text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-faint">
              <th scope="col" className="sticky left-0 bg-surface px-4 py-2 text-left font-medium">
                May
              </th>
              {roles.map((role) => (
                <th
                  key={role.id ?? role.role}
                  scope="col"
                  className="max-w-32 truncate px-2 py-2 text-center font-medium"
                  title={role.description}
                >
                  {role.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {PERMISSION_GROUPS.map((group) => (
              <Fragment key={group.label}>
                <tr className="border-b border-line bg-sunken">
                  <th scope="rowgroup" colSpan={roles.length + 1} className="px-4 py-1 text-left text-xs font-medium text-muted">
                    {group.label}
                  </th>
                </tr>
                {group.permissions.map((permission) => (
                  <tr key={permission} className="border-b border-line last:border-b-0">
                    <th scope="row" className="sticky left-0 min-w-48 bg-surface px-4 py-1.5 text-left font-normal" title={permission}>
                      {PERMISSION_WORDS[permission]}
                    </th>
                    {roles.map((role) => (
                      <td key={role.id ?? role.role} className="px-2 py-1.5 text-center">
                        <Mark isOn={role.permissions.includes(permission)} />
                      </td>
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Card>
  );
}

function Mark({ isOn }: { isOn: boolean }) {
  return (
    <>
      <span aria-hidden="true" className={isOn ? "text-good" : "text-line-strong"}>
        {isOn ? "✓" : "–"}
      </span>
      <span className="sr-only">{isOn ? "yes" : "no"}</span>
    </>
  );
}
