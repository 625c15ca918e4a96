/** What colleagues say of the selected state, and a field to say something: it goes to the revision that is open. */

import { useState } from "react";

import type { State } from "../../asl/machine";
import { ApiError, sayOfState } from "../api";
import { announce, useDesigner } from "../state/store";

const moment = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export function StateComments({ state }: { state: State }) {
  const all = useDesigner(({ comments }) => comments);
  const mayComment = useDesigner(({ boot }) => boot.permissions.design);
  const said = all.filter((comment) => comment.state === state.name);
  if (said.length === 0 && !mayComment) return null;
  return (
    <section aria-label={`Comments of colleagues on ${state.name}`} className="flex flex-col gap-1.5 border-t border-base-300 pt-3">
      <h3 className="lbl">Comments of colleagues</h3>
      {said.length === 0 ? null : (
        <ol className="flex flex-col gap-2 text-s">
          {said.map(({ id, author, text, revision, created_at }) => (
            <li key={id}>
              <span className="font-medium">{author ?? "Somebody"}</span>{" "}
              <span className="text-xs text-ink-2 num">
                r{revision}, <time dateTime={created_at}>{moment.format(new Date(created_at))}</time>
              </span>
              <p className="whitespace-pre-line break-words">{text}</p>
            </li>
          ))}
        </ol>
      )}
      {mayComment ? <Say key={state.pointer} name={state.name} /> : null}
    </section>
  );
}

function Say({ name }: { name: string }) {
  const url = useDesigner(({ boot }) => boot.urls.revisions);
  const number = useDesigner(({ base }) => base.number);
  const [text, setText] = useState("");
  const [isSending, setSending] = useState(false);
  const say = async (): Promise<void> => {
    setSending(true);
    try {
      const comment = await sayOfState(url, number, { state: name, text });
      useDesigner.setState(({ comments }) => ({ comments: [...comments, comment] }));
      setText("");
    } catch (error) {
      announce(error instanceof ApiError ? error.message : "The comment couldn't be sent: the connection failed. It is still in the field.", "error");
    } finally {
      setSending(false);
    }
  };
  return (
    <div className="flex gap-2 items-start">
      <textarea className="textarea flex-1 !min-h-8 !py-1.5" rows={1} maxLength={4000} value={text} aria-label={`Comment on ${name} for colleagues`} placeholder={`Say something of it in r${String(number)}`} onChange={(event) => setText(event.target.value)} />
      <button type="button" className="btn btn-line" disabled={isSending || text.trim() === ""} onClick={() => void say()}>
        Comment
      </button>
    </div>
  );
}
