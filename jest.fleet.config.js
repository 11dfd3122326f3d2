import base from './jest.config.js';

/** Real booted hosts: root on Debian, one fleet at a time, so one worker. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/fleet/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 360_000,
  maxWorkers: 1,
};
