/** The role that the state machine runs with: typed, picked, or made with the policy read from the definition. */

import { useEffect, useState } from "react";

import { ApiError, call, send, type DeploymentOptions } from "../api";
import type { Environment } from "../boot";
import { TextInput } from "../parts/controls";
import { unsavedCount, useDesigner } from "../state/store";

interface Roles {
  roles: { arn: string; name: string }[];
  problem: string;
  may_create: boolean;
}

interface Proposal {
  name: string;
  trust: unknown;
  policy: { Statement: unknown[] };
  notes: string[];
  boundary: string;
}

interface Props {
  environment: Environment | undefined;
  options: DeploymentOptions;
  value: string;
  onChange: (arn: string) => void;
}

const wordsOf = (error: unknown): string => (error instanceof ApiError ? error.message : String(error));

export function RoleField({ environment, options, value, onChange }: Props) {
  const [roles, setRoles] = useState<Roles>();
  const [isMaking, setMaking] = useState(false);
  const [said, setSaid] = useState("");
  const id = environment?.id;
  useEffect(() => {
    if (id === undefined) return;
    let isCurrent = true;
    call<Roles>(`/api/v1/environments/${String(id)}/execution-roles`)
      .then((found) => isCurrent && setRoles(found))
      .catch((error: unknown) => isCurrent && setRoles({ roles: [], problem: wordsOf(error), may_create: false }));
    return () => {
      isCurrent = false;
    };
  }, [id]);
  const isEmbedded = environment?.kind === "embedded";
  return (
    <div className="flex flex-col gap-1.5">
      <TextInput
        label="Role"
        mono
        value={value}
        onChange={(next) => {
          setSaid("");
          onChange(next);
        }}
        suggestions={(roles?.roles ?? []).map(({ arn }) => arn)}
        placeholder={environment?.execution_role_arn || (isEmbedded ? "Not needed on this machine" : "arn:aws:iam::123456789012:role/...")}
        hint={<span className="text-xs text-ink-3">{isEmbedded ? "optional" : "empty keeps the present one, or takes the environment's"}</span>}
      />
      {roles?.problem ? <p className="text-xs text-ink-2">{roles.problem}</p> : null}
      {roles?.may_create && environment !== undefined && !isMaking ? (
        <div>
          <button type="button" className="btn btn-ghost btn-sm" onClick={() => setMaking(true)}>
            Make a role for it
          </button>
        </div>
      ) : null}
      {isMaking && environment !== undefined ? (
        <NewRole
          environment={environment}
          options={options}
          onMade={(arn, words) => {
            onChange(arn);
            setSaid(words);
            setMaking(false);
          }}
          onCancel={() => setMaking(false)}
        />
      ) : null}
      <p role="status" className="text-xs text-ok-ink empty:hidden">
        {said}
      </p>
    </div>
  );
}

/** What the role would be, read from the saved revision; made only when it was looked at. */
function NewRole({ environment, options, onMade, onCancel }: { environment: Environment; options: DeploymentOptions; onMade: (arn: string, words: string) => void; onCancel: () => void }) {
  const machine = useDesigner((state) => state.boot.machine.id);
  const revision = useDesigner((state) => state.base.number);
  const isUnsaved = useDesigner((state) => unsavedCount(state) > 0);
  const [proposal, setProposal] = useState<Proposal>();
  const [name, setName] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const url = `/api/v1/state-machines/${String(machine)}/execution-role`;
  const environmentId = environment.id;
  useEffect(() => {
    const stopper = new AbortController();
    send<Proposal>("POST", `${url}/plan`, { revision, environment: environmentId, options }, stopper.signal)
      .then((found) => (setProposal(found), setProblem(undefined)))
      .catch((error: unknown) => stopper.signal.aborted || setProblem(wordsOf(error)));
    return () => stopper.abort();
  }, [url, revision, environmentId, options]);
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      const made = await send<{ arn: string; created: boolean }>("POST", url, { revision, environment: environmentId, name: name ?? proposal?.name, options });
      onMade(made.arn, made.created ? "The role is made. AWS may take some seconds until it can be used." : "The role has the new policy.");
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label="A new role" className="rounded-box border border-base-300 p-3 flex flex-col gap-2.5">
      {problem === undefined ? null : (
        <p role="alert" className="text-s text-fail-ink">
          {problem}
        </p>
      )}
      {proposal === undefined ? null : (
        <>
          <TextInput label="Name" mono value={name ?? proposal.name} onChange={setName} />
          {isUnsaved ? <p className="text-xs text-retry-ink">It is read from revision {revision}: what isn't saved isn't in it.</p> : null}
          {proposal.notes.length > 0 ? (
            <ul aria-label="Look at these" className="text-xs text-retry-ink list-disc pl-4">
              {proposal.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          ) : null}
          <Json title="What it may do" value={proposal.policy} empty={proposal.policy.Statement.length === 0 ? "Nothing: the workflow calls nothing." : ""} />
          <Json title="Who may assume it" value={proposal.trust} empty="" />
          {proposal.boundary === "" ? null : <p className="text-xs text-ink-2 break-all">Bounded by {proposal.boundary}</p>}
        </>
      )}
      <div className="flex gap-2">
        <button type="button" className="btn btn-line btn-sm" disabled={isBusy || proposal === undefined} onClick={() => void make()}>
          {isBusy ? "Making it" : `Make the role in ${environment.name}`}
        </button>
        <button type="button" className="btn btn-ghost btn-sm" onClick={onCancel}>
          Leave it
        </button>
      </div>
    </section>
  );
}

function Json({ title, value, empty }: { title: string; value: unknown; empty: string }) {
  return (
    <div>
      <p className="text-xs text-ink-2">{title}</p>
      {empty === "" ? (
        <pre tabIndex={0} aria-label={title} className="mono max-h-48 overflow-auto rounded bg-sunk p-2 text-xs">
          {JSON.stringify(value, null, 2)}
        </pre>
      ) : (
        <p className="text-s">{empty}</p>
      )}
    </div>
  );
}
