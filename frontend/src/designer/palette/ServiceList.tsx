/** Every service, those with optimized integrations first; a service opens to all of its actions. */

import { ChevronRight } from "lucide-react";
import { useState } from "react";

import { catalogueServices, serviceActions, type CatalogueService } from "../api";
import type { PaletteItem } from "../catalogue/items";
import { itemOfAction } from "../catalogue/search";
import { useDesigner } from "../state/store";
import { Row, type ShowAbout } from "./PaletteItems";

type Loaded<T> = { state: "no" } | { state: "asking" } | { state: "there"; value: T } | { state: "failed"; why: string };

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function ServiceList({ onAbout }: { onAbout: ShowAbout }) {
  const url = useDesigner((state) => state.boot.urls.catalogue);
  const [open, setOpen] = useState(false);
  const [services, setServices] = useState<Loaded<CatalogueService[]>>({ state: "no" });
  const toggle = (): void => {
    setOpen(!open);
    if (open || services.state === "there" || services.state === "asking") return;
    setServices({ state: "asking" });
    catalogueServices(url).then(
      (answer) => setServices({ state: "there", value: answer.services }),
      (error: unknown) => setServices({ state: "failed", why: wordsOf(error) }),
    );
  };
  return (
    <section aria-label="All services">
      <Fold level={3} title="All services" open={open} onToggle={toggle} count={services.state === "there" ? services.value.length : undefined} />
      {!open ? null : services.state === "there" ? (
        services.value.map((service) => <Service key={service.title} service={service} onAbout={onAbout} />)
      ) : (
        <Waiting loaded={services} />
      )}
    </section>
  );
}

function Service({ service, onAbout }: { service: CatalogueService; onAbout: ShowAbout }) {
  const url = useDesigner((state) => state.boot.urls.catalogue);
  const [open, setOpen] = useState(false);
  const [actions, setActions] = useState<Loaded<PaletteItem[]>>({ state: "no" });
  const toggle = (): void => {
    setOpen(!open);
    if (open || actions.state === "there" || actions.state === "asking") return;
    setActions({ state: "asking" });
    serviceActions(url, service.title).then(
      (answer) => setActions({ state: "there", value: answer.actions.map(itemOfAction) }),
      (error: unknown) => setActions({ state: "failed", why: wordsOf(error) }),
    );
  };
  return (
    <div>
      <Fold level={4} title={service.title} open={open} onToggle={toggle} count={service.actions} note={service.optimized > 0 ? "optimized" : ""} />
      {!open ? null : actions.state === "there" ? actions.value.map((item) => <Row key={item.id} item={item} onAbout={onAbout} />) : <Waiting loaded={actions} />}
    </div>
  );
}

function Fold({ level, title, open, onToggle, count, note = "" }: { level: 3 | 4; title: string; open: boolean; onToggle: () => void; count?: number | undefined; note?: string }) {
  return (
    <button type="button" data-row aria-expanded={open} onClick={onToggle} className={`w-full flex items-center gap-1.5 px-1.5 h-7 rounded-md text-left hover:bg-hover focus-visible:-outline-offset-2 ${level === 3 ? "text-xs font-medium text-ink-2" : "text-s"}`}>
      <ChevronRight size={14} aria-hidden className={`flex-none text-ink-3 transition-transform ${open ? "rotate-90" : ""}`} />
      <span className="truncate">{title}</span>
      {note === "" ? null : <span className="text-2xs text-ink-3 flex-none">{note}</span>}
      <span className="flex-1" />
      {count === undefined ? null : <span className="num text-xs font-normal text-ink-3">{count}</span>}
    </button>
  );
}

function Waiting<T>({ loaded }: { loaded: Loaded<T> }) {
  return (
    <p role="status" className="px-3 py-1 text-xs text-ink-2">
      {loaded.state === "failed" ? loaded.why : "One moment"}
    </p>
  );
}
