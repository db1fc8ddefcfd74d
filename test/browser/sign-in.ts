import type { Page } from 'playwright-core'
import { demo } from '../../example-app/demo.js'

/** Fills in the form to sign in and sends it. */
export async function signIn(
  page: Page,
  { name, password }: { name: string; password: string } = demo.alice,
): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export function headingOf(page: Page): Promise<string | null> {
  return page.locator('h1').textContent()
}
