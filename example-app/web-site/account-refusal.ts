import { textOf } from './text-of.js'

/** Why the account API refused a form. */
export interface AccountRefusal {
  /** Which field is wrong, if it is one of these. */
  readonly field: 'password' | 'code' | undefined
  /** For the person who filled in the form. */
  readonly sentence: string
}

export async function accountRefusal(answer: Response): Promise<AccountRefusal> {
  const code = textOf(await answer.json().catch(() => undefined), 'error')
  if (answer.status === 429)
    return {
      field: undefined,
      sentence: 'Too many attempts. Please wait a quarter of an hour before you try again.',
    }
  if (code === 'wrong_password') return { field: 'password', sentence: 'This is not your password.' }
  if (code === 'wrong_code')
    return {
      field: 'code',
      sentence: 'That code is not right, or was used already. Wait for the next one and try again.',
    }
  return { field: undefined, sentence: 'That was not accepted. Please try again.' }
}
