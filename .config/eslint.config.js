import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const root = new URL('..', import.meta.url).pathname

export default defineConfig(
  { ignores: ['dist/**', 'coverage/**', '.build/**', 'test/package/consumers/**', '.config/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    // One program for all files: the nearest tsconfig.json of each would make three, which check the library three times.
    languageOptions: { parserOptions: { project: '.config/tsconfig.json', tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off', // a step answers `void | Promise<void>`, which is what the rule would forbid
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
)
