import type { Permission } from "@crew/contracts/permissions";

export interface SettingsPlace {
  href: string;
  label: string;
  /** Without it the page says so, and whom to ask. */
  needs?: Permission;
  /** Concerns the whole installation: who does not operate it is not shown the way there. */
  isForOperators?: true;
}

/** The pages of the settings, as their navigation shows them. A new page: a line here and a folder in `app/settings`. */
export const SETTINGS_PLACES: readonly { label: string; places: readonly SettingsPlace[] }[] = [
  {
    label: "You",
    places: [
      { href: "/settings", label: "Profile" },
      { href: "/settings/security", label: "Security" },
      { href: "/settings/api-keys", label: "API keys", needs: "api-keys:read" },
      { href: "/settings/connected-apps", label: "Connected apps" },
      { href: "/settings/appearance", label: "Appearance" },
    ],
  },
  {
    label: "Workspace",
    places: [
      { href: "/settings/workspace", label: "General" },
      { href: "/settings/members", label: "Members", needs: "members:read" },
      { href: "/settings/roles", label: "Roles", needs: "members:read" },
      { href: "/settings/models", label: "Models", needs: "model-providers:read" },
      { href: "/settings/mcp-servers", label: "MCP servers", needs: "mcp-servers:read" },
      { href: "/settings/memories", label: "Memory", needs: "memories:read" },
      { href: "/settings/secrets", label: "Secrets", needs: "secrets:read" },
      { href: "/settings/oauth-apps", label: "OAuth apps", needs: "oauth-clients:read" },
    ],
  },
  {
    label: "Watch",
    places: [
      { href: "/settings/security-events", label: "Security events", needs: "security:read" },
      { href: "/settings/webhooks", label: "Webhooks", needs: "webhooks:read" },
      { href: "/settings/egress", label: "Outgoing hosts", needs: "security:read" },
      { href: "/settings/audit", label: "Audit log", needs: "audit:read" },
    ],
  },
  { label: "Installation", places: [{ href: "/settings/backups", label: "Backups", isForOperators: true }] },
];

const places = SETTINGS_PLACES.flatMap((group) => group.places);

export function settingsPlaceAt(pathname: string): SettingsPlace | undefined {
  return places.find((place) => place.href === pathname.replace(/\/$/, ""));
}

/** The navigation of a person: without the pages of operators for everybody else. */
export function settingsPlacesFor(isOperator: boolean): typeof SETTINGS_PLACES {
  return SETTINGS_PLACES.map((group) => ({ ...group, places: group.places.filter((place) => isOperator || !place.isForOperators) })).filter(
    (group) => group.places.length > 0,
  );
}

/** Links of earlier versions named the section behind a hash: `/settings#models`. */
export function settingsHrefOfHash(hash: string): string | null {
  const href = `/settings/${hash.replace(/^#/, "")}`;
  return places.some((place) => place.href === href) ? href : null;
}
