/** Everything that most collations ignore: accents and other marks, characters that are not seen, and white space. */
const IGNORED = /[\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\s]/gu

/** Letters that have no decomposition in Unicode, although collations compare them like these (after upper-casing). */
const LETTERS: Readonly<Record<string, string>> = { Ø: 'O', Đ: 'D', Ð: 'D', Ł: 'L', Ħ: 'H', Æ: 'AE', Œ: 'OE' }
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g')

const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/gu

/** Without spaces: nothing but upper-casing changes these names. */
const PLAIN_ASCII = /^[\x21-\x7e]*$/

/**
 * Folds a user name to one form for all the spellings that databases commonly take for the same name. It folds compatibility
 * forms, case, accents and other marks, invisible characters, white space, digits of other scripts, and letters such as ø and
 * ß. Two users whose names fold to the same form only share the number of guesses that remain.
 *
 * Some collations equate even more, such as negative circled digits with digits. That is why attempts are also counted by the
 * account that was found (see `LoginAttempt.reserveAccount`).
 */
export function foldedName(username: string): string {
  if (PLAIN_ASCII.test(username)) return username.toUpperCase()
  // Marks go first, because ordering a long run of them takes NFKD quadratic time, and because upper-casing turns U+0345 into a letter.
  return username
    .replace(IGNORED, '')
    .normalize('NFKD')
    .replace(IGNORED, '')
    .toLowerCase()
    .toUpperCase()
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(FOREIGN_DIGIT, decimalValue)
}

/** Unicode encodes the decimal digits of each script as ten consecutive characters, beginning with zero (section 4.6). */
function decimalValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let before = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1
  return String(before % 10)
}
