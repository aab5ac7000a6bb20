import { MemoryLocks } from '../../src/adapters/memory/memory-locks.ts';
import { describeProfile } from './suites/profile.ts';

describeProfile('memory', () => new MemoryLocks());
