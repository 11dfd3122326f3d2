import { describeCrowd } from './crowd-suite.ts';

describeCrowd('one Redis');
