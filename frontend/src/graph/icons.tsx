/** Glyphs: a state's category (Lucide, neutral) and a run's status (shape and hue, never hue alone). */
import {
  Activity, ArrowRight, AudioLines, Braces, Check, CircleCheck, CircleHelp, CircleX, Clock, Cog, Columns2, Container, Database, Globe,
  Hand, Image, Inbox, KeyRound, Layers, Minus, Radio, Repeat, RotateCw, Search, Send, Sparkles, Split, SquareFunction, Table2, Timer, Workflow, X,
  type LucideIcon,
} from "lucide-react";
import type { IconKey } from "./model";
import type { StatusTone } from "./types";

const CATEGORY: Readonly<Record<IconKey, LucideIcon>> = {
  action: Cog,
  function: SquareFunction,
  model: Sparkles,
  http: Globe,
  storage: Database,
  table: Table2,
  queue: Inbox,
  topic: Send,
  bus: Radio,
  speech: AudioLines,
  person: Hand,
  workflow: Workflow,
  container: Container,
  database: Layers,
  data: Braces,
  search: Search,
  image: Image,
  secret: KeyRound,
  activity: Activity,
  pass: ArrowRight,
  choice: Split,
  wait: Timer,
  succeed: CircleCheck,
  fail: CircleX,
  parallel: Columns2,
  map: Repeat,
  unknown: CircleHelp,
};

export function CategoryIcon({ icon, size = 16, className }: { icon: IconKey; size?: number; className?: string }) {
  const Glyph = CATEGORY[icon];
  return <Glyph aria-hidden size={size} strokeWidth={1.75} className={`flex-none ${className ?? ""}`} />;
}

const STATUS: Readonly<Record<Exclude<StatusTone, "run" | "idle">, LucideIcon>> = {
  ok: Check,
  fail: X,
  wait: Hand,
  retry: RotateCw,
  stop: Minus,
  time: Clock,
};

export function StatusGlyph({ tone, size = 16, className }: { tone: StatusTone; size?: number; className?: string }) {
  const classes = `flex-none ${className ?? TONE_TEXT[tone]}`;
  if (tone === "run")
    return (
      <svg aria-hidden width={size} height={size} viewBox="0 0 16 16" fill="none" className={`ring-turn ${classes}`}>
        <circle cx="8" cy="8" r="6" stroke="currentColor" strokeOpacity=".25" strokeWidth="2" />
        <path d="M8 2a6 6 0 0 1 6 6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      </svg>
    );
  if (tone === "idle")
    return (
      <svg aria-hidden width={size} height={size} viewBox="0 0 16 16" fill="none" className={classes}>
        <circle cx="8" cy="8" r="4.5" stroke="currentColor" strokeWidth="1.5" />
      </svg>
    );
  const Glyph = STATUS[tone];
  return <Glyph aria-hidden size={size} strokeWidth={tone === "wait" ? 2 : 2.4} className={classes} />;
}

/** Whole class names, so that Tailwind finds them. */
export const TONE_TEXT: Readonly<Record<StatusTone, string>> = {
  idle: "text-idle",
  run: "text-run",
  wait: "text-wait",
  ok: "text-ok",
  fail: "text-fail",
  retry: "text-retry",
  stop: "text-stop",
  time: "text-time",
};

export const TONE_WORD: Readonly<Record<StatusTone, string>> = {
  idle: "Not reached",
  run: "Running",
  wait: "Waiting for a person",
  ok: "Succeeded",
  fail: "Failed",
  retry: "Retrying",
  stop: "Aborted",
  time: "Timed out",
};
