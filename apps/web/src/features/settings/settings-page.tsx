"use client";

import { useEffect, useState } from "react";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { ApiKeySettings } from "./api-key-settings.tsx";
import { AppearanceSettings } from "./appearance-settings.tsx";
import { ProfileSettings } from "./profile-settings.tsx";
import { ProviderSettings } from "./provider-settings.tsx";

const TABS = [
  { id: "profile", label: "Profile", content: <ProfileSettings /> },
  { id: "models", label: "Models", content: <ProviderSettings /> },
  { id: "api-keys", label: "API keys", content: <ApiKeySettings /> },
  { id: "appearance", label: "Appearance", content: <AppearanceSettings /> },
];

/** The open tab stands in the address, so that a link or a reload comes back to it. */
export function SettingsPage() {
  const [tab, setTab] = useState(tabInAddress);
  useEffect(() => {
    const onHash = () => setTab(tabInAddress());
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  const open = (id: string) => {
    setTab(id);
    history.replaceState(history.state, "", `#${id}`);
  };
  return (
    <>
      <PageHeader title="Settings" />
      <PageBody className="w-full max-w-220">
        <Tabs label="Settings" tabs={TABS} value={tab} onChange={open} />
      </PageBody>
    </>
  );
}

function tabInAddress(): string {
  const hash = location.hash.slice(1);
  return TABS.some((tab) => tab.id === hash) ? hash : "profile";
}
