/**
 * What a definition's text says: scopes, states and the references between them, each with its place.
 *
 * A scope is an object with StartAt and States: the machine itself, a Parallel's branch, a Map's processor.
 * References never cross a scope's border, so every edit works on one scope at a time. Broken definitions
 * are normal in an editor: whatever isn't shaped as it should be is left out, never an exception.
 */

import { child, stringOf, type JsonObject, type Node, type ParsedDocument } from './document'
import { isWithin, join, parentOf, type Pointer } from './pointer'

export interface State {
  name: string
  pointer: Pointer
  type: string
  scope: Scope
  /** The state's object; its parent is the property that carries the name. */
  node: Node
}

export type ReferenceKind = 'StartAt' | 'Next' | 'Default' | 'Choice' | 'Catch'

/** A place in the text that names a state of the same scope. */
export interface Reference {
  kind: ReferenceKind
  pointer: Pointer
  node: Node
  target: string
  /** The state that refers; undefined for StartAt. */
  source: State | undefined
}

export interface Scope {
  pointer: Pointer
  node: Node
  /** The Parallel or Map that the scope is a part of. */
  owner: State | undefined
  states: Map<string, State>
}

export interface Machine {
  document: ParsedDocument
  root: Scope
  scopes: Map<Pointer, Scope>
  states: Map<Pointer, State>
}

const TERMINAL = new Set(['Succeed', 'Fail', 'Choice'])

/** Can a state of this type carry Next or End? */
export function hasNext(type: string): boolean {
  return !TERMINAL.has(type)
}

/** Does a path end at such a state for good? */
export function endsPath(type: string): boolean {
  return type === 'Succeed' || type === 'Fail'
}

const CONTAINERS = new Set(['Branches', 'ItemProcessor', 'Iterator'])

/** May there be states inside a state with these fields? */
export function holdsScopes(body: JsonObject): boolean {
  return Object.keys(body).some((field) => CONTAINERS.has(field))
}

function scopesUnder(state: State): { pointer: Pointer; node: Node }[] {
  const { node, pointer } = state
  if (!node.written.items.some(({ items }) => CONTAINERS.has(String(items[0]?.value)))) return []
  const branches = child(node, 'Branches')
  const found = (branches?.type === 'array' ? (branches.children ?? []) : []).map((branch, index) => ({
    pointer: join(pointer, 'Branches', index),
    node: branch,
  }))
  for (const field of ['ItemProcessor', 'Iterator']) {
    const processor = child(node, field)
    if (processor !== undefined) found.push({ pointer: join(pointer, field), node: processor })
  }
  return found.filter((scope) => scope.node.type === 'object')
}

/** Read off what is written: that makes no nodes for a thousand states. */
function typeOf({ written }: Node): string {
  const type = written.items.findLast(({ items }) => items[0]?.value === 'Type')?.items[1]
  return typeof type?.value === 'string' ? type.value : ''
}

function readScope(machine: Machine, pointer: Pointer, node: Node, owner: State | undefined): Scope {
  const scope: Scope = { pointer, node, owner, states: new Map() }
  machine.scopes.set(pointer, scope)
  const states = child(node, 'States')
  for (const property of states?.type === 'object' ? (states.children ?? []) : []) {
    const [key] = property.written.items
    const body = property.part(1)
    if (body?.type !== 'object' || key === undefined) continue
    const name = String(key.value)
    const type = typeOf(body)
    const state: State = { name, type, scope, node: body, pointer: join(pointer, 'States', name) }
    scope.states.set(name, state)
    machine.states.set(state.pointer, state)
    for (const inner of scopesUnder(state)) readScope(machine, inner.pointer, inner.node, state)
  }
  return scope
}

const cache = new WeakMap<ParsedDocument, Machine>()

export function machineOf(document: ParsedDocument): Machine {
  const known = cache.get(document)
  if (known !== undefined) return known
  const machine = { document, scopes: new Map(), states: new Map() } as unknown as Machine
  machine.root = readScope(machine, '', document.root, undefined)
  cache.set(document, machine)
  return machine
}

export function stateAt(machine: Machine, pointer: Pointer): State | undefined {
  return machine.states.get(pointer)
}

/** The innermost state that `pointer` lies in. */
export function stateAround(machine: Machine, pointer: Pointer): State | undefined {
  let at = pointer
  while (at !== '') {
    const state = machine.states.get(at)
    if (state !== undefined) return state
    at = parentOf(at)
  }
  return undefined
}

