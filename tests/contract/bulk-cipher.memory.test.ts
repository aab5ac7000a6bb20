import { WebCryptoCipher } from '../../src/adapters/platform/webcrypto-cipher.ts';
import { describeBulkCipher } from './suites/bulk-cipher.ts';

describeBulkCipher('WebCrypto in Node.js', new WebCryptoCipher());
