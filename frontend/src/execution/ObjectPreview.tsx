/** An object in S3 that the data names: read and shown when it is opened, as what the server says it is. */
import { ChevronRight, Download } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError, getJson } from "./api";
import { size } from "./format";
import { JsonPane } from "./JsonView";
import type { S3Object } from "./objects";

interface Shown {
  kind: "text" | "json" | "image" | "audio" | "video" | "other";
  type: string;
  size: number;
  text: string | null;
  whole: boolean;
  url: string;
  download_url: string;
}

export function ObjectPreview({ url, object, isOpen }: { url: string; object: S3Object; isOpen: boolean }) {
  const [open, setOpen] = useState(isOpen);
  const address = `s3://${object.bucket}/${object.key}`;
  const name = object.key.slice(object.key.lastIndexOf("/") + 1);
  return (
    <details open={open} className="group flex-none overflow-hidden rounded-lg border border-base-300 bg-base-100" onToggle={(event) => setOpen(event.currentTarget.open)} data-object={address}>
      <summary className="flex h-9 cursor-pointer list-none items-center gap-2 px-3 text-s">
        <ChevronRight aria-hidden size={14} className="flex-none transition-transform group-open:rotate-90" />
        <span className="max-w-[60%] flex-none truncate font-medium">{name}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-2xs text-ink-3" title={address}>
          {address}
        </span>
      </summary>
      {open && <Body url={url} object={object} name={name} />}
    </details>
  );
}

function Body({ url, object, name }: { url: string; object: S3Object; name: string }) {
  const [shown, setShown] = useState<Shown | string | null>(null);
  const { bucket, key } = object;
  useEffect(() => {
    const stopper = new AbortController();
    const address = `${url}?${new URLSearchParams({ bucket, key }).toString()}`;
    getJson<Shown>(address, stopper.signal)
      .then(setShown)
      .catch((error: unknown) => {
        if (!stopper.signal.aborted) setShown(error instanceof ApiError ? error.message : "The server couldn’t be reached. Close and open it to try again.");
      });
    return () => stopper.abort();
  }, [url, bucket, key]);
  if (shown === null) return <p className="border-t border-base-300 px-3 py-2 text-xs text-ink-2">Reading…</p>;
  if (typeof shown === "string") return <p role="status" className="border-t border-base-300 px-3 py-2 text-s text-ink-2">{shown}</p>;
  return (
    <div className="flex flex-col gap-2 border-t border-base-300 p-3" data-kind={shown.kind}>
      <Media shown={shown} name={name} />
      <p className="num flex items-center gap-3 text-xs text-ink-2">
        {size(shown.size)}
        {!shown.whole && shown.text !== null && <span>its beginning is shown</span>}
        <a href={shown.download_url} className="ml-auto inline-flex items-center gap-1.5 underline underline-offset-3" download={name}>
          <Download aria-hidden size={13} />
          Save
        </a>
      </p>
    </div>
  );
}

/** The server has looked at the bytes: what it calls a picture is one, and nothing that it calls so runs. */
function Media({ shown, name }: { shown: Shown; name: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <p className="text-s text-ink-2">It can’t be shown here: the browser doesn’t know this form, or it is too large. Save it to look at it.</p>;
  switch (shown.kind) {
    case "image":
      return <img src={shown.url} alt={name} className="max-h-72 max-w-full self-start rounded object-contain" onError={() => setBroken(true)} />;
    case "audio":
      return <audio src={shown.url} controls preload="metadata" aria-label={name} className="w-full" onError={() => setBroken(true)} />;
    case "video":
      return <video src={shown.url} controls preload="metadata" aria-label={name} className="max-h-72 max-w-full self-start rounded" onError={() => setBroken(true)} />;
    case "json":
      return (
        <div className="flex max-h-72 flex-col">
          <JsonPane title={name} text={shown.text} empty={null} />
        </div>
      );
    case "text":
      return (
        <pre tabIndex={0} aria-label={name} className="code max-h-72 overflow-auto text-2xs! leading-[1.125rem]! whitespace-pre-wrap! [overflow-wrap:anywhere]">
          {shown.text}
        </pre>
      );
    default:
      return <p className="text-s text-ink-2">Neither text nor a picture, sound or film that is known here.</p>;
  }
}
