const swc = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }];

/** Everything that runs without root: real Redis, in-process SSH servers, the sandbox workspace. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/fleet/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  testTimeout: 60_000,
  testEnvironment: '<rootDir>/test/helpers/leak-environment.js',
  // Most files wait more than they work.
  maxWorkers: '100%',
};
