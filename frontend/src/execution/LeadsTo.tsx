/** Where a state leads: the objects in S3 that its data names, the log of the function that it called, AWS's own pages. */
import { ArrowUpRight } from "lucide-react";
import { useMemo } from "react";
import { linksOf, type ConsoleLink } from "./consoleLinks";
import { detailsOf, textOf } from "./history";
import { ObjectPreview } from "./ObjectPreview";
import { objectsIn, type S3Object } from "./objects";
import type { Visit } from "./status";
import type { ViewerStore } from "./store";
import { TaskLog } from "./TaskLog";
import type { HistoryEvent } from "./types";

export interface Leads {
  readonly objects: readonly S3Object[];
  readonly links: readonly ConsoleLink[];
  /** The event that scheduled a Lambda function in the last attempt; null where none was. */
  readonly functionEvent: number | null;
}

/** Of a visit; its events are those of its state. */
export function leadsOf(visit: Visit, events: readonly HistoryEvent[], console: boolean): Leads {
  const attempt = visit.attempts.at(-1);
  const scheduled = attempt && events.find(({ id }) => id === attempt.scheduledId);
  const objects = objectsIn([visit.input, attempt?.parameters, attempt?.result, visit.output]);
  if (!scheduled) return { objects, links: [], functionEvent: null };
  const { resourceType, region } = detailsOf(scheduled);
  const isOld = scheduled.type === "LambdaFunctionScheduled";
  const functionArn = isOld ? (textOf(scheduled, "resource") ?? "") : undefined;
  const service = isOld ? "lambda" : typeof resourceType === "string" ? resourceType : "";
  const place = functionArn?.split(":")[3] ?? (typeof region === "string" ? region : "");
  return {
    objects,
    links: console ? linksOf({ resourceType: service, region: place, parameters: attempt.parameters, functionArn }) : [],
    functionEvent: service === "lambda" || service === "aws-sdk:lambda" ? scheduled.id : null,
  };
}

export function leadsSomewhere({ objects, links, functionEvent }: Leads): boolean {
  return objects.length > 0 || links.length > 0 || functionEvent !== null;
}

export function LeadsTo({ store, leads }: { store: ViewerStore; leads: Leads }) {
  const urls = store((state) => state.boot.urls);
  const { objects, links, functionEvent } = leads;
  return (
    <>
      <ConsoleLinks links={links} />
      {functionEvent !== null && <TaskLog key={functionEvent} url={urls.task_log} event={functionEvent} />}
      {objects.map((one) => (
        <ObjectPreview key={`${one.bucket}/${one.key}`} url={urls.object} object={one} isOpen={objects.length === 1} />
      ))}
    </>
  );
}

export function ConsoleLinks({ links }: { links: readonly ConsoleLink[] }) {
  const shown = useMemo(() => links.filter(({ url }) => url.startsWith("https://")), [links]);
  if (shown.length === 0) return null;
  return (
    <ul aria-label="In AWS’s console" className="flex flex-none flex-wrap gap-2">
      {shown.map(({ label, url }) => (
        <li key={url} className="min-w-0">
          <a href={url} target="_blank" rel="noreferrer" className="btn btn-line btn-sm max-w-full" data-console>
            <span className="truncate">{label}</span>
            <ArrowUpRight aria-hidden size={13} className="flex-none" />
            <span className="sr-only">(AWS’s console, in a new tab)</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
