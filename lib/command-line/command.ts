/** An option of a command, beside `--help` and `--json`, which every command has. */
export interface CommandOption {
  /** What stands for the value in the help text. An option without it is a switch. */
  readonly value?: string
  readonly meaning: string
}

export interface CommandArgument {
  readonly value: string
  readonly meaning: string
  readonly isRequired: boolean
}

/** What was typed behind the name of a command, checked to be known and not given twice. */
export interface Given {
  readonly options: Readonly<Partial<Record<string, string>>>
  /** The switches that are on. */
  readonly switches: ReadonlySet<string>
  readonly argument: string | undefined
}

/** What came of a command. Texts may hold what a stranger wrote: printing them makes that harmless. */
export interface Outcome {
  /** What was checked is as it should be. */
  readonly isFine: boolean
  /** What `--json` prints. */
  readonly result: Readonly<Record<string, unknown>>
  /** For stdout. */
  readonly lines: readonly Line[]
  /** For stderr, so that stdout can be kept as a file. */
  readonly notes?: readonly Line[]
}

export type Line = string | { readonly text: string; readonly mood: Mood }

export type Mood = 'good' | 'doubtful' | 'bad'

export interface Command {
  readonly name: string
  /** One line. */
  readonly summary: string
  readonly argument?: CommandArgument
  readonly options: Readonly<Record<string, CommandOption>>
  /** What `--help` says beside the options. */
  readonly explanation: string
  /** @throws UsageError */
  readonly run: (given: Given) => Outcome | Promise<Outcome>
}

/** The command line cannot be carried out as it was typed. The message is one sentence, without any value that could be a secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
