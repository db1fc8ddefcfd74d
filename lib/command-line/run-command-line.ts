import { readFileSync } from 'node:fs'
import { checkCommand } from './check-command.js'
import { clientCommand } from './client-command.js'
import { UsageError, type Command } from './command.js'
import { commandHelp, generalHelp, PROGRAM } from './help-text.js'
import { keyCommand } from './key-command.js'
import { printable, printOutcome } from './print-outcome.js'
import { readArguments } from './read-arguments.js'
import { tokenCommand } from './token-command.js'

const COMMANDS: readonly Command[] = [clientCommand, keyCommand, tokenCommand, checkCommand]

/** Carries out what was typed and answers the exit code: 0 where all is well, 1 where what was checked is not, 2 where it was typed wrong. */
export async function runCommandLine(typed: readonly string[]): Promise<0 | 1 | 2> {
  const [name, ...others] = typed
  try {
    if (name === undefined) throw new UsageError('Name a command.')
    if (name === '--help' || name === '-h') return print(generalHelp(COMMANDS))
    if (name === '--version') return print(version())
    const command = COMMANDS.find((one) => one.name === name)
    if (command === undefined) {
      throw new UsageError(`There is no such command: the commands are ${COMMANDS.map((one) => one.name).join(', ')}.`)
    }
    const { isForHelp, isJson, ...given } = readArguments(command, others)
    if (isForHelp) return print(commandHelp(command))
    const outcome = await command.run(given)
    printOutcome(outcome, isJson)
    return outcome.isFine ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const known = COMMANDS.some((one) => one.name === name) && name !== undefined ? ` ${name}` : ''
    process.stderr.write(`${printable(error.message)} See npx ${PROGRAM}${known} --help\n`)
    return 2
  }
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`)
  return 0
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  } // the boundary: our own file
  return version
}
