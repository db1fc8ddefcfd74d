/** The subject of a login: a user of its own, the id as long as a UUID and flat in memory as one read from a database. */
export function subjectAt(index: number): string {
  return Buffer.from(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`).toString('latin1')
}