/** The scope that holds the state at `pointer`: "/States/P/Branches/0/States/A" lies in ".../Branches/0". */
export function scopeOfState(pointer: Pointer): Pointer {
  return parentOf(parentOf(pointer))
}

function listed(state: State, field: 'Choices' | 'Catch', kind: ReferenceKind): Reference[] {
  const list = child(state.node, field)
  if (list?.type !== 'array') return []
  return (list.children ?? []).flatMap((item, index) => {
    const pointer = join(state.pointer, field, index, 'Next')
    return referenceAt(kind, pointer, child(item, 'Next'), state)
  })
}

function referenceAt(kind: ReferenceKind, pointer: Pointer, node: Node | undefined, source?: State): Reference[] {
  const target = stringOf(node)
  return node === undefined || target === undefined ? [] : [{ kind, pointer, node, target, source }]
}

/** Everything that leads out of `state`, in the order Next, rules, Default, Catch. */
export function referencesFrom(state: State): Reference[] {
  const { node, pointer } = state
  return [
    ...referenceAt('Next', join(pointer, 'Next'), child(node, 'Next'), state),
    ...listed(state, 'Choices', 'Choice'),
    ...referenceAt('Default', join(pointer, 'Default'), child(node, 'Default'), state),
    ...listed(state, 'Catch', 'Catch'),
  ]
}

export function referencesIn(scope: Scope): Reference[] {
  const start = referenceAt('StartAt', join(scope.pointer, 'StartAt'), child(scope.node, 'StartAt'))
  return [...start, ...[...scope.states.values()].flatMap(referencesFrom)]
}

export function referencesTo(scope: Scope, name: string): Reference[] {
  return referencesIn(scope).filter((reference) => reference.target === name)
}

/** Where the path goes on after `state`: its Next, or for a Choice its Default, else its first rule. */
export function successorOf(state: State): string | undefined {
  const out = referencesFrom(state).filter(({ kind }) => kind !== 'Catch')
  const onward = state.type === 'Choice' ? (out.find(({ kind }) => kind === 'Default') ?? out[0]) : out.find(({ kind }) => kind === 'Next')
  return onward !== undefined && state.scope.states.has(onward.target) ? onward.target : undefined
}

export function namesIn(machine: Machine): Set<string> {
  const names = new Set<string>()
  for (const { name } of machine.states.values()) names.add(name)
  return names
}

/** Names are unique in the whole machine, not only in their scope: those that are taken, and free ones like them. */
export class Names {
  private readonly taken: Set<string>;
  /** By a name without its number, the numbers that are taken; made once something has to be numbered. */
  private numbers: Map<string, Set<number>> | undefined;

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** Takes `wanted`, or "wanted 2", "wanted 3" ..., and answers which. */
  free(wanted: string): string {
    const base = wanted.slice(0, 76).trim() || "State";
    const name = this.taken.has(base) ? this.numbered(base.replace(NUMBER, "")) : base;
    this.taken.add(name);
    if (this.numbers !== undefined) note(this.numbers, name);
    return name;
  }

  private numbered(stem: string): string {
    if (this.numbers === undefined) {
      this.numbers = new Map();
      for (const name of this.taken) note(this.numbers, name);
    }
    const numbers = this.numbers.get(stem);
    let number = 2;
    while (numbers?.has(number) === true) number += 1;
    return `${stem} ${String(number)}`;
  }
}

const NUMBER = / \d+$/;

function note(numbers: Map<string, Set<number>>, name: string): void {
  const number = NUMBER.exec(name);
  if (number === null) return;
  const stem = name.slice(0, number.index);
  const known = numbers.get(stem);
  if (known === undefined) numbers.set(stem, new Set([Number(number[0])]));
  else known.add(Number(number[0]));
}

/** `wanted`, or "wanted 2", "wanted 3" ...: whatever isn't taken. */
export function uniqueName(wanted: string, taken: Iterable<string>): string {
  return new Names(taken).free(wanted);
}

/** The states inside a Parallel or Map, at any depth. */
export function statesInside(machine: Machine, state: State): State[] {
  return [...machine.states.values()].filter((inner) => inner !== state && isWithin(inner.pointer, state.pointer))
}

/** The query language that a state is written in. */
export function queryLanguageOf(machine: Machine, state: State): 'JSONPath' | 'JSONata' {
  const own = stringOf(child(state.node, 'QueryLanguage')) ?? stringOf(child(machine.root.node, 'QueryLanguage'))
  return own === 'JSONata' ? 'JSONata' : 'JSONPath'
}

