"use client";

import { MessageSquare } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { TalkToRun, type TalkToRunProps } from "./talk-to-run.tsx";

const TITLE = "Talk to this run";

/** Where there is room, beside what happens. */
export function TalkCard(props: TalkToRunProps) {
  return (
    <Card title={TITLE} className="mb-4 max-lg:hidden">
      <TalkToRun {...props} />
    </Card>
  );
}

/** Elsewhere a sheet over it. */
export function TalkSheet(props: TalkToRunProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="lg:hidden">
      <Button icon={<MessageSquare className="size-3.5" />} className="w-full" onClick={() => setOpen(true)}>
        {TITLE}
      </Button>
      <Drawer open={isOpen} onClose={() => setOpen(false)} title={TITLE}>
        <TalkToRun {...props} />
      </Drawer>
    </div>
  );
}
