import { textOf } from './text-of.js'

/** Why the account API refused, for whoever filled in the form. */
export async function refusalSentence(answer: Response): Promise<string> {
  const code = textOf(await answer.json().catch(() => undefined), 'error')
  if (answer.status === 429) return 'Too many attempts. Please wait a quarter of an hour before you try again.'
  if (code === 'wrong_password') return 'This is not your password.'
  if (code === 'wrong_code') return 'That code is not right. Wait for the next one and try again.'
  return 'That was not accepted. Please try again.'
}
