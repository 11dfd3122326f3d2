import { describe, expect, it } from '@jest/globals';
import { WebAPIPlatformError, WebAPIRequestError } from '@slack/web-api';
import { judgeRejection } from '../../src/bot/rejections.ts';
import { ConfigError, DefectError, ExternalError } from '../../src/errors.ts';

describe('judgeRejection', () => {
  it('knows the harmless rejection of a socket that is stopped while it reconnects', () => {
    expect(judgeRejection(undefined)).toBeUndefined();
  });

  it('names a token that stopped being valid', () => {
    const verdict = judgeRejection(new WebAPIPlatformError({ ok: false, error: 'account_inactive' }));
    expect(verdict).toBeInstanceOf(ConfigError);
    expect(verdict?.message).toContain('account_inactive');
  });

  it('tells an outage from a defect', () => {
    expect(judgeRejection(new WebAPIRequestError(new Error('ECONNREFUSED')))).toBeInstanceOf(ExternalError);
    expect(judgeRejection(new TypeError('x is undefined'))).toBeInstanceOf(DefectError);
    expect(judgeRejection({ odd: true })?.message).toContain('odd');
  });
});
