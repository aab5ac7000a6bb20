import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import decodeQR from 'qr/decode.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/app/serve/cli.ts';
import { lanAddresses, loadCertificate } from '../../../src/app/serve/lan.ts';
import { loadNetwork } from '../../../src/app/serve/network-file.ts';
import { qrText } from '../../../src/app/serve/qr-terminal.ts';
import { ServeFault } from '../../../src/app/serve/serve-fault.ts';
import { welcome } from '../../../src/app/serve/welcome.ts';

const nowMs = Date.UTC(2026, 5, 1);
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'medmesh-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('command line', () => {
  it('without options serves on the usual port', () => {
    expect(parseCommand([])).toEqual({ type: 'serve', options: { port: 8787, lan: false } });
  });

  it('understands every option', () => {
    const line =
      '--port 0 --host ::1 --lan --network classroom --name 4b --data d --public-url https://a.example/mesh --proxy-header X-Real-IP' +
      ' --origin https://a.example,https://b.example:444/ --origin http://c.example --metrics --drain 30 --bus redis://10.0.0.5:6379';
    expect(parseCommand(line.split(' '))).toEqual({
      type: 'serve',
      options: {
        port: 0,
        host: '::1',
        lan: true,
        network: 'classroom',
        name: '4b',
        dataDir: 'd',
        publicUrl: 'https://a.example/mesh',
        proxyHeader: 'x-real-ip',
        origins: ['https://a.example', 'https://b.example:444', 'http://c.example'],
        metrics: true,
        drainMs: 30_000,
        busUrl: 'redis://10.0.0.5:6379',
      },
    });
    expect(parseCommand(['--help'])).toEqual({ type: 'help' });
  });

  it.each([
    ['--prot 3', "Unknown option '--prot'."],
    ['--port 65536', '--port 65536: not 0 to 65535.'],
    ['--port 1e3', '--port 1e3: not 0 to 65535.'],
    ['--network clinic', '--network clinic: not classroom or open.'],
    ['--public-url ftp://a', '--public-url ftp://a: not an http or https address.'],
    ['--proxy-header x:y', '--proxy-header x:y: not a header name.'],
    [
      '--origin https://a.example/path',
      '--origin https://a.example/path: not like https://school.example, without a path.',
    ],
    ['--origin https://a.example,', '--origin : not like https://school.example, without a path.'],
    ['--origin *', '--origin *: not like'],
    ['--bus http://10.0.0.5', '--bus: not an address like redis://10.0.0.5:6379.'],
    ['--bus redis:', '--bus: not an address like redis://10.0.0.5:6379.'],
    ['--drain 3601', '--drain 3601: not 0 to 3600 seconds.'],
    ['--drain 1.5', '--drain 1.5: not 0 to 3600 seconds.'],
    ['--name', "Option '--name <value>' argument missing."],
    ['8080', "Unexpected argument '8080'."],
  ])('refuses %s', (line, message) => {
    const parse = () => parseCommand(line.split(' '));
    expect(parse).toThrow(ServeFault);
    expect(parse).toThrow(message);
  });
});

describe('kept network', () => {
  it('is continued whether asked for by name or not at all', async () => {
    const made = await loadNetwork(dataDir, { preset: 'classroom', name: '班级 4b' }, nowMs);
    expect(await loadNetwork(dataDir, {}, nowMs + 1e9)).toEqual(made);
    expect(await loadNetwork(dataDir, { preset: 'classroom', name: '班级 4b' }, nowMs)).toEqual(made);
  });

  it.each([{ preset: 'open' as const }, { name: 'Another' }])('is never replaced by another: %o', async (choice) => {
    const made = await loadNetwork(dataDir, { preset: 'classroom' }, nowMs);
    await expect(loadNetwork(dataDir, choice, nowMs)).rejects.toMatchObject({ code: 'network-differs' });
    expect(await loadNetwork(dataDir, {}, nowMs)).toEqual(made);
  });

  it.each(['', '{', 'null', '{"preset":"open","spec":"AA","roomSecret":"AA","relays":[]}'])(
    'that is damaged is reported and left as it is: %s',
    async (damaged) => {
      const path = join(dataDir, 'network.json');
      await writeFile(path, damaged);
      await expect(loadNetwork(dataDir, {}, nowMs)).rejects.toMatchObject({ code: 'network-damaged' });
      expect(await readFile(path, 'utf8')).toBe(damaged);
    },
  );

  it.each(['', 'x'.repeat(41), 'two\nlines'])('cannot be called %j', async (name) => {
    await expect(loadNetwork(dataDir, { name }, nowMs)).rejects.toMatchObject({ code: 'bad-option' });
  });

  it('says so when its folder cannot be written', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    await expect(loadNetwork(file, {}, nowMs)).rejects.toMatchObject({ code: 'data-folder' });
  });
});

