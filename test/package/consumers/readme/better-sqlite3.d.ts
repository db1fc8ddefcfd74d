// What the snippet uses of better-sqlite3, which compiles when it is installed and is no development dependency.
declare module 'better-sqlite3' {
  class Database {
    constructor(file: string, options: { timeout: number })
    pragma(text: string): unknown
    exec(text: string): this
    prepare(text: string): {
      all(...values: unknown[]): unknown[]
      run(...values: unknown[]): { changes: number; lastInsertRowid: number | bigint }
    }
  }
  export = Database
}
