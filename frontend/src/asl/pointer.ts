/** JSON Pointers (RFC 6901): how every place in a definition is named, here and by the validator. */

export type Pointer = string

export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}

export function join(base: Pointer, ...tokens: (string | number)[]): Pointer {
  return tokens.reduce<string>((path, token) => `${path}/${escapeToken(String(token))}`, base)
}

export function tokensOf(pointer: Pointer): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapeToken)
}

export function parentOf(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
}

export function lastToken(pointer: Pointer): string {
  return unescapeToken(pointer.slice(pointer.lastIndexOf('/') + 1))
}

/** Is `pointer` at `ancestor` or somewhere under it? */
export function isWithin(pointer: Pointer, ancestor: Pointer): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`)
}
