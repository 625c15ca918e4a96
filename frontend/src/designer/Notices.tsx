/** What has just happened, said once and gone; what failed stays until it's put away. */

import { X } from "lucide-react";
import { useEffect } from "react";

import { dismissNotice, useDesigner } from "./state/store";

const SECONDS = 4;

export function Notices() {
  const notice = useDesigner((state) => state.notice);
  useEffect(() => {
    if (notice === undefined || notice.level === "error") return;
    const timer = setTimeout(dismissNotice, SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="fixed bottom-10 max-md:bottom-auto max-md:top-14 left-1/2 -translate-x-1/2 z-50 pointer-events-none max-w-[min(36rem,calc(100vw-2rem))]">
      <div role={notice?.level === "error" ? "alert" : "status"}>
        {notice === undefined ? null : (
          <p
            key={notice.id}
            className={`pointer-events-auto flex items-center gap-3 rounded-box shadow-float pl-3.5 pr-1.5 py-1.5 text-s ${notice.level === "error" ? "bg-fail-wash text-fail-ink" : "bg-primary text-primary-content"}`}
          >
            <span>{notice.text}</span>
            <button type="button" className="size-6 grid place-items-center rounded-field flex-none" aria-label="Put away" onClick={dismissNotice}>
              <X size={14} aria-hidden />
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
