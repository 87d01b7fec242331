"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { classNames } from "../../ui/class-names.ts";

/** A long text, shown to two thirds of the window; what lies below stays within reach until a person wants all of it. */
export function TallBox({ children }: { children: ReactNode }) {
  const content = useRef<HTMLDivElement>(null);
  const [isTall, setTall] = useState(false);
  const [isWhole, setWhole] = useState(false);

  useEffect(() => {
    const box = content.current;
    if (!box) return;
    // Measured on the content, whose height does not depend on whether it is cut.
    const growth = new ResizeObserver(() => setTall(box.offsetHeight > window.innerHeight * 0.66 + 80));
    growth.observe(box);
    return () => growth.disconnect();
  }, []);

  const isCut = isTall && !isWhole;
  return (
    <>
      <div className={classNames(isCut && "max-h-[66vh] overflow-hidden [mask-image:linear-gradient(black_80%,transparent)]")}>
        <div ref={content}>{children}</div>
      </div>
      {isTall ? (
        <button
          type="button"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
          className="mt-2 rounded-sm text-sm text-accent hover:underline max-sm:py-2"
        >
          {isWhole ? "Show less" : "Show all of it"}
        </button>
      ) : null}
    </>
  );
}
