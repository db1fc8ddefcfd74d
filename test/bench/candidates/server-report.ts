/** What a candidate's process tells the benchmark, and what it may be asked. */
export type ServerReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'cpu'; readonly microseconds: number }
  | { readonly type: 'memory'; readonly heap: number; readonly resident: number }

export type ServerQuestion = 'cpu' | 'memory'
