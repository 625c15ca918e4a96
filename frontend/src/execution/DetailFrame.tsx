/** What the details of a state and of the whole execution have in common. */
import type { ReactNode } from "react";
import type { StateStatus } from "./status";

/** The tile's classes whole, so that Tailwind finds them. */
export const TILE: Readonly<Record<StateStatus, string>> = {
  idle: "bg-secondary text-ink-2",
  running: "bg-run-wash text-run",
  waiting: "bg-wait text-accent-content",
  retrying: "bg-retry-wash text-retry-ink",
  ok: "bg-ok-wash text-ok",
  caught: "bg-retry-wash text-retry-ink",
  fail: "bg-fail-wash text-fail",
  stop: "bg-stop-wash text-stop",
  timeout: "bg-time-wash text-time",
};

export const INK: Readonly<Record<StateStatus, string>> = {
  idle: "text-ink-3",
  running: "text-run-ink",
  waiting: "text-wait-ink",
  retrying: "text-retry-ink",
  ok: "text-ok-ink",
  caught: "text-retry-ink",
  fail: "text-fail-ink",
  stop: "text-stop-ink",
  timeout: "text-time-ink",
};

interface FrameProps {
  tile: ReactNode;
  title: string;
  line: ReactNode;
  action?: ReactNode;
  tabs: ReactNode;
  children: ReactNode;
}

export function Frame({ tile, title, line, action, tabs, children }: FrameProps) {
  return (
    <>
      <div className="flex flex-none items-start gap-3 px-5 pt-4 pb-3 max-md:px-3">
        {tile}
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-lg leading-5 font-semibold" title={title}>
            {title}
          </h2>
          <p className="mt-0.5 truncate text-xs font-medium">{line}</p>
        </div>
        {action}
      </div>
      {tabs}
      <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-auto px-5 pt-3.5 pb-4 max-md:px-3">{children}</div>
    </>
  );
}

export function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-ink-3">{name}</dt>
      <dd className="num truncate text-s" title={title}>
        {children}
      </dd>
    </div>
  );
}

export function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <p className="text-s font-medium">{title}</p>
      <p className="mt-1 max-w-[30ch] text-xs text-ink-2">{text}</p>
    </div>
  );
}

export function NoOutput({ status }: { status: StateStatus }) {
  if (status === "waiting") return <Empty title="Nothing yet" text="The decision becomes the output." />;
  if (status === "running" || status === "retrying") return <Empty title="Nothing yet" text="It comes when the state ends." />;
  return <Empty title="No output" text="The state ended without one." />;
}
