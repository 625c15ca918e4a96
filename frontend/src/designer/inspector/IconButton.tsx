/** A small button that is only a picture to look at. */

import type { ReactNode } from "react";

export function IconButton({ label, disabled = false, onClick, children }: { label: string; disabled?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="btn btn-ghost btn-square btn-xs" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}
