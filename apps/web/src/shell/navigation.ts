import type { Permission } from "@crew/contracts/permissions";
import {
  Activity,
  Bot,
  CalendarClock,
  Coins,
  House,
  Inbox,
  ListChecks,
  type LucideIcon,
  MessageSquare,
  Settings,
  Wrench,
} from "lucide-react";

export interface Place {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Without it there is nothing to see there. */
  needs?: Permission;
  /** Pressed after `g`. */
  key: string;
  /** Has a place of its own in the bar of a phone; the others are behind “More” there. */
  isOnPhone?: true;
}

/** The rooms of the console; sidebar, bottom bar, palette and `g` jumps all read this list. */
export const PLACES: readonly Place[] = [
  { href: "/", label: "Home", icon: House, key: "h", needs: "crews:read", isOnPhone: true },
  { href: "/crews", label: "Crews", icon: Bot, key: "c", needs: "crews:read" },
  { href: "/runs", label: "Runs", icon: ListChecks, key: "r", needs: "runs:read", isOnPhone: true },
  { href: "/chat", label: "Chat", icon: MessageSquare, key: "m", needs: "conversations:read", isOnPhone: true },
  { href: "/approvals", label: "Approvals", icon: Inbox, key: "a", needs: "runs:read", isOnPhone: true },
  { href: "/schedules", label: "Schedules", icon: CalendarClock, key: "e", needs: "schedules:read" },
  { href: "/usage", label: "Usage", icon: Coins, key: "u", needs: "usage:read" },
  { href: "/operations", label: "Operations", icon: Activity, key: "o", needs: "workers:read" },
  { href: "/tools", label: "Tools", icon: Wrench, key: "t", needs: "crews:read" },
  { href: "/settings", label: "Settings", icon: Settings, key: "s" },
];

export function isAt(place: Place, pathname: string): boolean {
  return place.href === "/" ? pathname === "/" : pathname === place.href || pathname.startsWith(`${place.href}/`);
}

/** Pages that stand without the frame: for who is not signed in yet, or decides about one thing alone. */
const BARE = /^\/(?:sign-in|sign-up|forgot-password|reset-password|verify-email|invitation|answer|oauth\/consent)(?:\/|$)/;

export function isBarePage(pathname: string): boolean {
  return BARE.test(pathname);
}

/** A path of this installation that is no page of the console: the browser has to load it. */
export function isServerPath(path: string): boolean {
  return /^\/oauth\/(?!consent(?:[/?]|$))/.test(path);
}

/** Where to go after signing in: a path of this console, or home; another origin is never taken from an address. */
export function safeReturnPath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-") ? next : "/";
}
