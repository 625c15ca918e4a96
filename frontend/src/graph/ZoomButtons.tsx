/** Zoom and fit, for an owner without a toolbar of its own. */
import { Maximize, ZoomIn, ZoomOut, type LucideIcon } from "lucide-react";
import { ARIA } from "./aria";
import type { View } from "./view";

export function ZoomButtons({ view }: { view: View }) {
  return (
    <div className="absolute right-3 bottom-3 z-10 flex items-center gap-0.5 rounded-lg bg-base-100 p-1 shadow-float">
      <Tool label={ARIA.zoomOut} icon={ZoomOut} onClick={view.zoomOut} />
      <Tool label={ARIA.zoomIn} icon={ZoomIn} onClick={view.zoomIn} />
      <Tool label={ARIA.fit} icon={Maximize} onClick={view.fit} />
    </div>
  );
}

function Tool({ label, icon: Icon, onClick }: { label: string; icon: LucideIcon; onClick: () => void }) {
  return (
    <button type="button" className="btn btn-ghost btn-sm btn-square" aria-label={label} title={label} onClick={onClick}>
      <Icon aria-hidden size={15} strokeWidth={1.75} />
    </button>
  );
}
