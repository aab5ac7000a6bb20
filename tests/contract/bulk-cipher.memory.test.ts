import { WebCryptoCipher } from '../../src/adapters/platform/webcrypto-cipher.ts';
import { SyncCipher } from '../support/sync-cipher.ts';
import { describeBulkCipher } from './suites/bulk-cipher.ts';

describeBulkCipher('WebCrypto in Node.js', new WebCryptoCipher());
describeBulkCipher('synchronous, for the simulator', new SyncCipher());
