/** The text that a member holds, as of what a browser or a server sent; empty where it holds none, or no text. */
export function textOf(value: unknown, member: string): string {
  const held: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined
  return typeof held === 'string' ? held : ''
}
