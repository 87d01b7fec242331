"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { Card } from "../../ui/card.tsx";
import { classNames } from "../../ui/class-names.ts";
import { chooseTheme, readTheme, type Theme } from "./theme.ts";

const CHOICES = [
  { value: "system", label: "System", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

export function AppearanceSettings() {
  const [theme, setTheme] = useState<Theme>(readTheme);
  return (
    <Card title="Theme" note="Kept in this browser.">
      <div role="radiogroup" aria-label="Theme" className="flex flex-wrap gap-2">
        {CHOICES.map(({ value, label, icon: Icon }) => (
          <label
            key={value}
            className={classNames(
              "flex h-10 cursor-pointer items-center gap-2 rounded-md border border-line-strong px-4 text-muted hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              theme === value && "border-accent bg-accent-soft font-medium text-accent",
            )}
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={theme === value}
              onChange={() => {
                chooseTheme(value);
                setTheme(value);
              }}
            />
            <Icon aria-hidden="true" className="size-4" />
            {label}
          </label>
        ))}
      </div>
    </Card>
  );
}
