/**
 * The most characters of a token that is looked at: longer than any header that Node accepts by default, or than any form up
 * to the default of `bodyLimit`, and some twenty times as long as our own tokens.
 */
export const LONGEST_TOKEN = 16_384

/**
 * The most levels of objects and arrays in a header or in claims, far more than any issuer writes. `JSON.parse` reads
 * thousands of levels within 16 KB, and whatever goes through them by recursion afterwards, `JSON.stringify` included, throws.
 */
export const DEEPEST_JSON = 32
