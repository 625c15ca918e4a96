/**
 * A definition's syntax as two trees.
 *
 * `Written` is what is written, without saying where: it has no parent and no place, so what an edit leaves alone is the
 * very same object in the document before and after it, and whatever was worked out from it still holds. `Node` is
 * a `Written` at its place in one text; nodes are made when someone asks for them, one object for each place.
 */

export type NodeType = 'object' | 'array' | 'property' | 'string' | 'number' | 'boolean' | 'null'
export type Shared = null | boolean | number | string | readonly Shared[] | { readonly [key: string]: Shared }

const LEAF: readonly never[] = []

export class Written {
  private json: Shared | undefined

  constructor(
    readonly type: NodeType,
    /** Of a leaf. */
    readonly value: string | number | boolean | null | undefined,
    readonly length: number,
    /** Members of an object, items of an array, key and value of a property. */
    readonly items: readonly Written[] = LEAF,
    /** Where each of them begins, from the beginning of this. */
    readonly at: readonly number[] = LEAF,
  ) {}

  get isLeaf(): boolean {
    return this.type !== 'object' && this.type !== 'array' && this.type !== 'property'
  }

  /** What it means as JSON. Everyone gets the same object: it is to be read only. */
  get shared(): Shared {
    if (this.isLeaf) return this.value ?? null
    this.json ??= this.type === 'array' ? this.items.map((item) => item.shared) : this.asObject()
    return this.json
  }

  private asObject(): Shared {
    const made: Record<string, Shared> = {}
    for (const { items } of this.items) {
      const [key, value] = items
      if (key === undefined || value === undefined) continue
      // An assignment to "__proto__" would not make a member of that name.
      if (key.value === '__proto__') Object.defineProperty(made, '__proto__', { value: value.shared, enumerable: true })
      else made[String(key.value)] = value.shared
    }
    return made
  }

  /** With its `index`th part replaced. */
  with(index: number, part: Written): Written {
    const before = this.items[index]
    if (before === undefined || before === part) return this
    const grown = part.length - before.length
    const at = grown === 0 ? this.at : this.at.map((offset, place) => (place > index ? offset + grown : offset))
    return new Written(this.type, undefined, this.length + grown, this.items.with(index, part), at)
  }
}

/** `fresh`, made of the old objects wherever it says the same as `old`. */
export function reusing(old: Written, fresh: Written): Written {
  if (old.type !== fresh.type || old.value !== fresh.value) return fresh
  if (fresh.isLeaf) return old.length === fresh.length ? old : fresh
  const items = reusingAll(old.items, fresh.items)
  const isSame = old.length === fresh.length && items.length === old.items.length && items.every((item, index) => item === old.items[index] && fresh.at[index] === old.at[index])
  return isSame ? old : new Written(fresh.type, undefined, fresh.length, items, fresh.at)
}

/** Members find their old selves by name when there are more or fewer of them than there were. */
export function reusingAll(old: readonly Written[], fresh: readonly Written[]): readonly Written[] {
  if (old.length === fresh.length) return fresh.map((item, index) => reusing(old[index] ?? item, item))
  const byKey = new Map(old.filter(({ type }) => type === 'property').map((item) => [item.items[0]?.value, item]))
  return fresh.map((item) => {
    const known = item.type === 'property' ? byKey.get(item.items[0]?.value) : undefined
    return known === undefined ? item : reusing(known, item)
  })
}

export class Node {
  private readonly made: Node[] = []
  private isWhole = false

  constructor(
    readonly written: Written,
    readonly offset: number,
    readonly parent?: Node,
  ) {}

  get type(): NodeType {
    return this.written.type
  }

  get value(): Written['value'] {
    return this.written.value
  }

  get length(): number {
    return this.written.length
  }

  /** Undefined for a leaf. */
  get children(): Node[] | undefined {
    if (this.written.isLeaf) return undefined
    if (!this.isWhole) this.written.items.forEach((_, index) => this.part(index))
    this.isWhole = true
    return this.made
  }

  /** The `index`th child alone: looking for one of a thousand members makes no node for the others. */
  part(index: number): Node | undefined {
    const written = this.written.items[index]
    if (written === undefined) return undefined
    return (this.made[index] ??= new Node(written, this.offset + (this.written.at[index] ?? 0), this))
  }
}
