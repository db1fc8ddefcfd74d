import { optionalFunction } from './option-kinds.js'

/**
 * A hook that is only notified: what it throws, or rejects with, is printed and does not change the response.
 * @throws TypeError if it is not a function.
 */
export function toldOption<A extends readonly unknown[]>(
  option: string,
  hook: ((...args: A) => unknown) | undefined,
  otherwise: (...args: A) => void,
): (...args: A) => void {
  const given = optionalFunction(option, hook)
  if (given === undefined) return otherwise
  const print = (error: unknown) => {
    console.error(`express-oauth-password-grant: ${option} failed:`, error)
  }
  return (...args) => {
    try {
      const answer = given(...args)
      if (answer instanceof Promise) answer.catch(print)
    } catch (error) {
      print(error)
    }
  }
}
