/** The element table, read once into a form that can be looked up. */
import { R4_ELEMENTS } from './r4-elements.ts';
import { R4_TYPES } from './r4-types.ts';

export interface ElementRule {
  readonly name: string;
  /** Data type, or the key of a backbone element's own rules. */
  readonly type: string;
  readonly required: boolean;
  readonly list: boolean;
}

export interface TypeRules {
  /** By the name in JSON; every `valueQuantity` of a `value[x]` has its own. */
  readonly elements: ReadonlyMap<string, ElementRule>;
  readonly required: readonly ElementRule[];
  /** The names of each `value[x]`, of which one at most may be there. */
  readonly choices: readonly { readonly name: string; readonly required: boolean; readonly names: readonly string[] }[];
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['Age', 'Quantity'],
  ['Count', 'Quantity'],
  ['Distance', 'Quantity'],
  ['Duration', 'Quantity'],
]);

/** What every resource and every element may have besides its own. */
const COMMON: readonly ElementRule[] = [
  { name: 'id', type: 'string', required: false, list: false },
  { name: 'extension', type: 'Extension', required: false, list: true },
  { name: 'modifierExtension', type: 'Extension', required: false, list: true },
];
const OF_RESOURCES: readonly ElementRule[] = [
  { name: 'meta', type: 'Meta', required: false, list: false },
  { name: 'implicitRules', type: 'uri', required: false, list: false },
  { name: 'language', type: 'code', required: false, list: false },
  { name: 'text', type: 'Narrative', required: false, list: false },
  { name: 'contained', type: 'Resource', required: false, list: true },
];

const COMMON_RULES: TypeRules = {
  elements: new Map(COMMON.map((rule) => [rule.name, rule])),
  required: [],
  choices: [],
};
const RESOURCE_RULES: TypeRules = {
  elements: new Map([...COMMON, ...OF_RESOURCES].map((rule) => [rule.name, rule])),
  required: [],
  choices: [],
};

const MODEL: ReadonlyMap<string, TypeRules> = new Map(
  Object.entries(R4_ELEMENTS).map(([type, words]) => [type, readRules(type, words)]),
);

/** Rules of a data type, a resource type or a backbone element; of unlisted ones only what all have in common. */
export function rulesOf(type: string): TypeRules {
  return MODEL.get(ALIASES.get(type) ?? type) ?? COMMON_RULES;
}

export function rulesOfResource(type: string): TypeRules {
  return MODEL.get(type) ?? RESOURCE_RULES;
}

function readRules(type: string, words: string): TypeRules {
  const elements = new Map((R4_TYPES.has(type) ? RESOURCE_RULES : COMMON_RULES).elements);
  const required: ElementRule[] = [];
  const choices: { name: string; required: boolean; names: readonly string[] }[] = [];
  for (const word of words.split(' ')) {
    const colon = word.indexOf(':');
    const label = word.slice(0, colon);
    const name = label.replace(/[!*]|\[x\]/g, '');
    const types = word.slice(colon + 1).split('|');
    const isRequired = label.includes('!');
    if (label.includes('[x]')) {
      const rules = types.map((each) => ({
        name: name + each.charAt(0).toUpperCase() + each.slice(1),
        type: each,
        required: false,
        list: false,
      }));
      for (const rule of rules) elements.set(rule.name, rule);
      choices.push({ name: `${name}[x]`, required: isRequired, names: rules.map((rule) => rule.name) });
    } else {
      const [single = ''] = types;
      const rule = {
        name,
        type: single === '@' ? `${type}.${name}` : single,
        required: isRequired,
        list: label.includes('*'),
      };
      elements.set(name, rule);
      if (isRequired) required.push(rule);
    }
  }
  return { elements, required, choices };
}
