import type { Role } from "@crew/contracts/permissions";

/** How the roles are called that every workspace has. */
export const BUILT_IN_ROLES: Record<Role, { name: string; description: string }> = {
  owner: { name: "Owner", description: "Does everything, and alone may give the workspace away or delete it." },
  admin: { name: "Admin", description: "Does everything but give the workspace away or delete it." },
  builder: { name: "Builder", description: "Designs crews, runs them and sees how they work." },
  operator: { name: "Operator", description: "Runs crews, answers what they ask and stops them." },
  viewer: { name: "Viewer", description: "Looks at crews and runs." },
};
