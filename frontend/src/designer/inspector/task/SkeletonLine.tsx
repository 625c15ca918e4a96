/** A field that is being asked for. */
export function SkeletonLine({ label }: { label: string }) {
  return (
    <div className="flex flex-col gap-1" aria-busy="true">
      <span className="lbl">{label}</span>
      <span className="h-8 rounded-field bg-secondary animate-pulse" />
    </div>
  );
}
