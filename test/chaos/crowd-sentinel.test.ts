import { describeCrowd } from './crowd-suite.ts';

describeCrowd('Redis behind Sentinel');