describe('LAN certificate', () => {
  const addresses = ['192.168.1.5', '10.0.0.7'];

  it("names this computer's addresses, and is for its owner to read only", async () => {
    const { cert } = await loadCertificate(dataDir, addresses, nowMs);
    const parsed = new X509Certificate(cert);
    for (const ip of [...addresses, '127.0.0.1', '::1']) expect(parsed.checkIP(ip)).toBe(ip);
    expect(parsed.checkHost('localhost')).toBe('localhost');
    expect((await stat(join(dataDir, 'lan-key.pem'))).mode & 0o077).toBe(0);
  });

  it('is kept while it fits, so that phones are warned once', async () => {
    const first = await loadCertificate(dataDir, addresses, nowMs);
    expect(await loadCertificate(dataDir, addresses.slice(1), nowMs + 86_400_000)).toEqual(first);
  });

  it.each([
    ['a new address', ['192.168.1.6'], nowMs],
    ['its last days', addresses, nowMs + 360 * 86_400_000],
  ])('is made anew for %s', async (_, current, atMs) => {
    const first = await loadCertificate(dataDir, addresses, nowMs);
    expect((await loadCertificate(dataDir, current, atMs)).fingerprint).not.toBe(first.fingerprint);
  });

  it('is made anew when what was kept is damaged', async () => {
    await loadCertificate(dataDir, addresses, nowMs);
    await writeFile(join(dataDir, 'lan-cert.pem'), 'garbage');
    expect(
      new X509Certificate((await loadCertificate(dataDir, addresses, nowMs)).cert).checkIP('10.0.0.7'),
    ).toBeDefined();
  });
});

describe('addresses', () => {
  it('are listed with those a phone can reach first, and never the loopback', () => {
    const ipv4 = (address: string, internal = false) => ({
      address,
      internal,
      family: 'IPv4' as const,
      netmask: '255.255.255.0',
      mac: '00:00:00:00:00:00',
      cidr: null,
    });
    const interfaces = {
      lo: [ipv4('127.0.0.1', true)],
      docker0: [ipv4('172.17.0.1')],
      eth1: [ipv4('203.0.113.4'), ipv4('169.254.3.4')],
      eth0: [ipv4('10.1.2.3')],
      wlan0: [ipv4('192.168.1.5')],
    };
    expect(lanAddresses(interfaces)).toEqual(['192.168.1.5', '10.1.2.3', '203.0.113.4', '169.254.3.4', '172.17.0.1']);
  });
});

describe('welcome', () => {
  const served = {
    url: 'http://localhost:8787/',
    lanUrls: [],
    publicUrl: undefined,
    proxyHeader: undefined,
    fingerprint: undefined,
    network: { preset: 'open', name: 'Medmesh', document: { spec: '', roomSecret: '', relays: [] } },
  } as const;

  it('begins with the address, and without https names no other but says how to get one', () => {
    const lines = welcome(served, false).split('\n');
    expect(lines[0]).toBe('Medmesh is running: http://localhost:8787/');
    expect(lines).toContain('  Other devices   need https: npm start -- --lan');
    expect(lines.join('\n')).not.toMatch(/[█▀▄]/);
    expect(welcome({ ...served, url: 'http://192.168.1.5:8787/' }, false)).toContain('Browsers        need https');
  });

  it('on a LAN names every address, draws the first, and shows what to compare', () => {
    const lanUrls = ['https://192.168.1.5:8787/', 'https://10.0.0.7:8787/'];
    const text = welcome({ ...served, lanUrls, fingerprint: 'AB:CD' }, false);
    for (const url of lanUrls) expect(text).toContain(`   ${url}`);
    expect(text).toContain(qrText(lanUrls[0]!, false));
    expect(text).toContain('  AB:CD');
    expect(text).not.toContain('--proxy-header');
    expect(welcome({ ...served, fingerprint: 'AB:CD' }, false)).toContain('this computer is on no network');
  });

  it('behind another server asks for the header that tells people apart, unless it has it', () => {
    expect(welcome({ ...served, publicUrl: 'http://ward.example/' }, false)).not.toMatch(/[█▀▄]/);
    const behind = { ...served, publicUrl: 'https://ward.example/' };
    expect(welcome(behind, false)).toContain('--proxy-header');
    expect(welcome({ ...behind, proxyHeader: 'x-real-ip' }, false)).not.toContain('--proxy-header');
  });
});

describe('QR code', () => {
  it.each(['https://192.168.1.5:8787/', 'https://a-rather-long-name.school.example/medmesh/classroom/'])(
    'scans off a dark terminal: %s',
    (url) => {
      // Each character is two modules, one above the other; light where the terminal draws.
      const rows = qrText(url, false)
        .split('\n')
        .flatMap((line) => [
          [...line].map((character) => '█▀'.includes(character)),
          [...line].map((character) => '█▄'.includes(character)),
        ]);
      const scale = 4;
      const width = rows[0]!.length * scale;
      const data = new Uint8Array(width * rows.length * scale * 4).fill(255);
      for (let i = 0; i < data.length / 4; i++) {
        const isLight = rows[Math.floor(i / width / scale)]![Math.floor((i % width) / scale)];
        if (!isLight) data.fill(0, 4 * i, 4 * i + 3);
      }
      expect(decodeQR({ width, height: rows.length * scale, data })).toBe(url);
    },
  );
});
