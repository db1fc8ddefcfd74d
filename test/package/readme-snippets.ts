import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A fenced block of the README. */
export interface Snippet {
  readonly language: string
  readonly text: string
}

export function snippetsIn(markdown: string): readonly Snippet[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }))
}

/** The one snippet in which all of the texts stand. */
export function snippetWith(snippets: readonly Snippet[], language: string, ...texts: readonly string[]): Snippet {
  const found = snippets.filter((one) => one.language === language && texts.every((text) => one.text.includes(text)))
  const [snippet] = found
  if (snippet === undefined || found.length > 1) {
    throw new Error(`The README has ${found.length} snippets with ${texts.join(' and ')}.`)
  }
  return snippet
}

/** Writes the snippets of JavaScript and TypeScript to files of a folder. */
export function writeSnippets(folder: string, snippets: readonly Snippet[]): ReadonlyMap<Snippet, string> {
  const programs = snippets.filter(({ language }) => language === 'js' || language === 'ts')
  return new Map(
    programs.map((snippet, index) => {
      const name = `snippet-${index}.${snippet.language}`
      writeFileSync(join(folder, name), snippet.text)
      return [snippet, `./${name}`]
    }),
  )
}
